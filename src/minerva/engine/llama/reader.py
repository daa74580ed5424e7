"""llama.cpp as a `Reader`: a model that reads texts whole, and the vectors that any model makes of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from minerva.core.errors import InferenceError
from minerva.engine.backend import Outcome, Vector
from minerva.engine.batch import Batch
from minerva.engine.llama.columns import Columns
from minerva.engine.llama.library import AbortFlag, lib
from minerva.engine.llama.vocabulary import LlamaVocabulary

POOLING_NONE, POOLING_MEAN, POOLING_RANK = 0, 1, 4
"""enum llama_pooling_type, llama.h."""

_DONE, _ABORTED = 0, 2
"""Return values of `llama_encode` and `llama_decode`, llama.h."""


class Vectors:
    """What a context has made of the texts of its last batch."""

    def __init__(self, context: Any) -> None:
        """Read from `context`, a `llama_context *`."""
        model = lib.llama_get_model(context)
        pooling = lib.llama_pooling_type(context)
        self.ranks = pooling == POOLING_RANK
        self.pools = pooling != POOLING_NONE
        self.length: int = lib.llama_model_n_cls_out(model) if self.ranks else lib.llama_model_n_embd_out(model)
        self._context = context

    def read(self, row: int, slot: int) -> Vector:
        """Return a copy of the vector of `slot`; without pooling it is that of the token at batch index `row`."""
        if self.pools:
            address = lib.llama_get_embeddings_seq(self._context, slot)
        else:
            address = lib.llama_get_embeddings_ith(self._context, row)
        if not address:
            raise InferenceError("llama.cpp has no embedding of the last batch.")
        vector: Vector = np.ctypeslib.as_array(address, (self.length,)).copy()
        return vector


class LlamaReader:
    """Owns a `llama_context` in which nothing is kept from one batch to the next. One thread calls all but `interrupt`.

    A batch must be computed in one piece, for every token of a text looks at every other.
    """

    def __init__(self, context: Any, vocabulary: LlamaVocabulary, abort: AbortFlag) -> None:
        """Take over `context`, which gives embeddings and whose abort callback is `abort`."""
        self.vocabulary = vocabulary
        self.batch_tokens: int = lib.llama_n_ubatch(context)
        self.slots: int = lib.llama_n_seq_max(context)
        self.vectors = Vectors(context)
        self._context = context
        # Some such models get a memory that they do not use, or do not need once a batch is over.
        self._memory = lib.llama_get_memory(context)
        self._compute = lib.llama_decode if self._memory else lib.llama_encode
        self._abort = abort
        self._columns = Columns(self.batch_tokens)
        self._slots: list[int] = []

    def read(self, batch: Batch) -> Outcome:
        """Compute one batch of whole texts, each from position 0 on in a slot of its own. Raises `InferenceError`."""
        self._slots = batch.slots
        status = self._compute(self._context, self._columns.fill(batch))
        if self._memory:
            lib.llama_memory_clear(self._memory, False)
        if status == _ABORTED:
            return Outcome.ABORTED
        if status != _DONE:
            raise InferenceError(f"llama.cpp returned {status} for a batch of {len(batch)} tokens.")
        return Outcome.DONE

    def embedding(self, row: int) -> Vector:
        """Return a copy of the vector of the text that has the token at batch index `row`."""
        return self.vectors.read(row, self._slots[row])

    def interrupt(self, *, on: bool) -> None:
        """Raise or lower the abort flag."""
        self._abort.set(on=on)
