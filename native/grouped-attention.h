#pragma once

#include "ggml.h"

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ggml_compute_params;

// Bytes of working memory that `ggml_grouped_attention` needs for a GGML_OP_FLASH_ATTN_EXT; 0 where it does not fit.
size_t ggml_grouped_attention_size(const struct ggml_tensor * op, int threads);

// Compute a GGML_OP_FLASH_ATTN_EXT, called by all threads; false, and nothing done, where it does not fit.
bool ggml_grouped_attention(const struct ggml_compute_params * params, struct ggml_tensor * dst);

#ifdef __cplusplus
}
#endif
