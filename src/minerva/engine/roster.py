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
from minerva.engine.borders import borders
from minerva.engine.cells import KvCells
from minerva.engine.fairness import preemption_order
from minerva.engine.keeper import Keeper
from minerva.engine.prefix_cache import NO_MATCH, PrefixCache
from minerva.engine.scheduler import Admission, Chunk, Limits, may_reuse, next_admission, plan_room, surplus
from minerva.engine.sequence import Sequence
from minerva.engine.shift import Shift, plan_shifts
from minerva.engine.stats import ServiceTime
from minerva.engine.tiers.tiers import Found, Tiers
from minerva.engine.waiting import Waiting
from minerva.wire.messages import Admitted, EngineStats, News

_RESTORE_S = 0.02
"""Time that a step gives to fetching what is kept, if others are to go on meanwhile."""


class Roster:
    """The open requests of one model."""

    def __init__(self, backend: Backend, limits: Limits, clock: Callable[[], float], tiers: Tiers) -> None:
        """Start with no requests and an empty memory; what has no place in it any more goes to `tiers`."""
        self.waiting = Waiting()
        self.running: list[Sequence] = []
        self.cache = PrefixCache(KvCells(backend.cells), can_truncate=backend.can_truncate)
        self.keeper = Keeper(backend, self.cache, tiers, clock)
        self.service_time = ServiceTime()
        self._answers: dict[int, Answer] = {}
        self._backend = backend
        self._limits = limits
        self._clock = clock

    def stats(self) -> EngineStats:
        """Return the counts of the moment."""
        cells, tiers = self.cache.cells, self.keeper.tiers
        return EngineStats(
            running=len(self.running),
            waiting=len(self.waiting),
            cells_used=cells.used,
            cells_retained=cells.retained_used,
            cells_total=cells.total,
            ram_tier_bytes=tiers.ram_bytes,
            disk_tier_bytes=tiers.disk_bytes,
            restored_tokens=self.keeper.restored,
        )

    def answer(self, request_id: int) -> Answer | None:
        """Return the answer of an open request."""
        return self._answers.get(request_id)

    def enqueue(self, sequence: Sequence) -> None:
        """Let a new sequence wait."""
        self.waiting.add(sequence)
        if sequence.passage is None:
            self._answers[sequence.request.id] = Answer(sequence, self._backend.vocabulary)

    def admit_all(self) -> None:
        """Admit whoever can run now."""
        while self.waiting:
            in_turn = self.waiting.in_turn(self._clock())
            admission = next_admission(in_turn, self.running, self.cache, self._limits)
            if admission is None:
                return
            self._admit(admission)

    def give_up(self) -> None:
        """While others run, drop what is retained and in RAM too: each of their steps would take longer for it."""
        if self.running:
            for entry in self.cache.retained():
                if self.keeper.has_in_ram(entry):
                    self._drop(entry.slot)

    def restore_all(self) -> list[News]:
        """Fetch from the tiers what they have of the prompts that were admitted; return the news of who begins now.

        That takes `_RESTORE_S` at most, or a block, and goes on in the next step. A block for each in turn: who has
        little to fetch does not wait for who has much.
        """
        news: list[News] = []
        until = self._clock() + _RESTORE_S
        # Who has nothing to fetch first: that is known at once.
        left = deque(sorted(self._restoring(), key=lambda each: self._found(each) is not None))
        while left:
            sequence = left.popleft()
            if (found := self._found(sequence)) is None or not self._restore(sequence, found):
                news += self._begin(sequence)
                continue
            left.append(sequence)
            if self._clock() >= until:
                break
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
        if sequence.computed in sequence.borders:
            self.keeper.checkpoint(sequence.slot)

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
            self._drop(sequence.slot)
        else:
            self.keeper.add(sequence.slot)
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

    def _restoring(self) -> list[Sequence]:
        return [sequence for sequence in self.running if sequence.chain is not None]

    def _found(self, sequence: Sequence) -> Found | None:
        return None if sequence.chain is None else self.keeper.find(sequence.chain, sequence.computed)

    def _restore(self, sequence: Sequence, found: Found) -> bool:
        """Put a block of the prompt of `sequence` that was `found` into its slot; return whether that worked.

        All of the block has to find room, also where it is wanted in part.
        """
        count, needed = found.end - sequence.computed, len(found.block.tokens)
        for slot in plan_room(needed, (), self.cache).evict:
            self._evict(slot)
        if self.cache.cells.free < needed or not self.keeper.restore(sequence.slot, found, sequence.computed):
            return False
        self.advance(sequence, count)
        # One that was preempted began long ago.
        sequence.cached += count if sequence.sampler is None else 0
        return True

    def _begin(self, sequence: Sequence) -> list[News]:
        """A sequence has all that needs no computing. Return the news of it if it was admitted for the first time."""
        sequence.chain = None
        if sequence.sampler is not None or sequence.passage is not None or sequence.admitted_s is None:
            return []
        sequence.sampler = self._backend.sampler(sequence.request.sampling, sequence.tokens)
        queue_s = sequence.admitted_s - sequence.arrived_s
        return [Admitted(sequence.request.id, sequence.prompt_length, sequence.cached, queue_s)]

    def _admit(self, admission: Admission) -> None:
        sequence, slot, match = admission.sequence, admission.slot, admission.match
        for victim in admission.evict:
            self._evict(victim)
        if match.length and match.slot != slot and not self._backend.share(match.slot, slot, match.length):
            match = NO_MATCH
        self.waiting.admit(sequence)
        self.running.append(sequence)
        now = self._clock()
        self.cache.lock(
            slot, sequence.wanted, match, now, movable_from=sequence.keep, private=not sequence.request.cache_disk
        )
        sequence.slot, sequence.computed = slot, match.length
        sequence.chain = self.keeper.chain(sequence.wanted if may_reuse(sequence) else sequence.wanted[:0])
        if not self._backend.can_truncate and may_reuse(sequence):
            sequence.borders = borders(sequence.wanted.tolist(), self._backend.vocabulary.control_ids)
        if sequence.sampler is None:
            sequence.cached = match.length
        if sequence.admitted_s is None:
            sequence.admitted_s = now

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
        """Take a running sequence's memory away; it waits, and all its tokens are pending again."""
        self.running.remove(sequence)
        # Who opted out of the cache is not saved either.
        leave = self._evict if sequence.request.cache_prompt else self._drop
        leave(sequence.slot)
        sequence.slot, sequence.computed = -1, 0
        sequence.preempted += 1
        sequence.wanted = np.asarray(sequence.tokens, dtype=np.int32)
        sequence.prompt_logprobs.clear()
        self.waiting.add(sequence)

    def _evict(self, slot: int) -> None:
        """Take what `slot` holds out of the context; the tiers get it."""
        self.keeper.finish(slot)
        self._drop(slot)

    def _drop(self, slot: int) -> None:
        self._backend.truncate(slot, 0)
        self.cache.evict(slot)

    def _free_something(self) -> None:
        """The mirror saw room where llama.cpp found none: give up the coldest, or who is the first to be preempted."""
        retained = self.cache.retained()
        if retained:
            self._evict(retained[0].slot)
        elif len(self.running) > 1:
            self._preempt(preemption_order(self.running)[0])
        else:
            raise InferenceError("llama.cpp found no room for the only sequence there is.")
