"""An answer as it streams from `/v1/chat/completions`, where nothing is kept: its text and its figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from minerva.cli.answer import Outcome
from minerva.cli.failure import CommandFailed
from minerva.core.event import Truncation
from minerva.core.message import ToolCall
from minerva.core.session import MessageStatus
from minerva.server.openai.answers import TimingsAnswer

CHAT = "/v1/chat/completions"
_DONE = "[DONE]"


class Completion:
    """Collects one answer. `text` and `finish` hold what came, also when the stream ends early."""

    def __init__(self) -> None:
        """Begin empty."""
        self.text = ""
        self.finish: str | None = None
        self.timings: TimingsAnswer | None = None
        self.truncation: Truncation | None = None
        self._calls: dict[int, ToolCall] = {}

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
                for call in choice.delta.tool_calls or ():
                    self._take(call)
                if choice.delta.content:
                    self.text += choice.delta.content
                    yield choice.delta.content
        raise CommandFailed("The server ended the answer without finishing it.")

    def outcome(self, status: MessageStatus) -> Outcome:
        """Return how it ended, as `status`."""
        full = self.finish == "length"
        calls = tuple(self._calls.values())
        return Outcome(status=status, full=full, truncation=self.truncation, timings=self.timings, calls=calls)

    def _take(self, news: _Call) -> None:
        """The first piece of a call names it; the others are more of its arguments."""
        said = news.function
        begun = self._calls.get(news.index, ToolCall(news.id or "", said.name or "", ""))
        self._calls[news.index] = ToolCall(begun.id, begun.name, begun.arguments + (said.arguments or ""))


class _Function(msgspec.Struct):
    name: str | None = None
    arguments: str | None = None


class _Call(msgspec.Struct):
    index: int
    function: _Function
    id: str | None = None


class _Delta(msgspec.Struct):
    content: str | None = None
    tool_calls: list[_Call] | None = None


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
