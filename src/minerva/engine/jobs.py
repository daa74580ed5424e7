"""The open `Embed`s of one model: which of their inputs are to be read next, and when each request is over."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from minerva.core.errors import MinervaError, QueueFull
from minerva.core.event import FinishReason
from minerva.engine.backend import Vector
from minerva.engine.passage import Passage, finish, fit_all
from minerva.engine.stats import ServiceTime
from minerva.wire.messages import Embed, Embedded, Ended, News, Refused


@dataclass(slots=True, eq=False)
class Job:
    """A request, its inputs that nobody has begun to read, and how many are not done."""

    request: Embed
    unread: deque[Passage]
    left: int
    tokens: int
    arrived_s: float
    begun_s: float | None = None


class Jobs:
    """Takes an input of each request in turn, so that a short request does not wait for the end of a long one."""

    def __init__(self, window: int, limit: int, clock: Callable[[], float]) -> None:
        """`window` is the most tokens of an input, `limit` how many requests may be open: one always may."""
        self.window = window
        self._embedded: list[Embedded] = []
        self._limit = max(limit, 1)
        self._clock = clock
        self._open: dict[int, Job] = {}
        self._turns: deque[Job] = deque()
        """Those with unread inputs, the next one first."""
        self._service_time = ServiceTime()

    @property
    def unread(self) -> int:
        """Inputs that nobody has begun to read."""
        return sum(len(job.unread) for job in self._turns)

    @property
    def is_empty(self) -> bool:
        """Whether no request is open."""
        return not self._open

    def add(self, request: Embed, passages: list[Passage]) -> list[News]:
        """Open a request; return its refusal if it cannot be, or its end if it asks for nothing."""
        try:
            self._check_room()
            fitted = deque(fit_all(request, passages, self.window))
        except MinervaError as error:
            return [Refused(request.id, error.info())]
        tokens = sum(len(passage.tokens) for passage in fitted)
        job = Job(request, fitted, len(fitted), tokens, self._clock())
        self._open[request.id] = job
        if job.unread:
            self._turns.append(job)
        return [] if request.inputs else self.end(request.id, "stop")

    def next(self, most: int) -> tuple[Embed, Passage] | None:
        """Return the input to read next, if it has at most so many tokens."""
        if not self._turns or len(self._turns[0].unread[0].tokens) > most:
            return None
        job = self._turns.popleft()
        passage = job.unread.popleft()
        if job.begun_s is None:
            job.begun_s = self._clock()
        if job.unread:
            self._turns.append(job)
        return job.request, passage

    def put_back(self, request_id: int, passage: Passage) -> None:
        """An input that `next` gave was not read after all."""
        if (job := self._open.get(request_id)) is not None:
            job.unread.appendleft(passage)
            if job not in self._turns:
                self._turns.appendleft(job)

    def take(self, request_id: int, passage: Passage, vector: Vector) -> list[News]:
        """Take in what the model made of an input; return the end of its request if that was the last."""
        if (job := self._open.get(request_id)) is None:
            return []
        try:
            made = finish(job.request, passage, vector)
        except MinervaError as error:
            return self.fail(request_id, error)
        self._embedded.append(Embedded(request_id, passage.index, made, len(passage.tokens), passage.cut))
        job.left -= 1
        return self.end(request_id, "stop") if job.left == 0 else []

    def end(self, request_id: int, reason: FinishReason) -> list[News]:
        """Close a request; return its end, or nothing if it is not open."""
        if (job := self._close(request_id)) is None:
            return []
        now_s = self._clock()
        begun_s = now_s if job.begun_s is None else job.begun_s
        return [
            Ended(
                id=request_id,
                reason=reason,
                stop_sequence=None,
                prompt_tokens=job.tokens,
                cached_tokens=0,
                completion_tokens=0,
                queue_s=begun_s - job.arrived_s,
                prefill_s=now_s - begun_s,
                decode_s=0.0,
            )
        ]

    def fail(self, request_id: int, error: MinervaError) -> list[News]:
        """Close a request with an error; return its refusal, or nothing if it is not open."""
        return [] if self._close(request_id) is None else [Refused(request_id, error.info())]

    def collect(self) -> list[Embedded]:
        """Return what was made of inputs since the last time."""
        made, self._embedded = self._embedded, []
        return made

    def _close(self, request_id: int) -> Job | None:
        job = self._open.pop(request_id, None)
        if job is not None:
            self._service_time.learn(self._clock() - job.arrived_s)
            if job in self._turns:
                self._turns.remove(job)
        return job

    def _check_room(self) -> None:
        if (count := len(self._open)) >= self._limit:
            retry_s = self._service_time.retry_after_s(count, count)
            raise QueueFull(f"{count} requests are open already. Try again in about {retry_s:.0f} s.", retry_s)
