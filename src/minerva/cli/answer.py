"""How an answer ended, whoever keeps it, and what a person is told of that."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import msgspec

from minerva.cli.terminal import say, visible
from minerva.core.event import Truncation
from minerva.core.message import ToolCall
from minerva.core.session import MessageStatus
from minerva.server.openai.answers import TimingsAnswer


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that is over. `full`: its window, or `max_tokens`, was reached. `kept`: it can be continued.

    `calls` are those of tools that wait for their results.
    """

    status: MessageStatus
    full: bool = False
    truncation: Truncation | None = None
    timings: TimingsAnswer | None = None
    kept: bool = False
    calls: tuple[ToolCall, ...] = ()


def write(pieces: Iterable[str]) -> None:
    """Write a text as it comes, and a line end. What ends it early, Ctrl-C for one, is passed on."""
    is_open = False
    try:
        for piece in filter(None, pieces):
            say(visible(piece) if sys.stdout.isatty() else piece, end="")
            is_open = not piece.endswith("\n")
    except KeyboardInterrupt:
        # The terminal has written what was pressed.
        is_open = True
        raise
    finally:
        if is_open:
            say("")


def remarks(outcome: Outcome, *, verbose: bool) -> Iterator[str]:
    """Yield what is said behind an answer, a line each; `verbose` adds the figures."""
    more = "; /continue goes on" if outcome.kept else ""
    for number, call in enumerate(outcome.calls):
        how = "; /result TEXT says what that gave back" if outcome.kept and number == 0 else ""
        yield f"(calls {visible(call.name)} with {visible(call.arguments)}{how})"
    if outcome.truncation is not None:
        yield f"({left_out(outcome.truncation)})"
    if outcome.status == "stopped":
        yield f"(stopped{more})"
    elif outcome.status == "interrupted":
        yield f"(interrupted: the server ended while it was written{more})"
    elif outcome.full:
        yield f"(ended: the context window, or max_tokens, was reached{more})"
    if verbose and outcome.timings is not None:
        yield summary(outcome.timings)


def summary(timings: TimingsAnswer) -> str:
    """Return one line for a person: how much, how fast, and what it waited for."""
    cached = f", {timings.cached_n} of them cached" if timings.cached_n else ""
    parts = [
        f"{timings.predicted_n} tokens{_speed(timings.predicted_per_second)}",
        f"{timings.prompt_n} prompt tokens{_speed(timings.prompt_per_second)}{cached}",
        f"{timings.total_ms / 1000:.2f} s in all",
    ]
    waits = {"loading": timings.load_ms, "queueing": timings.queue_ms}
    parts += [f"{milliseconds / 1000:.2f} s {name}" for name, milliseconds in waits.items() if milliseconds >= 5]
    return " · ".join(parts)


def left_out(truncation: Truncation) -> str:
    """Return one line for a person: what did not fit the context window."""
    if truncation.policy == "trim_history":
        return f"left out, to fit the context window: the {truncation.dropped_messages} oldest messages"
    return f"dropped, to go on past the context window: the {truncation.shifted_tokens} oldest tokens"


def _speed(per_second: float | None) -> str:
    return "" if per_second is None else f" ({per_second:.1f}/s)"
