"""A model's dimensions from its header, with the defaults that llama.cpp applies where a header is silent.

Source: `load_hparams` in llama.cpp's `src/llama-model.cpp`, the files of `src/models/`, and `src/llama-hparams.cpp`.
"""

from __future__ import annotations

from minerva.core.model import Capability, ModelShape
from minerva.models.gguf import Header

_RECURRENT = frozenset({"mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7", "arwkv7"})
_READERS = frozenset(
    {
        *("bert", "eurobert", "gemma-embedding", "jina-bert-v2", "jina-bert-v3", "modern-bert", "neo-bert"),
        *("nomic-bert", "nomic-bert-moe"),
    }
)
"""Models for which llama.cpp makes no cache (`create_memory`), and which write no text by other means either."""
_MEAN, _CLS, _LAST, _RANK = 1, 2, 3, 4
"""Values of `pooling_type`: enum llama_pooling_type, llama.h."""
_INTERVALS = {"qwen3next": 4, "qwen35": 4, "qwen35moe": 4, "minimax-01": 8}
"""Hybrid models in which every so many-th layer has attention, unless the header says otherwise."""


def read_shape(header: Header, architecture: str) -> ModelShape:
    """Return the dimensions that `header` gives for `architecture`; 0 where it is silent."""
    dimensions = _Dimensions(header, architecture)
    layers, embedding = dimensions.number("block_count"), dimensions.number("embedding_length")
    heads = max(dimensions.each_layer("attention.head_count", layers, 0), default=0)
    kv_heads = _kv_heads(dimensions, architecture, layers, heads)
    key_length, value_length = _head_lengths(dimensions, embedding, heads)
    tokens = header.array("tokenizer.ggml.tokens")
    return ModelShape(
        architecture=architecture,
        context_length=dimensions.number("context_length"),
        vocabulary=tokens.length if tokens else dimensions.number("vocab_size"),
        layers=layers,
        embedding=embedding,
        heads=heads,
        kv_heads=kv_heads,
        key_length=key_length,
        value_length=value_length,
        feed_forward=max(dimensions.each_layer("feed_forward_length", layers, 0), default=0),
        experts=dimensions.number("expert_count"),
        sliding_window=dimensions.number("attention.sliding_window"),
        state_size=_state_size(dimensions, architecture, kv_heads, heads, embedding),
        whole=_is_whole(header, architecture),
    )


def read_capabilities(header: Header, architecture: str) -> tuple[Capability, ...]:
    """Return what a model is for: one whose header says how to pool was trained for that, and writes no text."""
    pooling = header.integer(f"{architecture}.pooling_type")
    if pooling == _RANK:
        return ("rerank",)
    return ("embedding",) if pooling or _is_whole(header, architecture) else ("completion", "embedding")


def _is_whole(header: Header, architecture: str) -> bool:
    """Whether each token of a text looks at those behind it too, or the vector is made of all of them."""
    pooling = header.integer(f"{architecture}.pooling_type")
    looks_ahead = header.metadata.get(f"{architecture}.attention.causal") is False
    return architecture in _READERS or pooling in {_MEAN, _CLS} or (looks_ahead and pooling in {_LAST, _RANK})


class _Dimensions:
    """The keys of one architecture. A header can claim any number: what is absurd counts as silent."""

    _most = 1 << 31
    _most_layers = 4_096

    def __init__(self, header: Header, architecture: str) -> None:
        self._header = header
        self._prefix = f"{architecture}."

    def number(self, key: str) -> int:
        value = self._header.integer(self._prefix + key) or 0
        return value if value <= (self._most_layers if key == "block_count" else self._most) else 0

    def has(self, key: str) -> bool:
        return self._prefix + key in self._header.metadata

    def each_layer(self, key: str, layers: int, default: int) -> tuple[int, ...]:
        """A number for every layer; the header has one for all, or an array."""
        array = self._header.array(self._prefix + key)
        if array is None:
            return ((self.number(key) if self.has(key) else default),) * layers
        values = [value if isinstance(value, int) and 0 <= value <= self._most else 0 for value in array.values or ()]
        return tuple((values + [default] * layers)[:layers])


def _kv_heads(dimensions: _Dimensions, architecture: str, layers: int, heads: int) -> tuple[int, ...]:
    """Key and value heads of each layer. Layers at the end may share an earlier one's cache or only predict ahead."""
    if architecture in _RECURRENT or architecture in _READERS:
        return (0,) * layers
    own = layers - dimensions.number("attention.shared_kv_layers") - dimensions.number("nextn_predict_layers")
    counts = dimensions.each_layer("attention.head_count_kv", layers, heads)
    interval = dimensions.number("full_attention_interval") or _INTERVALS.get(architecture, 1)
    return tuple(count if layer < own and (layer + 1) % interval == 0 else 0 for layer, count in enumerate(counts))


def _head_lengths(dimensions: _Dimensions, embedding: int, heads: int) -> tuple[int, int]:
    """Lengths of a key and a value. With multi-head latent attention the value is part of the cached key: 0."""
    default = embedding // heads if heads else 0
    key = dimensions.number("attention.key_length") or default
    value = dimensions.number("attention.value_length") or default
    return key, 0 if dimensions.number("attention.key_length_mla") else value


def _state_size(
    dimensions: _Dimensions, architecture: str, kv_heads: tuple[int, ...], heads: int, embedding: int
) -> int:
    """Numbers of recurrent state of one sequence: `n_embd_r` and `n_embd_s`, for every layer that has them."""
    layers = len(kv_heads) if architecture == "falcon-h1" else kv_heads.count(0)
    inner, state = dimensions.number("ssm.inner_size"), dimensions.number("ssm.state_size")
    kernel = dimensions.number("ssm.conv_kernel")
    if wkv := dimensions.number("wkv.head_size"):
        return layers * embedding * ((dimensions.number("token_shift_count") or 2) + wkv)
    if cache := dimensions.number("shortconv.l_cache"):
        return layers * embedding * (cache - 1)
    if head := dimensions.number("kda.head_dim"):
        return layers * heads * head * (3 * max(kernel - 1, 3) + head)
    convolution = max(kernel - 1, 0) * (inner + 2 * dimensions.number("ssm.group_count") * state)
    return layers * (convolution + inner * state)
