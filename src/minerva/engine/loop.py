"""The engine: take commands between steps, schedule, run, update, reply. Nothing else advances a sequence."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import numpy as np

from minerva.core.errors import ContextLimitExceeded, InferenceError, MinervaError, QueueFull
from minerva.core.event import TokenLogprob
from minerva.engine.answer import Answer
from minerva.engine.backend import Backend, Outcome
from minerva.engine.batch import Batch
from minerva.engine.cells import KvCells
from minerva.engine.cost import CostModel
from minerva.engine.intake import Arrived, Item
from minerva.engine.interrupt import Interrupt
from minerva.engine.logprobs import token_logprob
from minerva.engine.prefix_cache import PrefixCache
from minerva.engine.scheduler import Admission, Chunk, Limits, next_admission, plan_room, plan_step, surplus
from minerva.engine.sequence import Sequence
from minerva.engine.stats import ServiceTime
from minerva.engine.text import TextStream
from minerva.wire.messages import Admitted, Cancel, Delta, Ended, EngineStats, News, Refused, Step

_WORTH_INTERRUPTING_S = 0.05
"""A step expected to be shorter than this is not interrupted by a cancel."""


class Engine:
    """All sequences of one model. Every method is called from one thread; `Interrupt` is the one thing shared."""

    def __init__(
        self,
        backend: Backend,
        *,
        window: int,
        limits: Limits,
        queue_limit: int,
        cost: CostModel,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`window` is the context of one sequence, tokens; `queue_limit` how many may wait."""
        self.interrupt = Interrupt(backend)
        self.cache = PrefixCache(KvCells(backend.cells), can_truncate=backend.can_truncate)
        self._backend = backend
        self._window = window
        self._limits = limits
        self._queue_limit = queue_limit
        self._cost = cost
        self._clock = clock
        self._waiting: deque[Sequence] = deque()
        self._running: list[Sequence] = []
        self._answers: dict[int, Answer] = {}
        self._service_time = ServiceTime()
        self._news: list[News] = []

    @property
    def is_idle(self) -> bool:
        """Whether no sequence waits or runs."""
        return not self._waiting and not self._running

    def handle(self, items: list[Item]) -> None:
        """Take in what arrived since the last step."""
        for item in items:
            match item:
                case Arrived():
                    self._submit(item)
                case Cancel():
                    self._cancel(item.id)
                    self.interrupt.forget(item.id)
                case Refused():
                    self._news.append(item)

    def step(self) -> Step:
        """Advance whoever is due, and return the news, also of what `handle` decided."""
        while admission := next_admission(self._waiting, self._running, self.cache, self._limits):
            self._admit(admission)
        if self._running:
            self._advance(
                plan_step(self._running, self._cost, self._limits, self._clock())
            )
        news, self._news = self._news, []
        return Step(news, self.stats())

    def check(self) -> None:
        """Prove the prefix cache against the backend's memory. Raises `AssertionError`."""
        self.cache.check(self._backend.length)

    def stats(self) -> EngineStats:
        """Return the state after the last step."""
        cells = self.cache.cells
        return EngineStats(
            len(self._running), len(self._waiting), cells.used, cells.retained_used, cells.total
        )

    # -- commands

    def _submit(self, item: Arrived) -> None:
        request, tokens = item.request, list(item.tokens)
        try:
            self._check_room(len(tokens))
        except MinervaError as error:
            self._news.append(Refused(request.id, error.info()))
            return
        sequence = Sequence(
            request=request,
            tokens=tokens,
            prompt_length=len(tokens),
            window=self._window,
            arrived_s=self._clock(),
            text=TextStream(request.stop),
            wanted=np.asarray(tokens, dtype=np.int32),
        )
        self._waiting.append(sequence)
        self._answers[request.id] = Answer(sequence, self._backend.vocabulary)

    def _check_room(self, length: int) -> None:
        """Refuse at once what cannot be answered: nothing is ever cut to fit."""
        if length >= self._window:
            raise ContextLimitExceeded(
                f"The prompt has {length} tokens and needs at least one more for an answer, but this model's context "
                f"window is {self._window} tokens (context_length_exceeded). Shorten the prompt, or load the model "
                "with a larger context.",
                maximum=self._window,
                required=length + 1,
            )
        if len(self._waiting) >= self._queue_limit:
            retry_s = self._service_time.retry_after_s(len(self._waiting), self._limits.max_running)
            raise QueueFull(
                f"{len(self._waiting)} requests wait already, the most that may. Try again in about {retry_s:.0f} s.",
                retry_s,
            )

    def _cancel(self, request_id: int) -> None:
        answer = self._answers.get(request_id)
        if answer is not None:
            self._news += answer.end("cancelled", self._clock())
            self._release(answer.sequence)

    # -- one step

    def _admit(self, admission: Admission) -> None:
        sequence, slot, match = admission.sequence, admission.slot, admission.match
        for victim in admission.evict:
            self._evict(victim)
        if match.length and match.slot != slot:
            self._backend.share(match.slot, slot, match.length)
        self._waiting.remove(sequence)
        self._running.append(sequence)
        now = self._clock()
        self.cache.lock(slot, sequence.wanted, match, now)
        sequence.slot, sequence.computed = slot, match.length
        if sequence.admitted_s is None:
            sequence.admitted_s, sequence.cached = now, match.length
            sequence.sampler = self._backend.sampler(sequence.request.sampling, sequence.tokens)
            self._news.append(
                Admitted(sequence.request.id, sequence.prompt_length, match.length, now - sequence.arrived_s)
            )

    def _advance(self, chunks: tuple[Chunk, ...]) -> None:
        chunks = self._make_room(chunks)
        if not chunks:
            return
        batch, rows = _build_batch(chunks)
        if self._cost.predict_s(len(batch)) > _WORTH_INTERRUPTING_S:
            self.interrupt.arm(chunk.sequence.request.id for chunk in chunks)
        started = self._clock()
        try:
            outcome = self._backend.decode(batch)
        except InferenceError as error:
            self._fail(chunks, error)
            return
        finally:
            self.interrupt.disarm()
        if outcome is not Outcome.DONE:
            self._reconcile(chunks, outcome)
            return
        self._update(chunks, rows)
        self._cost.learn(len(batch), self._clock() - started)

    def _make_room(self, chunks: tuple[Chunk, ...]) -> tuple[Chunk, ...]:
        room = plan_room(sum(chunk.count for chunk in chunks), self._running, self.cache)
        for slot in room.evict:
            self._evict(slot)
        for sequence in room.preempt:
            self._preempt(sequence)
        # The mirror knows by now what is really free: what still does not fit waits for the next step.
        left, kept = self.cache.cells.free, []
        for chunk in chunks:
            count = min(chunk.count, left)
            if chunk.sequence.is_running and count:
                kept.append(Chunk(chunk.sequence, count))
                left -= count
        return tuple(kept)

    def _update(self, chunks: tuple[Chunk, ...], rows: list[int]) -> None:
        for chunk, row in zip(chunks, rows, strict=True):
            sequence = chunk.sequence
            if sequence.wants_prompt_logprobs:
                self._collect_prompt_logprobs(chunk, row)
            sequence.computed += chunk.count
            self.cache.advance(sequence.slot, sequence.tokens, sequence.computed)
            if sequence.pending == 0:
                self._sample(sequence, row)

    def _sample(self, sequence: Sequence, row: int) -> None:
        request, answer = sequence.request, self._answers[sequence.request.id]
        if sequence.prompt_logprobs:
            self._news.append(Delta(request.id, "", tuple(sequence.prompt_logprobs)))
            sequence.prompt_logprobs.clear()
        if sequence.room <= 0:
            news = answer.end("length", self._clock())
        else:
            assert sequence.sampler is not None, "a running sequence has a sampler"
            token = sequence.sampler.sample(row)
            logprob = None
            if request.logprobs is not None:
                vocabulary = self._backend.vocabulary
                logprob = token_logprob(self._backend.logits(row), token, request.logprobs, vocabulary)
            news = answer.take(token, logprob, self._clock())
        self._news += news
        if news and isinstance(news[-1], Ended):
            self._release(sequence)

    def _collect_prompt_logprobs(self, chunk: Chunk, last_row: int) -> None:
        """The logits after token i tell how likely token i + 1 was; nothing tells about the first."""
        sequence, vocabulary = chunk.sequence, self._backend.vocabulary
        if sequence.computed == 0:
            first = sequence.tokens[0]
            sequence.prompt_logprobs.append(TokenLogprob(first, vocabulary.piece(first), None))
        first_row = last_row - chunk.count + 1
        for offset in range(chunk.count):
            following = sequence.computed + offset + 1
            if following < sequence.prompt_length:
                logits = self._backend.logits(first_row + offset)
                token = sequence.tokens[following]
                count = sequence.request.logprobs or 0
                sequence.prompt_logprobs.append(token_logprob(logits, token, count, vocabulary))

    # -- what can happen to a sequence

    def _release(self, sequence: Sequence) -> None:
        """A sequence is over: what it computed stays, retained, for others to start from."""
        now = self._clock()
        del self._answers[sequence.request.id]
        if sequence.sampler is not None:
            sequence.sampler.close()
        if sequence.is_running:
            self._running.remove(sequence)
            self._service_time.learn(now - (sequence.admitted_s or now))
            self.cache.unlock(sequence.slot, now)
            if sequence.computed == 0:
                self._evict(sequence.slot)
            sequence.slot = -1
            while (slot := surplus(self.cache, self._limits)) is not None:
                self._evict(slot)
        else:
            self._waiting.remove(sequence)

    def _preempt(self, sequence: Sequence) -> None:
        self._running.remove(sequence)
        self._evict(sequence.slot)
        sequence.slot, sequence.computed = -1, 0
        sequence.wanted = np.asarray(sequence.tokens, dtype=np.int32)
        sequence.prompt_logprobs.clear()
        self._waiting.appendleft(sequence)

    def _evict(self, slot: int) -> None:
        self._backend.truncate(slot, 0)
        self.cache.evict(slot)

    def _reconcile(self, chunks: tuple[Chunk, ...], outcome: Outcome) -> None:
        """A decode did not finish: believe what memory holds, and let the sequences go on from there."""
        if outcome is Outcome.NO_SPACE:
            self._free_something()
        for sequence in [chunk.sequence for chunk in chunks if chunk.sequence.is_running]:
            length = self._backend.length(sequence.slot)
            if length == len(sequence.tokens):
                # Computed, but its logits are lost: the last token is needed again.
                length -= 1
                self._backend.truncate(sequence.slot, length)
            sequence.computed = length
            self.cache.advance(sequence.slot, sequence.tokens, length)

    def _free_something(self) -> None:
        retained = self.cache.retained()
        if retained:
            self._evict(retained[0].slot)
        elif len(self._running) > 1:
            self._preempt(max(self._running, key=lambda sequence: sequence.arrived_s))
        else:
            chunk = Chunk(self._running[0], 1)
            self._fail(
                (chunk,),
                InferenceError("The engine found no room for a single sequence; please report this."),
            )

    def _fail(self, chunks: tuple[Chunk, ...], error: InferenceError) -> None:
        """A decode broke: its sequences end with the error, and nothing they held is trusted."""
        for sequence in [chunk.sequence for chunk in chunks]:
            self._news.append(Refused(sequence.request.id, error.info()))
            sequence.computed = 0
            self.cache.advance(sequence.slot, sequence.tokens, 0)
            self._release(sequence)


def _build_batch(chunks: tuple[Chunk, ...]) -> tuple[Batch, list[int]]:
    """Return the batch of a plan, and for each chunk the batch index of its last token."""
    batch, rows = Batch(), []
    for chunk in chunks:
        sequence, start = chunk.sequence, chunk.sequence.computed
        rows.append(
            batch.add(
                sequence.slot,
                sequence.tokens[start : start + chunk.count],
                start,
                last_output=chunk.count == sequence.pending,
                all_outputs=sequence.wants_prompt_logprobs,
            )
        )
    return batch, rows
