"""Embeddings by a model that writes text: each input is a prompt after which nothing is generated.

So inputs share the scheduler, the step's time and the KV cells with everybody else's sequences, in one context. What
the model makes of a text is its hidden state at the last token, the only one that has seen all of it; that token is
computed in a batch of its own kind, for in such a one every token costs a row of logits.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minerva.core.errors import MinervaError
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.engine.backend import Backend
from minerva.engine.jobs import Jobs
from minerva.engine.passage import Passage
from minerva.engine.roster import Roster
from minerva.engine.scheduler import Limits
from minerva.engine.sequence import Sequence
from minerva.engine.text import TextStream
from minerva.wire.messages import Embed, Generate, News

_SAMPLING = resolve(SamplingOptions(temperature=0.0))


class Embedder:
    """Leads the inputs of open `Embed`s through the roster."""

    def __init__(
        self, backend: Backend, roster: Roster, limits: Limits, jobs: Jobs, clock: Callable[[], float]
    ) -> None:
        """`jobs` holds the requests of this model."""
        self.jobs = jobs
        self._backend = backend
        self._roster = roster
        self._limits = limits
        self._clock = clock

    def feed(self) -> None:
        """Let inputs wait to be admitted: about a batch of tokens, in at most half of the places, but at least one."""
        own = [sequence for sequence in (*self._roster.waiting, *self._roster.running) if sequence.passage is not None]
        count, tokens = len(own), sum(sequence.pending for sequence in own)
        while count == 0 or (tokens < self._limits.batch_tokens and 2 * count < self._limits.max_running):
            if (found := self.jobs.next(self._limits.batch_tokens - tokens if count else self.jobs.window)) is None:
                return
            sequence = self._sequence(*found)
            self._roster.enqueue(sequence)
            count, tokens = count + 1, tokens + sequence.pending

    def take(self, sequence: Sequence, passage: Passage, row: int) -> list[News]:
        """Take in what was computed of an input, all of it; its last token is at batch index `row`."""
        request_id = sequence.request.id
        try:
            vector = self._backend.embedding(row)
        except MinervaError as error:
            return self.fail(request_id, error)
        self._roster.release(sequence)
        return self._close(request_id, self.jobs.take(request_id, passage, vector))

    def cancel(self, request_id: int) -> list[News]:
        """End a request whose caller is gone; nothing if it is not one of these."""
        return self._close(request_id, self.jobs.end(request_id, "cancelled"))

    def fail(self, request_id: int, error: MinervaError) -> list[News]:
        """End a request with an error; nothing if it is not open."""
        return self._close(request_id, self.jobs.fail(request_id, error))

    def _close(self, request_id: int, news: list[News]) -> list[News]:
        """Release what runs for a request that is over, if it is."""
        if news:
            for sequence in [*self._roster.waiting, *self._roster.running]:
                if sequence.request.id == request_id:
                    self._roster.release(sequence)
        return news

    def _sequence(self, request: Embed, passage: Passage) -> Sequence:
        return Sequence(
            request=Generate(
                id=request.id, request_id=request.request_id, prompt="", sampling=_SAMPLING, cache_prompt=False
            ),
            tokens=list(passage.tokens),
            prompt_length=len(passage.tokens),
            window=len(passage.tokens),
            arrived_s=self._clock(),
            text=TextStream(),
            wanted=np.asarray(passage.tokens, dtype=np.int32),
            passage=passage,
        )
