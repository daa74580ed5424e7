"""Writing GGUF files byte by byte, right ones and wrong ones; the `gguf` package writes right ones only."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from minerva.models.ggml import SCALARS, TENSOR_TYPES, ValueType

Scalar = int | float | bool | str
Metadata = Mapping[str, Scalar | Sequence[Scalar]]
Tensor = tuple[str, tuple[int, ...], int]

F32, F16, Q4_0 = 0, 1, 2
LLAMA: Metadata = {
    "general.architecture": "llama",
    "general.name": "Small",
    "llama.block_count": 2,
    "llama.context_length": 1024,
    "llama.embedding_length": 64,
    "llama.feed_forward_length": 128,
    "llama.attention.head_count": 4,
    "llama.attention.head_count_kv": 2,
    "tokenizer.ggml.tokens": ["<unk>", "a", "b"],
    "tokenizer.ggml.scores": [0.0, -1.0, -2.0],
}
WEIGHTS: Sequence[Tensor] = (("token_embd.weight", (64, 3), F32), ("output.weight", (64, 3), Q4_0))


def text(value: str | bytes) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("<Q", len(data)) + data


def value_type(value: Scalar) -> ValueType:
    match value:
        case bool():
            return ValueType.BOOL
        case int():
            return ValueType.UINT32 if 0 <= value < 2**32 else ValueType.INT64
        case float():
            return ValueType.FLOAT32
        case str():
            return ValueType.STRING


def scalar(value: Scalar) -> bytes:
    return text(value) if isinstance(value, str) else SCALARS[value_type(value)].pack(value)


def pair(key: str, value: Scalar | Sequence[Scalar]) -> bytes:
    if isinstance(value, (str, int, float)):
        return text(key) + struct.pack("<I", value_type(value)) + scalar(value)
    kind = value_type(value[0]) if value else ValueType.INT32
    start = struct.pack("<IIQ", ValueType.ARRAY, kind, len(value))
    return text(key) + start + b"".join(scalar(item) for item in value)


def tensor_info(tensor: Tensor, offset: int) -> bytes:
    name, shape, kind = tensor
    return text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)


def gguf_bytes(
    metadata: Metadata = LLAMA,
    tensors: Sequence[Tensor] = WEIGHTS,
    *,
    version: int = 3,
    alignment: int = 32,
    offsets: Sequence[int] | None = None,
) -> bytes:
    """A whole file; the weights are zeros."""
    infos, position, places = b"", 0, []
    for index, tensor in enumerate(tensors):
        place = offsets[index] if offsets is not None else position
        infos += tensor_info(tensor, place)
        elements = 1
        for size in tensor[1]:
            elements *= size
        places.append(place + TENSOR_TYPES[tensor[2]].bytes_of(elements))
        position += -(-TENSOR_TYPES[tensor[2]].bytes_of(elements) // alignment) * alignment
    header = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(metadata))
    header += b"".join(pair(key, value) for key, value in metadata.items()) + infos
    if not tensors:
        return header
    return header + bytes(-len(header) % alignment) + bytes(max(places))


def raw(*parts: bytes, tensors: int = 0, keys: int = 0, version: int = 3) -> bytes:
    """A header of these counts, followed by `parts` as they are."""
    return b"GGUF" + struct.pack("<IQQ", version, tensors, keys) + b"".join(parts)
