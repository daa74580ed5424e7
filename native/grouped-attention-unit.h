#pragma once

// One thread's share of an attention: some query heads that share a head of keys, for some tokens, on a range of cells.

#include "grouped-attention-plan.h"
#include "grouped-attention-vectors.h"

#ifdef GROUPED_ATTENTION

#include "ggml-cpu.h"
#include "ggml-impl.h"
#include "vec.h"

#include <cstring>

namespace {

// Set the bit of each cell that is not hidden. Returns whether all others are exactly zero.
bool visible(const uint16_t * mask, int64_t cells, uint64_t * bits) {
    bool plain = true;
    for (int64_t start = 0; start < cells; start += CELLS) {
        const int count = (int) std::min<int64_t>(CELLS, cells - start);
        uint64_t  word  = 0;
#if defined(__AVX512BW__)
        if (count == CELLS) {
            const __m512i low = _mm512_loadu_si512(mask + start), high = _mm512_loadu_si512(mask + start + 32);
            const __m512i hidden = _mm512_set1_epi16((short) HIDDEN);
            word = _mm512_cmpneq_epi16_mask(low, hidden) | (uint64_t) _mm512_cmpneq_epi16_mask(high, hidden) << 32;
            const uint64_t lower = _mm512_test_epi16_mask(low, low), upper = _mm512_test_epi16_mask(high, high);
            plain &= (word & (lower | upper << 32)) == 0;
            bits[start / CELLS] = word;
            continue;
        }
#endif
        for (int i = 0; i < count; i++) {
            const uint16_t value = mask[start + i];
            word |= (uint64_t) (value != HIDDEN) << i;
            plain &= value == HIDDEN || value == 0;
        }
        bits[start / CELLS] = word;
    }
    return plain;
}

// One unit: some heads that share keys, some tokens of one stream, some cells.
struct Unit {
    const Attention & op;
    const Plan & plan;
    Scratch & scratch;
    int64_t part, stream, kv_head, head, heads, token, tokens, cell, cells;
    bool plain;  // the mask has nothing but zero and minus infinity

    // The group at hand: tokens from `first` to before `after`, a row for each of them and each head, and the cells that
    // these meet next. `width` is the rows, filled up to whole vectors.
    int64_t first, after, rows, width;
    int32_t found[CELLS];
    int     count;
    float   largest[ROWS], sums[ROWS], slopes[ROWS];

    // `i` counts the units of a plan, and within each its parts.
    Unit(const Attention & op, const Plan & plan, Scratch & scratch, int64_t i) : op(op), plan(plan), scratch(scratch) {
        const int64_t sharing = plan.heads / plan.kv_heads;
        part = i % plan.parts;
        i /= plan.parts;
        kv_head = i % plan.kv_heads;
        i /= plan.kv_heads;
        const int64_t first = i % plan.head_groups * plan.heads_together;
        i /= plan.head_groups;
        head   = kv_head * sharing + first;
        heads  = std::min(plan.heads_together, sharing - first);
        token  = i % plan.token_groups() * plan.tokens_together;
        tokens = std::min(plan.tokens_together, plan.tokens - token);
        stream = i / plan.token_groups();
        cell   = part * plan.part_cells;
        cells  = std::min(plan.part_cells, plan.cells - cell);
    }

    void run(float * partials) {
        look();
        for (first = 0; first < tokens; first = after) {
            gather();
            attend();
            finish(partials);
        }
    }

    int64_t words() const { return divide_up(cells, CELLS); }

    uint64_t * seen(int64_t i) const { return scratch.seen + i * plan.words(); }

    void look() {
        for (int64_t h = 0; h < heads; h++) {
            slopes[h] = op.slope(head + h);
        }
        plain = true;
        for (int64_t i = 0; i < tokens; i++) {
            if (op.mask) {
                plain &= visible(op.mask_of(token + i, stream) + cell, cells, seen(i));
                continue;
            }
            for (int64_t start = 0; start < cells; start += CELLS) {
                const int64_t count = std::min<int64_t>(CELLS, cells - start);
                seen(i)[start / CELLS] = count == CELLS ? ~0ull : (1ull << count) - 1;
            }
        }
    }

    // What it takes to compute so many rows on so many cells. For each cell: scores of all rows, filled up to vectors, what
    // the rows gain of its value, and reading it, which takes about what 4 rows do.
    static int64_t effort(int64_t cells, int64_t rows) { return cells * (4 + divide_up(rows, LANES) * LANES + rows); }

