"""A batch as llama.cpp takes it."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from minerva.engine.batch import Batch
from minerva.engine.llama.library import lib


class Columns:
    """The arrays a `llama_batch` points to, allocated once and filled by numpy."""

    def __init__(self, size: int) -> None:
        """Hold up to `size` tokens."""
        self._tokens = np.zeros(size, dtype=np.int32)
        self._positions = np.zeros(size, dtype=np.int32)
        self._slots = np.zeros(size, dtype=np.int32)
        self._outputs = np.zeros(size, dtype=np.int8)
        self._slot_counts = np.ones(size, dtype=np.int32)
        # seq_id is an array of pointers, one per token, to that token's list of sequence ids: here one id each.
        step = self._slots.itemsize
        self._slot_pointers = self._slots.ctypes.data + step * np.arange(size, dtype=np.uint64)
        self._batch = lib.llama_batch(
            n_tokens=0,
            token=_pointer(self._tokens, ctypes.c_int32),
            embd=None,
            pos=_pointer(self._positions, ctypes.c_int32),
            n_seq_id=_pointer(self._slot_counts, ctypes.c_int32),
            seq_id=ctypes.cast(self._slot_pointers.ctypes.data, ctypes.POINTER(ctypes.POINTER(ctypes.c_int32))),
            logits=_pointer(self._outputs, ctypes.c_int8),
        )

    def fill(self, batch: Batch) -> Any:
        """Return `batch` as a `llama_batch`, valid until the next call."""
        count = len(batch)
        self._tokens[:count] = batch.tokens
        self._positions[:count] = batch.positions
        self._slots[:count] = batch.slots
        self._outputs[:count] = batch.outputs
        self._batch.n_tokens = count
        return self._batch


def _pointer(array: np.ndarray[Any, Any], kind: Any) -> Any:
    return array.ctypes.data_as(ctypes.POINTER(kind))
