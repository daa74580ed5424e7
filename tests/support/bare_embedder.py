"""The plainest way to an embedding over the low-level binding: what the engine's are compared with."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as lib
import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]


@lib.llama_log_callback
def _silence(_level: int, _text: bytes, _data: object) -> None:
    """Drop native log lines."""


class BareEmbedder:
    """A model with one exact context, in which one text after the other is computed as one batch."""

    def __init__(self, path: Path, *, window: int, pooling: int) -> None:
        """Load the file at `path`; `pooling` is a `llama_pooling_type`, -1 the file's own, 0 none: the last token."""
        lib.llama_log_set(_silence, None)
        lib.llama_backend_init()
        self._model = lib.llama_model_load_from_file(str(path).encode(), lib.llama_model_default_params())
        params = lib.llama_context_default_params()
        params.n_ctx = params.n_batch = params.n_ubatch = window
        params.embeddings, params.pooling_type, params.no_perf = True, pooling, True
        params.type_k = params.type_v = 0
        params.flash_attn_type = 0
        params.n_threads = params.n_threads_batch = 1
        self._context = lib.llama_init_from_model(self._model, params)
        self._vocab = lib.llama_model_get_vocab(self._model)
        self._memory = lib.llama_get_memory(self._context)
        self._pools = lib.llama_pooling_type(self._context) != 0
        ranks = lib.llama_pooling_type(self._context) == 4
        self._length = lib.llama_model_n_cls_out(self._model) if ranks else lib.llama_model_n_embd_out(self._model)

    def close(self) -> None:
        """Free everything."""
        lib.llama_free(self._context)
        lib.llama_model_free(self._model)

    def tokenize(self, text: str, *, special: bool = True) -> list[int]:
        """Return the tokens of `text`, as a rule with the model's own special tokens around them."""
        raw = text.encode()
        tokens = (ctypes.c_int32 * (len(raw) + 8))()
        return list(tokens[: lib.llama_tokenize(self._vocab, raw, len(raw), tokens, len(tokens), special, False)])

    def embed(self, tokens: list[int]) -> Vector:
        """Return the embedding of `tokens`, as the model makes it."""
        batch: Any = lib.llama_batch_init(len(tokens), 0, 1)
        batch.n_tokens = len(tokens)
        for i, token in enumerate(tokens):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.seq_id[i][0], batch.logits[i] = token, i, 1, 0, 1
        if self._memory:
            lib.llama_memory_clear(self._memory, True)
        assert lib.llama_decode(self._context, batch) == 0
        lib.llama_batch_free(batch)
        last = len(tokens) - 1
        found = lib.llama_get_embeddings_seq(self._context, 0) if self._pools else None
        address = found or lib.llama_get_embeddings_ith(self._context, last)
        vector: Vector = np.ctypeslib.as_array(address, (self._length,)).copy()
        return vector


@contextmanager
def bare_embedder(path: Path, *, window: int = 512, pooling: int = -1) -> Iterator[BareEmbedder]:
    """Load, and free at the end."""
    model = BareEmbedder(path, window=window, pooling=pooling)
    try:
        yield model
    finally:
        model.close()
