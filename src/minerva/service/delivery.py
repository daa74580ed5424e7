"""Hands one request's events to whoever reads them, and tells the observer: exactly one terminal event, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import msgspec

from minerva.core.errors import ErrorInfo
from minerva.core.event import (
    ChoiceFinished,
    Delta,
    Event,
    Failed,
    Finished,
    Started,
    Timings,
    ToolCallDelta,
    ToolCallStarted,
    Truncation,
    Usage,
)
from minerva.core.request import GenerateRequest
from minerva.service.observe import Observer, RequestRecord


class Delivery:
    """The way from the task that generates to the caller. The task never waits for the caller."""

    def __init__(self, request: GenerateRequest, observer: Observer, now_s: Callable[[], float]) -> None:
        """The request has just arrived; `now_s` is a monotonic clock."""
        self.model = ""
        self.load_s = 0.0
        self.abandoned = False
        """The caller went away."""
        self.truncation: Truncation | None = None
        """What was left out of the conversation."""
        self._request = request
        self._observer = observer
        self._now_s = now_s
        self._arrived_s = now_s()
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._over = False
        self._usage = Usage(0, 0)
        self._ttft_s: float | None = None
        self._last_text_s: dict[int, float] = {}

    @property
    def elapsed_s(self) -> float:
        """Seconds since the request arrived."""
        return self._now_s() - self._arrived_s

    async def events(self) -> AsyncGenerator[Event, None]:
        """Yield what is sent, up to and with the terminal event."""
        while True:
            event = await self._events.get()
            yield event
            if isinstance(event, Finished | Failed):
                return

    def found(self, model: str) -> None:
        """The request is for `model`."""
        self.model = model
        self._observer.started(model)

    def send(self, event: Event) -> None:
        """Deliver `event`. What comes after a terminal event is dropped."""
        if self._over:
            return
        match event:
            case Started():
                self._usage = Usage(event.prompt_tokens, 0, event.cached_tokens)
            case Finished():
                self.truncation = event.truncation
                self._end("finished", event.usage, event.timings)
            case Failed():
                self._end_early(event.error.code, event.error)
            case ChoiceFinished():
                pass
            case _:
                self._note_delta(event)
        self._events.put_nowait(event)

    def cancel(self) -> None:
        """The caller went away; there is nobody to deliver to, but the observer learns of it."""
        if not self._over:
            self._end_early("cancelled")

    def _note_delta(self, event: Delta) -> None:
        now_s, choice = self._now_s(), event.choice
        if self._ttft_s is None:
            self._ttft_s = now_s - self._arrived_s
            self._observer.first_token(self.model, self._ttft_s)
        if (last_s := self._last_text_s.get(choice)) is not None:
            self._observer.token_gap(self.model, now_s - last_s)
        self._last_text_s[choice] = now_s
        if _has_text(event):
            usage = self._usage
            self._usage = msgspec.structs.replace(usage, completion_tokens=usage.completion_tokens + 1)

    def _end_early(self, outcome: str, error: ErrorInfo | None = None) -> None:
        timings = Timings(load_s=self.load_s, total_s=self.elapsed_s)
        self._end(outcome, self._usage, timings, None if error is None else error.message)

    def _end(self, outcome: str, usage: Usage, timings: Timings, error: str | None = None) -> None:
        self._over = True
        record = RequestRecord(
            request_id=self._request.request_id,
            model=self.model,
            outcome=outcome,
            usage=usage,
            timings=timings,
            truncation=self.truncation,
            ttft_s=self._ttft_s,
            choices=self._request.n,
            priority=self._request.priority,
            error=error,
        )
        self._observer.finished(record)


def _has_text(event: Delta) -> bool:
    """Whether the model wrote what is in it as such; a call begins with marks that are read away."""
    match event:
        case ToolCallStarted():
            return False
        case ToolCallDelta():
            return bool(event.arguments)
        case _:
            return bool(event.text)
