"""The answer to one message, as it streams from `/v1/chat/completions`: its text and its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from minerva.cli.failure import CommandFailed
from minerva.core.event import Truncation
from minerva.server.openai.answers import TimingsAnswer

CHAT = "/v1/chat/completions"
_DONE = "[DONE]"


class Answer:
    """Collects one answer. `text` and `finish` hold what came, also when the stream ends early."""

    def __init__(self) -> None:
        """Begin empty."""
        self.text = ""
        self.finish: str | None = None
        self.timings: TimingsAnswer | None = None
        self.truncation: Truncation | None = None

    def pieces(self, events: Iterable[str]) -> Iterator[str]:
        """Yield the text as it comes. Raises `CommandFailed` for an error the server sends, or a stream cut off."""
        for data in events:
            if data == _DONE:
                return
            chunk = _decode(data)
            if chunk.error is not None:
                raise CommandFailed(chunk.error.message)
            self.timings = chunk.timings or self.timings
            self.truncation = chunk.truncation or self.truncation
            for choice in chunk.choices:
                self.finish = choice.finish_reason or self.finish
                if choice.delta.content:
                    self.text += choice.delta.content
                    yield choice.delta.content
        raise CommandFailed("The server ended the answer without finishing it.")


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


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta
    finish_reason: str | None = None


class _Error(msgspec.Struct):
    message: str


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = []
    timings: TimingsAnswer | None = None
    truncation: Truncation | None = None
    error: _Error | None = None


def _decode(data: str) -> _Chunk:
    try:
        return msgspec.json.decode(data, type=_Chunk)
    except msgspec.MsgspecError as error:
        raise CommandFailed(f"The server sent something that is no chat chunk: {error}.") from error


def _speed(per_second: float | None) -> str:
    return "" if per_second is None else f" ({per_second:.1f}/s)"
