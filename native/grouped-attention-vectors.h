#pragma once

// Vectors of floats on x86, and the one matrix product that attention needs. Without AVX2 nothing is defined here.

#include "ggml-cpu-impl.h"
#include "ggml.h"

#include <cstdint>

#if defined(_MSC_VER)
// Neither __builtin_popcountll nor what else is GCC's and Clang's.
#elif defined(__AVX512F__) && defined(__AVX512BW__) && defined(__AVX512DQ__) && defined(__F16C__)
#define GROUPED_ATTENTION
typedef __m512 vec;
static constexpr int LANES = 16;
static inline vec load(const float * p) { return _mm512_loadu_ps(p); }
static inline void store(float * p, vec v) { _mm512_storeu_ps(p, v); }
static inline vec fill(float v) { return _mm512_set1_ps(v); }
static inline vec add(vec a, vec b) { return _mm512_add_ps(a, b); }
static inline vec subtract(vec a, vec b) { return _mm512_sub_ps(a, b); }
static inline vec larger(vec a, vec b) { return _mm512_max_ps(a, b); }
static inline vec multiply(vec a, vec b) { return _mm512_mul_ps(a, b); }
static inline vec divide(vec a, vec b) { return _mm512_div_ps(a, b); }
static inline vec multiply_add(vec a, vec b, vec c) { return _mm512_fmadd_ps(a, b, c); }
static inline vec load_half(const ggml_fp16_t * p) { return _mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *) p)); }
static inline float total_of(vec v) { return _mm512_reduce_add_ps(v); }
#elif defined(__AVX2__) && defined(__FMA__) && defined(__F16C__) && !defined(__AVX512F__)
#define GROUPED_ATTENTION
typedef __m256 vec;
static constexpr int LANES = 8;
static inline vec load(const float * p) { return _mm256_loadu_ps(p); }
static inline void store(float * p, vec v) { _mm256_storeu_ps(p, v); }
static inline vec fill(float v) { return _mm256_set1_ps(v); }
static inline vec add(vec a, vec b) { return _mm256_add_ps(a, b); }
static inline vec subtract(vec a, vec b) { return _mm256_sub_ps(a, b); }
static inline vec larger(vec a, vec b) { return _mm256_max_ps(a, b); }
static inline vec multiply(vec a, vec b) { return _mm256_mul_ps(a, b); }
static inline vec divide(vec a, vec b) { return _mm256_div_ps(a, b); }
static inline vec multiply_add(vec a, vec b, vec c) { return _mm256_fmadd_ps(a, b, c); }
static inline vec load_half(const ggml_fp16_t * p) { return _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *) p)); }
static inline float total_of(vec v) {
    const __m128 halves = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    const __m128 pairs  = _mm_add_ps(halves, _mm_movehl_ps(halves, halves));
    return _mm_cvtss_f32(_mm_add_ss(pairs, _mm_movehdup_ps(pairs)));
}
#endif

#ifdef GROUPED_ATTENTION

namespace {

// C[m][n] += sum over k of A[m][k] * B[k][n]. `a_row` and `a_step` are the distances in A from one m, and one k, to the
// next, so that A may lie transposed. M and N count what registers hold: M rows, N vectors.
template <int M, int N>
void product_block(float * c, int64_t c_row, const float * a, int64_t a_row, int64_t a_step, const float * b,
                   int64_t b_row, int64_t k) {
    vec sum[M][N];
    for (int m = 0; m < M; m++) {
        for (int n = 0; n < N; n++) {
            sum[m][n] = load(c + m * c_row + n * LANES);
        }
    }
    for (int64_t i = 0; i < k; i++) {
        vec row[N];
        for (int n = 0; n < N; n++) {
            row[n] = load(b + i * b_row + n * LANES);
        }
        for (int m = 0; m < M; m++) {
            const vec factor = fill(a[m * a_row + i * a_step]);
            for (int n = 0; n < N; n++) {
                sum[m][n] = multiply_add(factor, row[n], sum[m][n]);
            }
        }
    }
    for (int m = 0; m < M; m++) {
        for (int n = 0; n < N; n++) {
            store(c + m * c_row + n * LANES, sum[m][n]);
        }
    }
}

template <int N>
void product_columns(float * c, int64_t c_row, const float * a, int64_t a_row, int64_t a_step, const float * b,
                     int64_t b_row, int64_t m, int64_t k) {
    constexpr int M = N == 4 ? 4 : LANES == 8 && N == 2 ? 6 : 8;  // sums, one row of B and a factor fill the registers
    int64_t i = 0;
    for (; i + M <= m; i += M) {
        product_block<M, N>(c + i * c_row, c_row, a + i * a_row, a_row, a_step, b, b_row, k);
    }
    for (; i + 4 <= m; i += 4) {
        product_block<4, N>(c + i * c_row, c_row, a + i * a_row, a_row, a_step, b, b_row, k);
    }
    for (; i < m; i++) {
        product_block<1, N>(c + i * c_row, c_row, a + i * a_row, a_row, a_step, b, b_row, k);
    }
}

// C[m][n] += A[m][k] * B[k][n]; n is a multiple of LANES.
void product(float * c, int64_t c_row, const float * a, int64_t a_row, int64_t a_step, const float * b, int64_t b_row,
             int64_t m, int64_t n, int64_t k) {
    constexpr int WIDE = LANES == 16 ? 4 : 2;
    int64_t j = 0;
    for (; j + WIDE * LANES <= n; j += WIDE * LANES) {
        product_columns<WIDE>(c + j, c_row, a, a_row, a_step, b + j, b_row, m, k);
    }
    for (; j + 2 * LANES <= n; j += 2 * LANES) {
        product_columns<2>(c + j, c_row, a, a_row, a_step, b + j, b_row, m, k);
    }
    for (; j < n; j += LANES) {
        product_columns<1>(c + j, c_row, a, a_row, a_step, b + j, b_row, m, k);
    }
}

float dot(const float * a, const float * b, int64_t n) {
    vec sum[4] = { fill(0.0f), fill(0.0f), fill(0.0f), fill(0.0f) };
    int64_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES) {
        for (int j = 0; j < 4; j++) {
            sum[j] = multiply_add(load(a + i + j * LANES), load(b + i + j * LANES), sum[j]);
        }
    }
    for (; i + LANES <= n; i += LANES) {
        sum[0] = multiply_add(load(a + i), load(b + i), sum[0]);
    }
    float total = total_of(add(add(sum[0], sum[1]), add(sum[2], sum[3])));
    for (; i < n; i++) {
        total += a[i] * b[i];
    }
    return total;
}

}  // namespace

#endif
