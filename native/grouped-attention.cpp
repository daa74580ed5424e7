// Flash attention on x86 for query rows that share keys and values.
//
// ggml's own kernel reads each key and value once for every row of a batch with fewer than 64 tokens, a row being one
// head of one token, and sums in 16 bits. Here the rows that read the same cells are taken together: the query heads
// that share a head of keys (grouped-query attention, Ainslie et al. 2023), and tokens of one sequence. Up to 64 rows
// meet 64 cells at a time, as two matrix products with an online softmax between them (FlashAttention, Dao et al. 2022;
// Milakov and Gimelshein 2018), all of it in 32 bits. Cells that no row of a group may see are never read, so sequences
// that share one memory do not pay for each other.
//
//   scores[cell][row] = sum over d of key[cell][d] * query[row][d]  (+ mask)
//   out[row][d]       = sum over cells of exp(score - largest) * value[cell][d], divided by the sum of the exponentials

#include "grouped-attention.h"

#include "grouped-attention-unit.h"

#ifdef GROUPED_ATTENTION

namespace {

// Join the parts of each row.
void join(const Attention & op, const Plan & plan, const float * partials, int thread, int threads) {
    for (int64_t row = thread; row < plan.rows(); row += threads) {
        float * out = (float *) ((char *) op.dst->data + row * op.dst->nb[1]);
        const float * from = partials + row * plan.parts * (2 + op.dv);
        float most = -INFINITY, sum = 0.0f;
        for (int64_t p = 0; p < plan.parts; p++) {
            most = std::max(most, from[p * (2 + op.dv)]);
        }
        memset(out, 0, op.dv * sizeof(float));
        for (int64_t p = 0; p < plan.parts && most != -INFINITY; p++) {
            const float * part = from + p * (2 + op.dv);
            const float factor = expf(part[0] - most);
            sum += part[1] * factor;
            ggml_vec_mad_f32(op.dv, out, part + 2, factor);
        }
        ggml_vec_scale_f32(op.dv, out, sum == 0.0f ? 0.0f : 1.0f / sum);
    }
}

bool readable(const ggml_tensor * t) {
    return t->nb[0] == ggml_type_size(t->type) && (t->type == GGML_TYPE_F32 || ggml_get_type_traits(t->type)->to_float);
}

bool fits(const ggml_tensor * op) {
    const ggml_tensor * q = op->src[0], * k = op->src[1], * v = op->src[2], * mask = op->src[3];
    if (q->ne[1] == 1 && q->ne[2] == k->ne[2]) {
        return false;  // one token, and no heads that share keys: ggml's own reads each key once too
    }
    const bool filled = ggml_nelements(q) > 0 && ggml_nelements(k) > 0;
    return filled && q->type == GGML_TYPE_F32 && q->nb[0] == sizeof(float) && readable(k) && readable(v) &&
           k->ne[2] == v->ne[2] && k->ne[3] == v->ne[3] && q->ne[2] % k->ne[2] == 0 && q->ne[3] % k->ne[3] == 0 &&
           (!mask || (mask->type == GGML_TYPE_F16 && mask->ne[2] == 1));
}

}  // namespace

size_t ggml_grouped_attention_size(const ggml_tensor * op, int threads) {
    if (!fits(op)) {
        return 0;
    }
    const Plan plan(op, threads);
    const int64_t dk = op->src[1]->ne[0], dv = op->src[2]->ne[0];
    const size_t partials = plan.parts > 1 ? plan.rows() * plan.parts * (2 + dv) * sizeof(float) : 0;
    return threads * Scratch::size(dk, dv, plan.words()) + partials;
}

bool ggml_grouped_attention(const ggml_compute_params * params, ggml_tensor * dst) {
    // There may be fewer threads than memory was planned for, and each may then need more.
    if (params->use_ref || !fits(dst) || ggml_grouped_attention_size(dst, params->nth) > params->wsize) {
        return false;
    }
    const Attention op(dst);
    const Plan      plan(dst, params->nth);
    const size_t    size = Scratch::size(op.dk, op.dv, plan.words());
    Scratch         scratch((char *) params->wdata + params->ith * size, op.dk, op.dv, plan.words());
    float * partials = plan.parts > 1 ? (float *) ((char *) params->wdata + params->nth * size) : nullptr;
    if (params->ith == 0) {
        ggml_threadpool_chunk_set(params->threadpool, params->nth);
    }
    ggml_barrier(params->threadpool);
    // On a NUMA machine the same thread does the same units each time, as elsewhere in ggml.
    const bool fixed = ggml_is_numa();
    for (int64_t i = params->ith; i < plan.units() * plan.parts;) {
        Unit(op, plan, scratch, i).run(partials);
        i = fixed ? i + params->nth : ggml_threadpool_chunk_add(params->threadpool, 1);
    }
    if (partials) {
        ggml_barrier(params->threadpool);
        join(op, plan, partials, params->ith, params->nth);
    }
    return true;
}

#else

size_t ggml_grouped_attention_size(const ggml_tensor *, int) { return 0; }

bool ggml_grouped_attention(const ggml_compute_params *, ggml_tensor *) { return false; }

#endif
