"""llama.cpp as a `Backend`: one model, one context with a unified KV cache."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from minerva.core.errors import InferenceError
from minerva.core.sampling import SamplingParams
from minerva.engine.backend import Logits, Outcome, Sampler, Vector
from minerva.engine.batch import Batch
from minerva.engine.llama.columns import Columns
from minerva.engine.llama.library import AbortFlag, lib
from minerva.engine.llama.reader import Vectors
from minerva.engine.llama.sampler import ChainSampler, GreedySampler, build_chain
from minerva.engine.llama.vocabulary import LlamaVocabulary
from minerva.engine.tiers.block import Data

_DONE, _NO_SPACE, _ABORTED = 0, 1, 2
"""Return values of `llama_decode`, llama.h."""


class LlamaBackend:
    """Owns a `llama_context`. All calls but `interrupt` come from one thread."""

    def __init__(
        self, context: Any, vocabulary: LlamaVocabulary, abort: AbortFlag, output_rows: int, *, movable: bool
    ) -> None:
        """Take over `context`, whose abort callback is `abort` and whose `n_outputs_max` is `output_rows`.

        `movable`: the model's keys can be moved, see `can_move`.
        """
        self.vocabulary = vocabulary
        self.output_rows = output_rows
        self.cells: int = lib.llama_n_ctx(context)
        # The last sequence id is for cells on their way out of or into the context, see `save`.
        self.slots: int = lib.llama_n_seq_max(context) - 1
        self._transit = self.slots
        self._context = context
        self._memory = lib.llama_get_memory(context)
        self._abort = abort
        self._columns = Columns(lib.llama_n_batch(context))
        self.vectors = Vectors(context)
        self._window: int = lib.llama_model_n_swa(lib.llama_get_model(context)) or self.cells
        """Tokens that a token sees at least, where some layers have a sliding window."""
        self._embeds = False
        self._slots: list[int] = []
        self._row_of: dict[int, int] = {}
        self._logits: Logits | None = None
        self.can_truncate = self._probe_truncation()
        # Recurrent memory says that it can shift, and then refuses to remove tokens before its last.
        self.can_shift = movable and self.can_truncate and bool(lib.llama_memory_can_shift(self._memory))

    def decode(self, batch: Batch, *, embed: bool = False) -> Outcome:
        """Compute one batch; its logits are then there for `logits` and the samplers, or with `embed` its vectors."""
        if embed != self._embeds:
            lib.llama_set_embeddings(self._context, embed)
            self._embeds = embed
        self._slots = batch.slots
        outputs = [row for row, wanted in enumerate(batch.outputs) if wanted]
        self._row_of = {row: index for index, row in enumerate(outputs)}
        self._logits = None
        status = lib.llama_decode(self._context, self._columns.fill(batch))
        if status == _DONE:
            return Outcome.DONE
        if status == _NO_SPACE:
            return Outcome.NO_SPACE
        if status == _ABORTED:
            return Outcome.ABORTED
        raise InferenceError(f"llama_decode returned {status} for a batch of {len(batch)} tokens.")

    def logits(self, row: int) -> Logits:
        """Return a view of the logits at batch index `row`, shape (vocabulary,); the next decode overwrites it."""
        if self._logits is None:
            # One view of all rows: they lie one after the other in the order of the batch (llama.h, llama_get_logits).
            count = len(self._row_of) * self.vocabulary.size
            address = ctypes.cast(lib.llama_get_logits(self._context), ctypes.c_void_p).value
            if address is None:
                raise InferenceError("llama.cpp has no logits for the last batch.")
            flat = np.ctypeslib.as_array((ctypes.c_float * count).from_address(address))
            self._logits = flat.reshape(len(self._row_of), self.vocabulary.size)
        view: Logits = self._logits[self._row_of[row]]
        return view

    def embedding(self, row: int) -> Vector:
        """Return a copy of the vector of the sequence that has the token at batch index `row`."""
        return self.vectors.read(row, self._slots[row])

    def sampler(self, params: SamplingParams, prompt: list[int]) -> Sampler:
        """Return the arg-max where that is all that is asked for, a sampler chain otherwise."""
        if params.is_greedy and not params.changes_logits:
            return GreedySampler(self.logits)
        return ChainSampler(self._context, build_chain(params, self.vocabulary, self.cells, prompt))

    def share(self, source: int, target: int, length: int) -> bool:
        """Tag the first `length` cells of `source` with `target` too: no data moves. Return whether they are there.

        Behind a sliding window llama.cpp gives cells to other sequences; what the window before `length` needs may be
        gone. Then `target` is empty.
        """
        lib.llama_memory_seq_cp(self._memory, source, target, 0, length)
        if self._has(target, max(0, length - self._window), length):
            return True
        self.truncate(target, 0)
        return False

    def truncate(self, slot: int, length: int) -> None:
        """Remove the tokens of `slot` from position `length` on."""
        if not lib.llama_memory_seq_rm(self._memory, slot, length or -1, -1):
            raise InferenceError(f"This model's memory cannot drop the end of a sequence (slot {slot}, at {length}).")

    def shift(self, slot: int, start: int, count: int) -> None:
        """Remove the `count` tokens of `slot` from position `start` on; the keys of those behind are turned anew."""
        end = start + count
        if not lib.llama_memory_seq_rm(self._memory, slot, start, end):
            raise InferenceError(
                f"This model's memory cannot drop a part of a sequence (slot {slot}, {start} to {end})."
            )
        lib.llama_memory_seq_add(self._memory, slot, end, -1, -count)

    def save(self, slot: int, start: int, end: int) -> Data | None:
        """Return a copy of the cells of `slot` from position `start` up to `end`, for `restore`.

        `None` where some of them are gone: a sliding window may have given up those behind it for other sequences.
        """
        lib.llama_memory_seq_cp(self._memory, slot, self._transit, start, end)
        try:
            if not self._has(self._transit, start, end):
                return None
            size = lib.llama_state_seq_get_size_ext(self._context, self._transit, 0)
            data: Data = np.empty(size, dtype=np.uint8)
            written = lib.llama_state_seq_get_data_ext(self._context, _bytes_of(data), size, self._transit, 0)
        finally:
            lib.llama_memory_seq_rm(self._memory, self._transit, -1, -1)
        if written != size:
            raise InferenceError(f"llama.cpp wrote {written} of {size} bytes of cells {start} to {end} of slot {slot}.")
        return data

    def restore(self, slot: int, data: Data, start: int, end: int) -> bool:
        """Put the cells from `start` up to `end` of what `save` returned behind those of `slot`; whether it worked.

        They take new cells; if it did not work nothing has changed.
        """
        read = lib.llama_state_seq_set_data_ext(self._context, _bytes_of(data), len(data), self._transit, 0)
        if read:
            lib.llama_memory_seq_cp(self._memory, self._transit, slot, start, end)
        lib.llama_memory_seq_rm(self._memory, self._transit, -1, -1)
        if read and self._has(slot, max(0, end - self._window), end):
            return True
        self.truncate(slot, start if self.can_truncate else 0)
        return False

    def _has(self, slot: int, start: int, end: int) -> bool:
        """Whether memory holds positions from `start` on, and none from `end` on.

        It gives up the oldest first, so there are no gaps. What cannot be cut knows its last position alone.
        """
        first = lib.llama_memory_seq_pos_min(self._memory, slot) if self.can_truncate else start
        return first <= start and self.length(slot) == end

    def length(self, slot: int) -> int:
        """Return the number of tokens of `slot` in memory."""
        return int(lib.llama_memory_seq_pos_max(self._memory, slot)) + 1

    def set_threads(self, decode: int, batch: int) -> None:
        """From now on compute steps of one token with `decode` threads, and all others with `batch`."""
        lib.llama_set_n_threads(self._context, decode, batch)

    def interrupt(self, *, on: bool) -> None:
        """Raise or lower the abort flag."""
        self._abort.set(on=on)

    def close(self) -> None:
        """Free the context."""
        lib.llama_free(self._context)

    def _probe_truncation(self) -> bool:
        """Decode two tokens, which also pages the weights in, and try to drop the second (as llama-server does)."""
        batch = Batch()
        batch.add(0, [0, 0], 0, last_output=True)
        if self.decode(batch) is not Outcome.DONE:
            raise InferenceError("llama.cpp could not compute a first batch of two tokens.")
        possible = bool(lib.llama_memory_seq_rm(self._memory, 0, 1, -1))
        lib.llama_memory_clear(self._memory, False)
        return possible


def _bytes_of(data: Data) -> Any:
    return data.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
