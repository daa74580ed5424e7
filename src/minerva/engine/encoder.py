"""The engine of a model that reads texts whole and writes none: BERT and its kin, and others that look both ways.

Nothing is kept from one step to the next, so there is no cache, no slot to manage and nobody who streams: a step is one
batch of inputs, each request's in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from minerva.core.errors import InferenceError, InvalidRequest
from minerva.engine.backend import Interruptible, Outcome, Vector
from minerva.engine.batch import Batch
from minerva.engine.intake import Arrived, ArrivedTexts, Item
from minerva.engine.interrupt import Interrupt
from minerva.engine.jobs import Jobs
from minerva.engine.passage import Passage
from minerva.wire.messages import (
    Cancel,
    Counted,
    Detokenized,
    Embed,
    EngineStats,
    News,
    Refused,
    Result,
    Step,
    Tokenized,
)

_USUAL_TOKENS = 512
"""A batch of several inputs has no more tokens than this: each looks at all others, if only to be told not to."""


class Reader(Interruptible, Protocol):
    """What an `Encoder` asks of an inference library; `llama/reader.py` answers."""

    batch_tokens: int
    slots: int

    def read(self, batch: Batch) -> Outcome:
        """Compute one batch of whole texts, each from position 0 on in a slot of its own. Raises `InferenceError`."""
        ...

    def embedding(self, row: int) -> Vector:
        """Return what the model made of the text that has the token at batch index `row`."""
        ...


class Encoder:
    """All open requests of one model. Every method is called from one thread; `interrupt` is the one thing shared."""

    def __init__(
        self, reader: Reader, *, window: int, queue_limit: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`window` is the most tokens of an input, `queue_limit` how many requests may be open."""
        self.interrupt = Interrupt(reader)
        self._reader = reader
        self._jobs = Jobs(window, queue_limit, clock)
        self._news: list[News] = []
        self._results: list[Result] = []

    @property
    def is_idle(self) -> bool:
        """Whether no request is open."""
        return self._jobs.is_empty

    @property
    def is_saving(self) -> bool:
        """It keeps nothing of what it read."""
        return False

    def save(self, patience_s: float) -> None:
        """There is nothing to save."""

    def handle(self, items: list[Item]) -> None:
        """Take in what arrived since the last step."""
        for item in items:
            match item:
                case ArrivedTexts():
                    self._news += self._jobs.add(item.request, item.passages)
                case Arrived():
                    error = InvalidRequest("This model reads texts and writes none; ask another one.", "model")
                    self._news.append(Refused(item.request.id, error.info()))
                case Cancel():
                    self._news += self._jobs.end(item.id, "cancelled")
                    self.interrupt.forget(item.id)
                case Refused():
                    self._news.append(item)
                case Counted() | Tokenized() | Detokenized():
                    self._results.append(item)

    def step(self) -> Step:
        """Read one batch, and return the news, also of what `handle` decided."""
        if gathered := self._gather():
            self._read(gathered)
        news, self._news = self._news, []
        results, self._results = self._results, []
        return Step(news, self.stats(), results, self._jobs.collect())

    def check(self) -> None:
        """Prove that an idle engine holds nothing. Raises `AssertionError`."""
        if self._jobs.unread:
            raise AssertionError(f"{self._jobs.unread} inputs are left of no request")

    def stats(self) -> EngineStats:
        """Return the state after the last step: inputs wait, and none runs between steps."""
        return EngineStats(waiting=self._jobs.unread)

    def _gather(self) -> list[tuple[Embed, Passage]]:
        """Return the inputs of the next batch: one of any length, and others while they fit."""
        gathered: list[tuple[Embed, Passage]] = []
        left = self._reader.batch_tokens
        while len(gathered) < self._reader.slots and (found := self._jobs.next(left)) is not None:
            gathered.append(found)
            left = min(left, _USUAL_TOKENS if len(gathered) == 1 else left) - len(found[1].tokens)
        return gathered

    def _read(self, gathered: list[tuple[Embed, Passage]]) -> None:
        batch = Batch()
        rows = [
            batch.add(slot, passage.tokens, 0, last_output=True, all_outputs=True)
            for slot, (_, passage) in enumerate(gathered)
        ]
        self.interrupt.arm(request.id for request, _ in gathered)
        try:
            outcome = self._reader.read(batch)
        except InferenceError as error:
            for request, _ in gathered:
                self._news += self._jobs.fail(request.id, error)
            return
        finally:
            self.interrupt.disarm()
        for (request, passage), row in zip(gathered, rows, strict=True):
            if outcome is Outcome.DONE:
                self._take(request, passage, row)
            else:
                self._jobs.put_back(request.id, passage)

    def _take(self, request: Embed, passage: Passage, row: int) -> None:
        try:
            self._news += self._jobs.take(request.id, passage, self._reader.embedding(row))
        except InferenceError as error:
            self._news += self._jobs.fail(request.id, error)
