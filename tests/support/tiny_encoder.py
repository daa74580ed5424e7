"""Write a tiny BERT with random weights and a WordPiece vocabulary: an embedding model, or a reranker."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from tests.support.tiny_model import WORDS

UNKNOWN, CLS, SEP, MASK, PAD = 1, 2, 3, 4, 0
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
SIZE = 32
"""Numbers of an embedding."""


def vocabulary() -> list[str]:
    """Return the tokens. A word's first piece begins with `▁`, those behind it with nothing, as llama.cpp has them."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [*SPECIAL, *(f"▁{letter}" for letter in letters), *letters, *(f"▁{word}" for word in WORDS if word != "a")]


def write_tiny_encoder(
    path: Path, *, pooling: gguf.PoolingType | None = gguf.PoolingType.MEAN, context: int = 128, seed: int = 0
) -> Path:
    """Write a GGUF file of architecture `bert` in f32 and return `path`; the same arguments give the same bytes.

    `pooling`: `None` leaves it out, as old files do; `RANK` makes it a reranker with one score.
    """
    size, wide = SIZE, 64
    tokens, rng = vocabulary(), np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(context)
    writer.add_embedding_length(size)
    writer.add_block_count(2)
    writer.add_feed_forward_length(wide)
    writer.add_head_count(4)
    writer.add_layer_norm_eps(1e-5)
    writer.add_causal_attention(False)
    writer.add_token_type_count(2)
    if pooling is not None:
        writer.add_pooling_type(pooling)
    _add_tokenizer(writer, tokens)
    matrices = {"token_embd": (len(tokens), size), "position_embd": (context, size), "token_types": (2, size)}
    for layer in ("blk.0", "blk.1"):
        matrices |= {f"{layer}.{name}": (size, size) for name in ("attn_q", "attn_k", "attn_v", "attn_output")}
        matrices |= {f"{layer}.ffn_up": (wide, size), f"{layer}.ffn_down": (size, wide)}
    if pooling == gguf.PoolingType.RANK:
        matrices["cls.output"] = (1, size)
    for name, (rows, columns) in matrices.items():
        writer.add_tensor(f"{name}.weight", rng.standard_normal((rows, columns), dtype=np.float32) * columns**-0.5)
        if name.startswith(("blk", "cls")):
            writer.add_tensor(f"{name}.bias", np.zeros(rows, np.float32))
    for name in ("token_embd_norm", *(f"blk.{i}.{part}_output_norm" for i in (0, 1) for part in ("attn", "layer"))):
        writer.add_tensor(f"{name}.weight", np.ones(size, np.float32))
        writer.add_tensor(f"{name}.bias", np.zeros(size, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _add_tokenizer(writer: gguf.GGUFWriter, tokens: list[str]) -> None:
    kinds = gguf.TokenType
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens)
    writer.add_token_types([int(kinds.CONTROL if token in SPECIAL else kinds.NORMAL) for token in tokens])
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(CLS)
    writer.add_eos_token_id(SEP)
    writer.add_sep_token_id(SEP)
    writer.add_pad_token_id(PAD)
    writer.add_mask_token_id(MASK)
