"""What the use cases tell others about themselves: metrics and the log listen, and change nothing."""

from __future__ import annotations

from typing import Protocol

import msgspec

from minerva.core.event import Timings, Truncation, Usage
from minerva.core.log import Logger
from minerva.core.request import INTERACTIVE


class RequestRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A request that is over.

    `model` is the full name, or "" when none was found. `outcome` is "finished", "cancelled" (the client went away), or
    the error's code, whose words are in `error`. When it did not finish, `usage` estimates what was delivered: one
    token for each delta with text in it, which may hold several, and none for marks of calls and thoughts.
    `truncation`: what was left out to fit the context window, as far as that is known. `ttft_s`: from the request's
    arrival to its first text, `None` without text.
    `priority` as in `GenerateRequest`.
    `inputs`: texts to embed or to rank; `cut_tokens` of them were too many, and were cut off as asked.
    """

    request_id: str
    model: str
    outcome: str
    usage: Usage
    timings: Timings
    truncation: Truncation | None = None
    ttft_s: float | None = None
    choices: int = 1
    priority: int = INTERACTIVE
    inputs: int = 0
    cut_tokens: int = 0
    error: str | None = None


class Observer(Protocol):
    """Called in the event loop while requests run; must return at once and must not raise. Times in seconds."""

    def started(self, model: str) -> None:
        """A request for `model` begins: it will be queued, loaded for, and answered."""

    def first_token(self, model: str, ttft_s: float) -> None:
        """A request's first text, `ttft_s` after its arrival."""

    def token_gap(self, model: str, gap_s: float) -> None:
        """More text of a choice, `gap_s` after the last."""

    def finished(self, record: RequestRecord) -> None:
        """A request is over. Called exactly once per request, without `started` if no model was found."""


class LogObserver:
    """Writes one line per request, with all its timings. Prompts and answers stay out of it."""

    def __init__(self, log: Logger) -> None:
        """Write to `log`; the request id comes from the context the request runs in."""
        self._log = log

    def started(self, model: str) -> None:
        """Say so in the debug log."""
        self._log.debug("request started", model=model)

    def first_token(self, model: str, ttft_s: float) -> None:
        """Nothing: the line at the end has it."""

    def token_gap(self, model: str, gap_s: float) -> None:
        """Nothing: one line per token is too much."""

    def finished(self, record: RequestRecord) -> None:
        """Write the line."""
        facts: dict[str, object] = {
            "model": record.model,
            "outcome": record.outcome,
            "prompt_tokens": record.usage.prompt_tokens,
            "cached_tokens": record.usage.cached_tokens,
            "completion_tokens": record.usage.completion_tokens,
            **{name: round(value, 4) for name, value in msgspec.structs.asdict(record.timings).items()},
        }
        if record.usage.accepted_tokens or record.usage.rejected_tokens:
            facts["accepted_tokens"] = record.usage.accepted_tokens
            facts["rejected_tokens"] = record.usage.rejected_tokens
        if record.truncation is not None:
            facts["truncation"] = msgspec.structs.asdict(record.truncation)
        if record.ttft_s is not None:
            facts["ttft_s"] = round(record.ttft_s, 4)
        if record.inputs:
            facts["inputs"] = record.inputs
        if record.cut_tokens:
            facts["cut_tokens"] = record.cut_tokens
        if record.choices > 1:
            facts["choices"] = record.choices
        if record.priority != INTERACTIVE:
            facts["priority"] = record.priority
        if record.error is not None:
            facts["error"] = record.error
        self._log.info("request", **facts)


class Observers:
    """Several observers as one."""

    def __init__(self, *observers: Observer) -> None:
        """Tell each of `observers`, in order."""
        self._observers = observers

    def started(self, model: str) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.started(model)

    def first_token(self, model: str, ttft_s: float) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.first_token(model, ttft_s)

    def token_gap(self, model: str, gap_s: float) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.token_gap(model, gap_s)

    def finished(self, record: RequestRecord) -> None:
        """Tell each."""
        for observer in self._observers:
            observer.finished(record)
