"""Who may wait for an answer, and for how long: prompts that arrive become sequences in the queue, or are refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minerva.core.errors import ContextLimitExceeded, MinervaError, QueueFull, QueueTimeout
from minerva.engine.backend import Backend
from minerva.engine.drafter import Drafter
from minerva.engine.fairness import giving_way, overdue
from minerva.engine.intake import Arrived
from minerva.engine.lookup import LookupDrafter
from minerva.engine.roster import Roster
from minerva.engine.scheduler import Limits
from minerva.engine.sequence import Sequence
from minerva.engine.text import TextStream
from minerva.wire.messages import News, Refused


class Reception:
    """Between what arrives and the roster."""

    def __init__(
        self,
        backend: Backend,
        roster: Roster,
        limits: Limits,
        clock: Callable[[], float],
        *,
        window: int,
        queue_limit: int,
    ) -> None:
        """`window` is the context of one sequence, tokens; `queue_limit` how many may wait."""
        self._roster = roster
        self._limits = limits
        self._clock = clock
        self._window = window
        self._queue_limit = queue_limit
        self._can_truncate = backend.can_truncate

    def take(self, item: Arrived) -> list[News]:
        """Let a request wait; return its refusal if it cannot be answered, or that of whoever gives way to it."""
        request, tokens = item.request, list(item.tokens)
        window = self._window if request.window is None else min(self._window, request.window)
        sequence = Sequence(
            request=request,
            tokens=tokens,
            prompt_length=len(tokens),
            window=window,
            arrived_s=self._clock() if item.arrived_s is None else item.arrived_s,
            text=TextStream(request.stop),
            guide=item.guide,
            drafter=self._drafter(tokens, item.foretold),
            wanted=np.asarray(tokens, dtype=np.int32),
        )
        try:
            self._check_room(len(tokens), window)
            gave_way = self._make_way(sequence)
        except MinervaError as error:
            return [Refused(request.id, error.info())]
        self._roster.enqueue(sequence)
        return gave_way

    def dismiss(self) -> list[News]:
        """Refuse those that have waited for as long as they may."""
        return [self._dismiss(sequence) for sequence in overdue(self._roster.waiting, self._clock())]

    def _drafter(self, tokens: list[int], foretold: list[int]) -> Drafter | LookupDrafter | None:
        """Memory that cannot drop a tail could not take back what comes otherwise than foretold.

        Of a text as much is searched at each token as an answer can repeat, however long it is.
        """
        if not self._can_truncate:
            return None
        if foretold:
            return Drafter(foretold[: self._window])
        return LookupDrafter(tokens) if self._limits.speculates else None

    def _check_room(self, length: int, window: int) -> None:
        """Refuse at once what cannot be answered: nothing is ever cut to fit."""
        if length >= window:
            whose = "this model's" if window == self._window else "this request's"
            raise ContextLimitExceeded(
                f"The prompt has {length} tokens and needs at least one more for an answer, but {whose} context "
                f"window is {window} tokens. Shorten the prompt, or allow a larger context.",
                maximum=window,
                required=length + 1,
            )

    def _make_way(self, newcomer: Sequence) -> list[News]:
        """Have a place in the queue for `newcomer`: if it is full, somebody there is refused, or it is."""
        roster = self._roster
        if len(roster.waiting) >= self._queue_limit:
            # Who arrived a moment ago and can run now does not wait.
            roster.admit_all()
        waiting = len(roster.waiting)
        if waiting < self._queue_limit:
            return []
        retry_s = self._retry_after_s()
        words = f"{waiting} requests wait already, the most that may. Try again in about {retry_s:.0f} s."
        error = QueueFull(words, retry_s)
        if (other := giving_way([*roster.waiting], newcomer)) is None:
            raise error
        return [self._refuse(other, error)]

    def _dismiss(self, sequence: Sequence) -> News:
        retry_s, limit_s = self._retry_after_s(), sequence.request.queue_timeout_s or 0.0
        error = QueueTimeout(
            f"The request waited {limit_s:g} s for its turn, as long as it may (`queue_timeout`); nothing of it was "
            f"computed. Try again in about {retry_s:.0f} s, or allow a longer wait.",
            retry_s,
            limit_s,
        )
        return self._refuse(sequence, error)

    def _refuse(self, sequence: Sequence, error: MinervaError) -> News:
        self._roster.release(sequence)
        return Refused(sequence.request.id, error.info())

    def _retry_after_s(self) -> float:
        return self._roster.service_time.retry_after_s(len(self._roster.waiting), self._limits.max_running)
