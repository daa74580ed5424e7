"""Deltas of an answer into what the Ollama API tells of at once. Pure."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from minerva.core.event import Delta, ReasoningDelta, TextDelta, TokenLogprob, ToolCallDelta, ToolCallStarted
from minerva.server.ollama.answers import OllamaCall, OllamaCalledFunction


class Piece(msgspec.Struct, frozen=True):
    """Part of an answer, or all of it."""

    text: str = ""
    thinking: str = ""
    calls: tuple[OllamaCall, ...] = ()
    logprobs: tuple[TokenLogprob, ...] = ()


class Pieces:
    """Takes deltas in order. A call is held back until it is complete, for this API has no parts of calls."""

    def __init__(self) -> None:
        """Start with no call under way."""
        self._call: ToolCallStarted | None = None
        self._arguments: list[str] = []

    def take(self, event: Delta) -> list[Piece]:
        """Return what `event` completes or adds."""
        match event:
            case TextDelta():
                return [*self.flush(), Piece(event.text, logprobs=event.logprobs)]
            case ReasoningDelta():
                return [*self.flush(), Piece(thinking=event.text, logprobs=event.logprobs)]
            case ToolCallStarted():
                done = self.flush()
                self._call = event
                return done
            case ToolCallDelta():
                self._arguments.append(event.arguments)
                return []

    def flush(self) -> list[Piece]:
        """Return the call that is under way, if one is; one that was cut off is text, so that nothing of it is lost."""
        if self._call is None:
            return []
        call, arguments = self._call, "".join(self._arguments)
        self._call, self._arguments = None, []
        value = _as_object(arguments)
        if value is None:
            name = msgspec.json.encode(call.name).decode()
            return [Piece(f'{{"name": {name}, "arguments": {arguments}')]
        return [Piece(calls=(OllamaCall(call.id, OllamaCalledFunction(call.index, call.name, value)),))]


def joined(pieces: Iterable[Piece]) -> Piece:
    """Return `pieces` as one."""
    parts = list(pieces)
    return Piece(
        "".join(part.text for part in parts),
        "".join(part.thinking for part in parts),
        tuple(call for part in parts for call in part.calls),
        tuple(token for part in parts for token in part.logprobs),
    )


def _as_object(text: str) -> msgspec.Raw | None:
    """Return `text` on one line if it is a JSON object; a call without arguments has an empty one."""
    try:
        line = msgspec.json.format((text.strip() or "{}").encode(), indent=-1)
    except (msgspec.DecodeError, RecursionError):
        return None
    return msgspec.Raw(line) if line.startswith(b"{") else None
