#pragma once

// What is asked of an attention, how it is divided among threads, and the memory each of them has.

#include "ggml-cpu-impl.h"
#include "ggml.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

static constexpr int      ROWS   = 64;  // most rows of a group
static constexpr int      CELLS  = 64;  // cells that meet them at a time: one word of a bitmap
static constexpr uint16_t HIDDEN = 0xFC00;  // minus infinity, as the mask has it

namespace {

inline int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// How one operation is divided among threads: units of some heads that share keys, times some tokens, times a range of
// cells. Units are as large as a group may be, unless some threads would then have more of them than others: where there
// are fewer than a few for each thread, tokens are divided further, and at last cells, in parts that are joined at the end.
struct Plan {
    static constexpr int     FEW   = 4;    // units for each thread; with more, who is ready early takes another one
    static constexpr int64_t LEAST = 256;  // cells of a part: joining costs about what 16 cells do

    int64_t tokens, heads, kv_heads, streams, cells;
    int64_t heads_together, head_groups, tokens_together, parts, part_cells;

    Plan(const ggml_tensor * op, int threads) {
        tokens   = op->src[0]->ne[1];
        heads    = op->src[0]->ne[2];
        streams  = op->src[0]->ne[3];
        cells    = op->src[1]->ne[1];
        kv_heads = op->src[1]->ne[2];
        const int64_t sharing = heads / kv_heads;
        heads_together = std::min<int64_t>(sharing, ROWS);
        head_groups    = divide_up(sharing, heads_together);
        tokens_together = std::min(tokens, ROWS / heads_together);
        while (tokens_together > 1 && uneven(threads)) {
            tokens_together--;
        }
        parts      = uneven(threads) ? std::min(divide_up(FEW * threads, units()), cells / LEAST) : 1;
        part_cells = divide_up(divide_up(cells, std::max<int64_t>(parts, 1)), CELLS) * CELLS;
        parts      = divide_up(cells, part_cells);
    }

    bool uneven(int threads) const { return units() < FEW * threads && units() % threads != 0; }

    int64_t token_groups() const { return divide_up(tokens, tokens_together); }
    int64_t units() const { return streams * kv_heads * head_groups * token_groups(); }
    int64_t words() const { return divide_up(cells, CELLS); }
    int64_t rows() const { return streams * tokens * heads; }
};

// The memory of one thread. All sizes are in floats; bitmaps come last.
struct Scratch {
    float * query, * keys, * values, * scores, * out;
    uint64_t * seen, * all;

    static size_t size(int64_t dk, int64_t dv, int64_t words) {
        const size_t floats = ROWS * dk + CELLS * dk + CELLS * dv + CELLS * ROWS + ROWS * dv;
        return (floats * sizeof(float) + (ROWS + 1) * words * sizeof(uint64_t) + 127) / 64 * 64;
    }

    Scratch(void * memory, int64_t dk, int64_t dv, int64_t words) {
        query  = (float *) memory;
        keys   = query + ROWS * dk;
        values = keys + CELLS * dk;
        scores = values + CELLS * dv;
        out    = scores + CELLS * ROWS;
        seen   = (uint64_t *) (out + ROWS * dv);
        all    = seen + ROWS * words;
    }
};

// What all threads read.
struct Attention {
    const ggml_tensor * q, * k, * v, * mask, * sinks;
    ggml_tensor * dst;
    int64_t dk, dv;
    float scale, softcap, max_bias, slope_high, slope_low;
    uint32_t heads_log2;

    explicit Attention(ggml_tensor * op) {
        q = op->src[0], k = op->src[1], v = op->src[2], mask = op->src[3], sinks = op->src[4], dst = op;
        dk = k->ne[0], dv = v->ne[0];
        memcpy(&scale, op->op_params, sizeof(float));
        memcpy(&max_bias, op->op_params + 1, sizeof(float));
        memcpy(&softcap, op->op_params + 2, sizeof(float));
        scale      = softcap != 0.0f ? scale / softcap : scale;
        heads_log2 = 1u << (uint32_t) floor(log2(q->ne[2]));
        slope_high = powf(2.0f, -max_bias / heads_log2);
        slope_low  = powf(2.0f, -max_bias / 2.0f / heads_log2);
    }

    // ALiBi (Press et al. 2022), as ggml's soft_max has it.
    float slope(uint32_t head) const {
        if (max_bias <= 0.0f) {
            return 1.0f;
        }
        return head < heads_log2 ? powf(slope_high, head + 1) : powf(slope_low, 2 * (head - heads_log2) + 1);
    }

    const uint16_t * mask_of(int64_t token, int64_t stream) const {
        const char * base = (const char *) mask->data + stream % mask->ne[3] * mask->nb[3];
        return (const uint16_t *) (base + token * mask->nb[1]);
    }
};

}  // namespace
