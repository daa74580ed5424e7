"""The engine: take commands between steps, schedule, run, update, reply. Nothing else advances a sequence."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from minerva.core.errors import InferenceError, MinervaError
from minerva.core.event import TokenLogprob
from minerva.engine.answer import Answer
from minerva.engine.backend import Backend, Outcome
from minerva.engine.batch import Batch
from minerva.engine.choosing import Choosing
from minerva.engine.cost import CostModel
from minerva.engine.embedder import Embedder
from minerva.engine.intake import Arrived, ArrivedTexts, Item
from minerva.engine.interrupt import Interrupt
from minerva.engine.jobs import Jobs
from minerva.engine.logprobs import token_logprob
from minerva.engine.pace import Pace
from minerva.engine.reception import Reception
from minerva.engine.roster import Roster
from minerva.engine.scheduler import Chunk, Limits, plan_step
from minerva.engine.sequence import Sequence
from minerva.engine.speculation import plan_drafts
from minerva.engine.tiers.tiers import Tiers
from minerva.wire.messages import (
    Cancel,
    Counted,
    Delta,
    Detokenized,
    Ended,
    EngineStats,
    News,
    Refused,
    Result,
    Step,
    Tokenized,
)

_WORTH_INTERRUPTING_S = 0.05
"""A step expected to be shorter than this is not interrupted by a cancel."""


class Engine:
    """All sequences of one model. Every method is called from one thread; `interrupt` is the one thing shared."""

    def __init__(
        self,
        backend: Backend,
        *,
        window: int,
        limits: Limits,
        queue_limit: int,
        cost: CostModel,
        threads: int = 1,
        tiers: Tiers | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`window` is the context of one sequence, tokens; `queue_limit` how many may wait; without `tiers` none.

        Up to `threads` threads choose tokens.
        """
        self.interrupt = Interrupt(backend)
        self.roster = Roster(backend, limits, clock, tiers or Tiers(0))
        self._reception = Reception(backend, self.roster, limits, clock, window=window, queue_limit=queue_limit)
        self._embedder = Embedder(backend, self.roster, limits, Jobs(window, queue_limit, clock), clock)
        self._backend = backend
        self._limits = limits
        self._cost = cost
        self._clock = clock
        self._pace = Pace(limits.step_target_s)
        self._choosing = Choosing(backend, threads)
        self._moved = False
        """Tokens were shifted, and the next decode carries it out."""
        self._news: list[News] = []
        self._results: list[Result] = []

    @property
    def is_idle(self) -> bool:
        """Whether no sequence waits or runs, no text is left to embed, and nothing to be saved."""
        roster = self.roster
        return not (roster.waiting or roster.running or roster.keeper.is_busy) and self._embedder.jobs.is_empty

    @property
    def is_saving(self) -> bool:
        """Whether something computed is still to be saved. May be asked from another thread."""
        return self.roster.keeper.is_busy

    def save(self, patience_s: float) -> None:
        """Save what is left to save, for `patience_s` at most: there will be no further step."""
        self.roster.keeper.work(patience_s)

    def handle(self, items: list[Item]) -> None:
        """Take in what arrived since the last step."""
        for item in items:
            match item:
                case Arrived():
                    self._news += self._reception.take(item)
                case ArrivedTexts():
                    self._news += self._embedder.jobs.add(item.request, item.passages)
                case Cancel():
                    self._cancel(item.id)
                case Refused():
                    self._news.append(item)
                case Counted() | Tokenized() | Detokenized():
                    self._results.append(item)

    def step(self) -> Step:
        """Advance whoever is due, and return the news, also of what `handle` decided."""
        self._embedder.feed()
        self.roster.keeper.tiers.collect()
        self.roster.admit_all()
        self.roster.give_up()
        self._news += self._reception.dismiss()
        self._news += self.roster.restore_all()
        if self.roster.running:
            self._moved |= self.roster.shift_all()
            self._advance()
        self.roster.keeper.work()
        news, self._news = self._news, []
        results, self._results = self._results, []
        return Step(news, self.stats(), results, self._embedder.jobs.collect())

    def _advance(self) -> None:
        """Plan a step and compute it."""
        owed = self._pace.is_owed
        chunks = plan_step(self.roster.running, self._cost, self._limits, self._clock(), answers_only=owed)
        fitting = self.roster.make_room(chunks)
        planned = plan_drafts(fitting, self._cost, self._limits, self.roster.cache.cells.free)
        # Of an answer that is read again, after it was preempted, it is one token that goes on.
        answers = sum(chunk.sequence.is_decoding for chunk in planned)
        self._pace.begin(answers, sum(chunk.count for chunk in planned) - answers, self._cost)
        # Told apart before anything is run: of a text that is half read, as much is pending as its chunk has.
        last_tokens = [chunk for chunk in planned if chunk.embeds]
        self._run([chunk for chunk in planned if not chunk.embeds])
        self._run(last_tokens, embed=True)

    def check(self) -> None:
        """Prove the prefix cache against the backend's memory. Raises `AssertionError`."""
        self.roster.cache.check(self._backend.length)

    def stats(self) -> EngineStats:
        """Return the state after the last step; inputs that nobody has begun to read wait too."""
        stats = self.roster.stats()
        return msgspec.structs.replace(stats, waiting=stats.waiting + self._embedder.jobs.unread)

    def _cancel(self, request_id: int) -> None:
        answer = self.roster.answer(request_id)
        if answer is not None:
            self._news += answer.end("cancelled", self._clock())
            self.roster.release(answer.sequence)
        self._news += self._embedder.cancel(request_id)
        self.interrupt.forget(request_id)

    def _run(self, planned: list[Chunk], *, embed: bool = False) -> None:
        """Compute one batch of a step's plan. What was preempted or ended in the meantime is no longer part of it."""
        chunks = tuple(chunk for chunk in planned if chunk.sequence.is_running)
        if not chunks:
            return
        batch, rows = _build_batch(chunks)
        if self._may_interrupt(len(batch)):
            self.interrupt.arm(chunk.sequence.request.id for chunk in chunks)
        started = self._clock()
        try:
            outcome = self._backend.decode(batch, embed=embed)
            if outcome is not Outcome.DONE:
                self.roster.reconcile(chunks, outcome)
        except InferenceError as error:
            self._fail(chunks, error)
            return
        finally:
            self._moved = False
            self.interrupt.disarm()
        if outcome is Outcome.DONE:
            self._update(chunks, rows)
            seconds = self._clock() - started
            self._cost.learn(len(batch), seconds)
            self._pace.spend(seconds)

    def _may_interrupt(self, tokens: int) -> bool:
        """Memory that cannot drop a tail could not take back what was begun, and no memory could half a shift."""
        whole = self._backend.can_truncate and not self._moved
        return whole and self._cost.predict_s(tokens) > _WORTH_INTERRUPTING_S

    def _fail(self, chunks: tuple[Chunk, ...], error: InferenceError) -> None:
        """A decode broke: its sequences end with the error, and nothing they held is trusted."""
        for sequence in [chunk.sequence for chunk in chunks if chunk.sequence.is_running]:
            self.roster.discard(sequence)
            if sequence.passage is None:
                self._news.append(Refused(sequence.request.id, error.info()))
        for request_id in {chunk.sequence.request.id for chunk in chunks if chunk.sequence.passage is not None}:
            self._news += self._embedder.fail(request_id, error)

    def _update(self, chunks: tuple[Chunk, ...], rows: list[int]) -> None:
        turns = zip(chunks, rows, strict=True)
        self._choosing.look_ahead((chunk.sequence, row) for chunk, row in turns if _goes_on(chunk))
        for chunk, row in zip(chunks, rows, strict=True):
            sequence = chunk.sequence
            if not sequence.is_running:
                # An input whose request has ended, with an error of another input in this very batch.
                continue
            if sequence.wants_prompt_logprobs:
                self._collect_prompt_logprobs(chunk, row)
            self.roster.advance(sequence, chunk.count)
            if sequence.pending == 0 and sequence.passage is not None:
                self._news += self._embedder.take(sequence, sequence.passage, row)
            elif sequence.pending == 0:
                self._sample(sequence, row, chunk.draft)

    def _sample(self, sequence: Sequence, row: int, draft: tuple[int, ...]) -> None:
        """Choose what follows the token at batch index `row` and, while that is what `draft` says, what follows it."""
        request, answer = sequence.request, self.roster.answer(sequence.request.id)
        if answer is None:
            raise InferenceError(f"Request {request.id} runs, but was never admitted.")
        if sequence.prompt_logprobs:
            self._news.append(Delta(request.id, "", tuple(sequence.prompt_logprobs)))
            sequence.prompt_logprobs.clear()
        sequence.expect(draft)
        before, is_over = sequence.accepted, False
        while sequence.pending == 0 and not is_over:
            accepted = sequence.accepted
            news = self._next(sequence, answer, row + accepted - before)
            self._news += news
            is_over = bool(news) and isinstance(news[-1], Ended | Refused)
            if sequence.accepted > accepted:
                self.roster.advance(sequence, sequence.accepted - accepted)
        if sequence.accepted - before < len(draft):
            self.roster.drop_draft(sequence)
        if is_over:
            self.roster.release(sequence)

    def _next(self, sequence: Sequence, answer: Answer, row: int) -> list[News]:
        return self._choose(sequence, answer, row) if sequence.room > 0 else answer.end("length", self._clock())

    def _choose(self, sequence: Sequence, answer: Answer, row: int) -> list[News]:
        news: list[News] = []
        try:
            chosen = self._choosing.choose(sequence, row)
        except MinervaError as error:
            return [Refused(sequence.request.id, error.info())]
        for choice in chosen:
            news += answer.take(choice.token, choice.logprob, self._clock(), completes=choice.completes)
            if news and isinstance(news[-1], Ended):
                break
        return news

    def _collect_prompt_logprobs(self, chunk: Chunk, last_row: int) -> None:
        """The logits after token i tell how likely token i + 1 was; nothing tells about the first."""
        sequence, collected = chunk.sequence, chunk.sequence.prompt_logprobs
        if sequence.computed == 0:
            first = sequence.tokens[0]
            collected.append(TokenLogprob(first, self._backend.vocabulary.piece(first), None))
        for offset in range(chunk.count):
            following = sequence.computed + offset + 1
            if following < sequence.prompt_length:
                row = last_row - chunk.count + 1 + offset
                collected.append(self._logprob(row, sequence.tokens[following], sequence.request.logprobs or 0))

    def _logprob(self, row: int, token: int, alternatives: int) -> TokenLogprob:
        return token_logprob(self._backend.logits(row), token, alternatives, self._backend.vocabulary)


def _goes_on(chunk: Chunk) -> bool:
    """Whether, now that it is computed, a token is to be chosen behind it."""
    return chunk.count == chunk.sequence.pending and chunk.sequence.passage is None


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
        if chunk.draft:
            batch.add(sequence.slot, list(chunk.draft), start + chunk.count, last_output=True, all_outputs=True)
    return batch, rows
