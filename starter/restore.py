"""An exported file becomes a network and a tokenizer again, so that training can go on from what was shipped.

Weights of eight bits lose nothing that the first hundred updates do not bring back; the optimisers begin anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf
import torch
from tokenizers import Tokenizer, models
from torch import Tensor

from starter.export import PARTS
from starter.model import Llama, Shape
from starter.tokenizer import assemble, special_tokens


def restore(path: Path) -> tuple[Llama, Tokenizer]:
    """Read what `starter.export.export` wrote to `path`."""
    reader = gguf.GGUFReader(path)
    model = Llama(_shape(reader))
    model.load_state_dict(_weights(reader, model.shape.layers))
    return model, _tokenizer(reader)


def _value(reader: gguf.GGUFReader, key: str) -> Any:
    field = reader.get_field(key)
    if field is None:
        raise ValueError(f"{key} is missing: no file of the starter model.")
    return field.contents()


def _shape(reader: gguf.GGUFReader) -> Shape:
    return Shape(
        vocabulary=_value(reader, "llama.vocab_size"),
        width=_value(reader, "llama.embedding_length"),
        layers=_value(reader, "llama.block_count"),
        heads=_value(reader, "llama.attention.head_count"),
        kv_heads=_value(reader, "llama.attention.head_count_kv"),
        feed_forward=_value(reader, "llama.feed_forward_length"),
        context=_value(reader, "llama.context_length"),
        rope_base=_value(reader, "llama.rope.freq_base"),
    )


def _weights(reader: gguf.GGUFReader, layers: int) -> dict[str, Tensor]:
    ours = {"token_embd.weight": "embedding.weight", "output_norm.weight": "norm.weight"}
    for layer in range(layers):
        ours |= {f"blk.{layer}.{theirs}.weight": f"blocks.{layer}.{name}.weight" for theirs, name in PARTS.items()}
    return {
        ours[tensor.name]: torch.from_numpy(gguf.quants.dequantize(tensor.data, tensor.tensor_type).copy())
        for tensor in reader.tensors
    }


def _tokenizer(reader: gguf.GGUFReader) -> Tokenizer:
    vocabulary = {token: number for number, token in enumerate(_value(reader, "tokenizer.ggml.tokens"))}
    merges = [tuple(merge.split(" ")) for merge in _value(reader, "tokenizer.ggml.merges")]
    tokenizer = assemble(models.BPE(vocabulary, merges))
    tokenizer.add_special_tokens(special_tokens())
    return tokenizer
