"""Which sequences wait, run and are over, and the slots and cells that follow them: the scheduler's decisions, applied.

Every change of memory goes to the backend and to the prefix cache, its mirror, together, in here and nowhere else.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import numpy as np

from minerva.core.errors import InferenceError
from minerva.engine.answer import Answer
from minerva.engine.backend import Backend, Outcome
from minerva.engine.cells import KvCells
from minerva.engine.prefix_cache import PrefixCache
from minerva.engine.scheduler import Admission, Chunk, Limits, next_admission, plan_room, surplus
from minerva.engine.sequence import Sequence
from minerva.engine.shift import Shift, plan_shifts
from minerva.engine.stats import ServiceTime
from minerva.wire.messages import Admitted, EngineStats, News


class Roster:
    """The open requests of one model."""

    def __init__(self, backend: Backend, limits: Limits, clock: Callable[[], float]) -> None:
        """Start with no requests and an empty memory."""
        self.waiting: deque[Sequence] = deque()
        self.running: list[Sequence] = []
        self.cache = PrefixCache(KvCells(backend.cells), can_truncate=backend.can_truncate)
        self.service_time = ServiceTime()
        self._answers: dict[int, Answer] = {}
        self._backend = backend
        self._limits = limits
        self._clock = clock

    def stats(self) -> EngineStats:
        """Return the counts of the moment."""
        cells = self.cache.cells
        return EngineStats(len(self.running), len(self.waiting), cells.used, cells.retained_used, cells.total)

    def answer(self, request_id: int) -> Answer | None:
        """Return the answer of an open request."""
        return self._answers.get(request_id)

    def enqueue(self, sequence: Sequence) -> None:
        """Let a new sequence wait."""
        self.waiting.append(sequence)
        if sequence.passage is None:
            self._answers[sequence.request.id] = Answer(sequence, self._backend.vocabulary)

    def admit_all(self) -> list[News]:
        """Admit whoever can run now, and return the news of it."""
        news: list[News] = []
        while admission := next_admission(self.waiting, self.running, self.cache, self._limits):
            news += self._admit(admission)
        return news

    def shift_all(self) -> bool:
        """Shift those that have come to the end of their window; return whether there were any."""
        shifts = plan_shifts(self.running)
        for shift in shifts:
            self._shift(shift)
        return bool(shifts)

    def make_room(self, chunks: tuple[Chunk, ...]) -> tuple[Chunk, ...]:
        """Free cells for a plan, and return what of it can be computed now."""
        room = plan_room(sum(chunk.count for chunk in chunks), self.running, self.cache)
        for slot in room.evict:
            self._evict(slot)
        for sequence in room.preempt:
            self._preempt(sequence)
        # Only now it is known what is really free: shared cells are freed by the last who holds them.
        left, kept = self.cache.cells.free, []
        for chunk in chunks:
            count = min(chunk.count, left)
            if chunk.sequence.is_running and count:
                kept.append(Chunk(chunk.sequence, count))
                left -= count
        return tuple(kept)

    def advance(self, sequence: Sequence, count: int) -> None:
        """Record that `count` more tokens of `sequence` were computed."""
        sequence.computed += count
        self.cache.advance(sequence.slot, sequence.tokens, sequence.computed)

    def drop_draft(self, sequence: Sequence) -> None:
        """Forget what was computed behind the tokens of `sequence`; the mirror never knew of it."""
        sequence.draft.clear()
        self._backend.truncate(sequence.slot, sequence.computed)

    def release(self, sequence: Sequence) -> None:
        """Close a sequence that is over. What it computed is retained for others to start from, unless it opted out."""
        now = self._clock()
        self._answers.pop(sequence.request.id, None)
        if sequence.sampler is not None:
            sequence.sampler.close()
        if not sequence.is_running:
            self.waiting.remove(sequence)
            return
        self.running.remove(sequence)
        self.service_time.learn(now - (sequence.admitted_s or now))
        if sequence.shifts and sequence.keep is not None:
            self._shorten(sequence, sequence.keep)
        self.cache.unlock(sequence.slot, now)
        if sequence.computed == 0 or not sequence.request.cache_prompt:
            self._evict(sequence.slot)
        sequence.slot = -1
        while (slot := surplus(self.cache, self._limits)) is not None:
            self._evict(slot)

    def discard(self, sequence: Sequence) -> None:
        """Close a sequence whose memory is not to be trusted."""
        sequence.computed = 0
        self.cache.advance(sequence.slot, sequence.tokens, 0)
        self.release(sequence)

    def reconcile(self, chunks: tuple[Chunk, ...], outcome: Outcome) -> None:
        """After a decode that did not finish: believe what memory holds, and let the sequences go on from there."""
        if outcome is Outcome.NO_SPACE:
            self._free_something()
        for sequence in [chunk.sequence for chunk in chunks if chunk.sequence.is_running]:
            length = self._backend.length(sequence.slot)
            if length >= len(sequence.tokens):
                # Computed, and perhaps some of a draft, but the logits are lost: the last token is needed again.
                length = len(sequence.tokens) - 1
                self._backend.truncate(sequence.slot, length)
            self.advance(sequence, length - sequence.computed)

    def _admit(self, admission: Admission) -> list[News]:
        sequence, slot, match = admission.sequence, admission.slot, admission.match
        for victim in admission.evict:
            self._evict(victim)
        if match.length and match.slot != slot:
            self._backend.share(match.slot, slot, match.length)
        self.waiting.remove(sequence)
        self.running.append(sequence)
        now = self._clock()
        self.cache.lock(slot, sequence.wanted, match, now, movable_from=sequence.keep)
        sequence.slot, sequence.computed = slot, match.length
        if sequence.admitted_s is not None:
            return []
        sequence.admitted_s, sequence.cached = now, match.length
        if sequence.passage is not None:
            return []
        sequence.sampler = self._backend.sampler(sequence.request.sampling, sequence.tokens)
        queue_s = now - sequence.arrived_s
        return [Admitted(sequence.request.id, sequence.prompt_length, match.length, queue_s)]

    def _shift(self, shift: Shift) -> None:
        sequence, keep = shift.sequence, shift.keep
        if shift.freed:
            self._backend.shift(sequence.slot, keep, shift.freed)
        del sequence.tokens[keep : keep + shift.dropped]
        sequence.computed -= shift.freed
        sequence.shifted += shift.dropped
        sequence.shifts += 1
        self.cache.shift(sequence.slot, keep, shift.dropped, sequence.computed)

    def _shorten(self, sequence: Sequence, length: int) -> None:
        """Give up what is behind the first `length` tokens: once shifted, it is nothing for others to start from."""
        sequence.computed = min(sequence.computed, length)
        self._backend.truncate(sequence.slot, sequence.computed)
        self.cache.advance(sequence.slot, sequence.tokens, sequence.computed)

    def _preempt(self, sequence: Sequence) -> None:
        """Take a running sequence's memory away; it waits in front, and all its tokens are pending again."""
        self.running.remove(sequence)
        self._evict(sequence.slot)
        sequence.slot, sequence.computed = -1, 0
        sequence.wanted = np.asarray(sequence.tokens, dtype=np.int32)
        sequence.prompt_logprobs.clear()
        self.waiting.appendleft(sequence)

    def _evict(self, slot: int) -> None:
        self._backend.truncate(slot, 0)
        self.cache.evict(slot)

    def _free_something(self) -> None:
        """The mirror saw room where llama.cpp found none: give up the coldest, or the youngest."""
        retained = self.cache.retained()
        if retained:
            self._evict(retained[0].slot)
        elif len(self.running) > 1:
            self._preempt(max(self.running, key=lambda sequence: sequence.arrived_s))
        else:
            raise InferenceError("llama.cpp found no room for the only sequence there is.")