    // A product of so few rows would mostly be of what fills up a vector.
    bool are_few() const { return rows <= 4; }

    // Take the tokens behind `first` that are best computed together with it: `scratch.all` is what they see.
    void gather() {
        memcpy(scratch.all, seen(first), words() * sizeof(uint64_t));
        int64_t sum = 0;
        for (int64_t w = 0; w < words(); w++) {
            sum += __builtin_popcountll(scratch.all[w]);
        }
        rows = heads;
        for (after = first + 1; after < tokens; after++, rows += heads) {
            int64_t own = 0, joined = 0;
            for (int64_t w = 0; w < words(); w++) {
                own += __builtin_popcountll(seen(after)[w]);
                joined += __builtin_popcountll(seen(after)[w] | scratch.all[w]);
            }
            if (effort(joined, rows + heads) > effort(sum, rows) + effort(own, heads)) {
                break;
            }
            for (int64_t w = 0; w < words(); w++) {
                scratch.all[w] |= seen(after)[w];
            }
            sum = joined;
        }
        width = divide_up(rows, LANES) * LANES;
    }

    void attend() {
        load_queries();
        memset(scratch.out, 0, rows * op.dv * sizeof(float));
        std::fill_n(largest, width, -INFINITY);
        std::fill_n(sums, width, 0.0f);
        count = 0;
        for (int64_t w = 0; w < words(); w++) {
            for (uint64_t bits = scratch.all[w]; bits; bits &= bits - 1) {
                found[count++] = (int32_t) (w * CELLS + __builtin_ctzll(bits));
                if (count == CELLS) {
                    meet();
                }
            }
        }
        if (count) {
            meet();
        }
    }

    // Queries lie transposed, [dk][width], or if there are few, [rows][dk]; and scaled.
    void load_queries() {
        const int64_t from_row = are_few() ? op.dk : 1, from_d = are_few() ? 1 : width;
        memset(scratch.query, 0, op.dk * width * sizeof(float));
        for (int64_t i = first, row = 0; i < after; i++) {
            for (int64_t h = 0; h < heads; h++, row++) {
                const float * from = (const float *) ((const char *) op.q->data + (token + i) * op.q->nb[1] +
                                                      (head + h) * op.q->nb[2] + stream * op.q->nb[3]);
                for (int64_t d = 0; d < op.dk; d++) {
                    scratch.query[d * from_d + row * from_row] = from[d] * op.scale;
                }
            }
        }
    }

    void load_cells(const ggml_tensor * from, float * to, int64_t size) const {
        const int64_t of_stream = stream / (op.q->ne[3] / from->ne[3]);
        const char *  base = (const char *) from->data + kv_head * from->nb[2] + of_stream * from->nb[3];
        const ggml_to_float_t convert = ggml_get_type_traits(from->type)->to_float;
        for (int i = 0; i < count; i++) {
            const char * row = base + (cell + found[i]) * from->nb[1];
            if (from->type == GGML_TYPE_F16 && size % LANES == 0) {
                for (int64_t d = 0; d < size; d += LANES) {
                    store(to + i * size + d, load_half((const ggml_fp16_t *) row + d));
                }
            } else if (from->type == GGML_TYPE_F16) {
                ggml_cpu_fp16_to_fp32((const ggml_fp16_t *) row, to + i * size, size);
            } else if (from->type == GGML_TYPE_F32) {
                memcpy(to + i * size, row, size * sizeof(float));
            } else {
                convert(row, to + i * size, size);
            }
        }
    }

    // What the rows gain from up to 64 cells.
    void meet() {
        load_cells(op.k, scratch.keys, op.dk);
        load_cells(op.v, scratch.values, op.dv);
        memset(scratch.scores, 0, count * width * sizeof(float));
        if (are_few()) {
            score_few();
        } else {
            product(scratch.scores, width, scratch.keys, op.dk, 1, scratch.query, width, count, width, op.dk);
        }
        if (op.softcap != 0.0f) {
            cap();
        }
        if (op.mask) {
            hide();
        }
        soften();
        add_values();
        count = 0;
    }

    void score_few() {
        for (int64_t c = 0; c < count; c++) {
            for (int64_t row = 0; row < rows; row++) {
                scratch.scores[c * width + row] = dot(scratch.keys + c * op.dk, scratch.query + row * op.dk, op.dk);
            }
        }
    }

