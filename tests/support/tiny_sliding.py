"""Write a tiny OLMo 2 with random weights, three of whose four layers see a sliding window and no further."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np

from tests.support.tiny_model import Weights, add_tokenizer, matrix, token_tensors, vocabulary

_SIZE, _HEADS, _LAYERS, _FEED_FORWARD = 64, 4, 4, 128


def write_tiny_sliding(path: Path, *, window: int, context: int = 1024, seed: int = 0) -> Path:
    """Write a GGUF file in f32 and return `path`; the same arguments give the same bytes. `window` counts tokens."""
    tokens, types = vocabulary()
    writer = gguf.GGUFWriter(path, "olmo2")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(context)
    writer.add_embedding_length(_SIZE)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FEED_FORWARD)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_rope_dimension_count(_SIZE // _HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_sliding_window(window)
    add_tokenizer(writer, tokens, types, None)
    rng = np.random.default_rng(seed)
    for name, weights in (*_layers(rng), *token_tensors(rng, types, _SIZE, 0.2)):
        writer.add_tensor(name, weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _layers(rng: np.random.Generator) -> Iterator[tuple[str, Weights]]:
    for layer in range(_LAYERS):
        block = f"blk.{layer}."
        for norm in ("attn_q_norm", "attn_k_norm", "post_attention_norm", "post_ffw_norm"):
            # Sharp attention, so that it matters which tokens are there.
            yield f"{block}{norm}.weight", np.full(_SIZE, 2.0 if "_q_" in norm or "_k_" in norm else 1.0, np.float32)
        for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield f"{block}{name}.weight", matrix(rng, _SIZE, _SIZE)
        yield f"{block}ffn_gate.weight", matrix(rng, _FEED_FORWARD, _SIZE)
        yield f"{block}ffn_up.weight", matrix(rng, _FEED_FORWARD, _SIZE)
        yield f"{block}ffn_down.weight", matrix(rng, _SIZE, _FEED_FORWARD)
