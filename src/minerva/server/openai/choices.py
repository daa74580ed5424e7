"""What the two kinds of completion make of a choice's events, each in its own shape. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import Protocol

import msgspec

from minerva import __version__
from minerva.core.event import ChoiceFinished, Delta, ReasoningDelta, TextDelta, ToolCallDelta, ToolCallStarted
from minerva.server.openai.answers import (
    ChatChunk,
    ChatDelta,
    ChunkChoice,
    FinishReason,
    FunctionDelta,
    TextChoice,
    TextCompletion,
    ToolCallNews,
)
from minerva.server.openai.logprobs import TextOffsets, chat_logprobs, text_logprobs

FINGERPRINT = f"minerva-{__version__}"

Chunk = ChatChunk | TextCompletion


class Shown(msgspec.Struct, frozen=True):
    """What of an answer was asked for. `logprobs`: alternatives per token, `None` for no log probabilities.

    `predicted`: the request had a prediction, so what was computed ahead is told in the usage as that.
    """

    id: str
    created: int
    choices: int = 1
    logprobs: int | None = None
    include_usage: bool = False
    predicted: bool = False


class Choices(Protocol):
    """Turns news of a choice into chunks of one shape."""

    def empty(self, model: str) -> Chunk:
        """Return a chunk without choices, for the usage."""

    def begin(self, model: str, index: int) -> Chunk | None:
        """Return the chunk that opens a choice, where the shape has one."""

    def delta(self, model: str, event: Delta) -> Chunk:
        """Return the chunk of more text, thinking or call."""

    def end(self, model: str, event: ChoiceFinished) -> Chunk:
        """Return the chunk that closes a choice."""


class ChatChoices:
    """Chunks of a chat completion."""

    def __init__(self, shown: Shown) -> None:
        """Show what `shown` says."""
        self._shown = shown

    def empty(self, model: str) -> ChatChunk:
        """Return a chunk without choices."""
        return self._chunk(model)

    def begin(self, model: str, index: int) -> ChatChunk:
        """Return the chunk that says who speaks."""
        return self._chunk(model, ChunkChoice(index, ChatDelta("assistant", "")))

    def delta(self, model: str, event: Delta) -> ChatChunk:
        """Return the chunk of more text, thinking or call."""
        tokens = event.logprobs if isinstance(event, TextDelta | ReasoningDelta) else ()
        logprobs = None if self._shown.logprobs is None else chat_logprobs(tokens)
        return self._chunk(model, ChunkChoice(event.choice, _chat_delta(event), logprobs))

    def end(self, model: str, event: ChoiceFinished) -> ChatChunk:
        """Return the chunk that says why it ended."""
        return self._chunk(model, ChunkChoice(event.choice, ChatDelta(), finish_reason=finish_reason(event)))

    def _chunk(self, model: str, *choices: ChunkChoice) -> ChatChunk:
        shown = self._shown
        usage = None if shown.include_usage else msgspec.UNSET
        return ChatChunk(shown.id, shown.created, model, FINGERPRINT, list(choices), usage)


class TextChoices:
    """Chunks of a text completion."""

    def __init__(self, shown: Shown) -> None:
        """Show what `shown` says."""
        self._shown = shown
        self._offsets: defaultdict[int, TextOffsets] = defaultdict(TextOffsets)

    def empty(self, model: str) -> TextCompletion:
        """Return a chunk without choices."""
        return self._chunk(model)

    def begin(self, model: str, index: int) -> None:
        """A text begins with its first text."""

    def delta(self, model: str, event: Delta) -> TextCompletion:
        """Return the chunk of more text."""
        if not isinstance(event, TextDelta):
            raise AssertionError(f"{event!r} has no place in a text completion")
        if self._shown.logprobs is None:
            return self._chunk(model, TextChoice(event.choice, event.text))
        logprobs = text_logprobs(event.logprobs, event.text, self._offsets[event.choice], self._shown.logprobs)
        return self._chunk(model, TextChoice(event.choice, event.text, logprobs))

    def end(self, model: str, event: ChoiceFinished) -> TextCompletion:
        """Return the chunk that says why it ended."""
        return self._chunk(model, TextChoice(event.choice, "", finish_reason=finish_reason(event)))

    def _chunk(self, model: str, *choices: TextChoice) -> TextCompletion:
        shown = self._shown
        usage = None if shown.include_usage else msgspec.UNSET
        return TextCompletion(shown.id, shown.created, model, FINGERPRINT, list(choices), usage)


def finish_reason(event: ChoiceFinished) -> FinishReason:
    """Return the reason in this API's words. A cancelled choice was cut off, which they call a length."""
    if event.reason != "stop":
        return "length"
    return "tool_calls" if event.tool_calls else "stop"


def _chat_delta(event: Delta) -> ChatDelta:
    match event:
        case TextDelta():
            return ChatDelta(content=event.text)
        case ReasoningDelta():
            return ChatDelta(reasoning_content=event.text)
        case ToolCallStarted():
            function = FunctionDelta("", event.name)
            return ChatDelta(tool_calls=[ToolCallNews(event.index, function, event.id, "function")])
        case ToolCallDelta():
            return ChatDelta(tool_calls=[ToolCallNews(event.index, FunctionDelta(event.arguments))])