    void add_values() {
        const int64_t whole = op.dv / LANES * LANES;
        product(scratch.out, op.dv, scratch.scores, 1, width, scratch.values, op.dv, rows, whole, count);
        for (int64_t row = 0; row < rows && whole < op.dv; row++) {
            for (int64_t d = whole; d < op.dv; d++) {
                float sum = 0.0f;
                for (int i = 0; i < count; i++) {
                    sum += scratch.scores[i * width + row] * scratch.values[i * op.dv + d];
                }
                scratch.out[row * op.dv + d] += sum;
            }
        }
    }

    // softcap * tanh(score), with tanh(x) = 1 - 2 / (exp(2x) + 1).
    void cap() {
        for (int64_t i = 0; i < count * width; i += LANES) {
            const vec power = ggml_v_expf(add(load(scratch.scores + i), load(scratch.scores + i)));
            const vec tanh  = multiply_add(fill(-2.0f), divide(fill(1.0f), add(power, fill(1.0f))), fill(1.0f));
            store(scratch.scores + i, multiply(fill(op.softcap), tanh));
        }
    }

    // Add the mask. Most of it is zero, or minus infinity: that is what the bitmaps are for.
    void hide() {
        for (int64_t i = first; i < after; i++) {
            for (int c = 0; c < count; c++) {
                const bool sees = seen(i)[found[c] / CELLS] >> (found[c] % CELLS) & 1;
                if (sees && plain) {
                    continue;
                }
                const float value = GGML_CPU_FP16_TO_FP32(op.mask_of(token + i, stream)[cell + found[c]]);
                float * to = scratch.scores + c * width + (i - first) * heads;
                for (int64_t h = 0; h < heads; h++) {
                    to[h] = sees ? to[h] + slopes[h] * value : -INFINITY;
                }
            }
        }
    }

    // Scores become exponentials of their distance to the largest so far; what was summed before is brought to it.
    void soften() {
        for (int64_t r = 0; r < width; r += LANES) {
            float * scores = scratch.scores + r;
            vec most = load(largest + r);
            for (int c = 0; c < count; c++) {
                most = larger(most, load(scores + c * width));
            }
            float before[LANES], now[LANES];
            memcpy(before, largest + r, sizeof(before));
            store(now, most);
            for (int i = 0; i < LANES && r + i < rows; i++) {
                if (now[i] > before[i]) {
                    const float factor = expf(before[i] - now[i]);
                    sums[r + i] *= factor;
                    ggml_vec_scale_f32(op.dv, scratch.out + (r + i) * op.dv, factor);
                    largest[r + i] = now[i];
                }
                now[i] = now[i] == -INFINITY ? 0.0f : now[i];  // nothing seen yet: exp(-inf - 0) is 0, not NaN
            }
            const vec base = load(now);
            vec sum = load(sums + r);
            for (int c = 0; c < count; c++) {
                const vec power = ggml_v_expf(subtract(load(scores + c * width), base));
                store(scores + c * width, power);
                sum = add(sum, power);
            }
            store(sums + r, sum);
        }
    }

    void finish(float * partials) {
        for (int64_t i = first, row = 0; i < after; i++) {
            for (int64_t h = 0; h < heads; h++, row++) {
                float * out = scratch.out + row * op.dv;
                if (op.sinks && part == 0) {
                    add_sink(row, head + h, out);
                }
                if (partials) {
                    const int64_t at = (stream * plan.tokens + token + i) * plan.heads + head + h;
                    float * to = partials + (at * plan.parts + part) * (2 + op.dv);
                    to[0] = largest[row], to[1] = sums[row];
                    memcpy(to + 2, out, op.dv * sizeof(float));
                } else {
                    ggml_vec_scale_f32(op.dv, out, sums[row] == 0.0f ? 0.0f : 1.0f / sums[row]);
                    memcpy(result(stream, token + i, head + h), out, op.dv * sizeof(float));
                }
            }
        }
    }

    // A sink is one more score, without a value (gpt-oss).
    void add_sink(int64_t row, int64_t of_head, float * out) {
        const float score = ((const float *) op.sinks->data)[of_head];
        const float most = std::max(score, largest[row]), factor = expf(largest[row] - most);
        ggml_vec_scale_f32(op.dv, out, factor);
        sums[row]    = sums[row] * factor + expf(score - most);
        largest[row] = most;
    }

    char * result(int64_t of_stream, int64_t of_token, int64_t of_head) const {
        const ggml_tensor * dst = op.dst;
        return (char *) dst->data + ((of_stream * dst->ne[2] + of_token) * dst->ne[1] + of_head) * dst->nb[1];
    }
};

}  // namespace

#endif
