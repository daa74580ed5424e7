"""Neutral events into those of the Anthropic API ("Streaming"): one block after the other, begun and ended. Pure."""

from __future__ import annotations

import msgspec

from minerva.core.event import (
    ChoiceFinished,
    Delta,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)
from minerva.server.anthropic.answers import (
    BlockAnswer,
    ContentBlockDelta,
    ContentBlockStart,
    ContentBlockStop,
    InputPiece,
    MessageAnswer,
    MessageDelta,
    MessageEnd,
    MessageStart,
    MessageStop,
    SignaturePiece,
    StopReason,
    StreamEvent,
    TextAnswer,
    TextPiece,
    ThinkingAnswer,
    ThinkingPiece,
    ToolUseAnswer,
    message_usage,
    tool_use_id,
)

SIGNATURE = "bm90IHNpZ25lZA=="
"""Stands under all thoughts ("not signed", in base64). Clients drop thoughts that have none."""


class Shown(msgspec.Struct, frozen=True):
    """What of an answer was asked for. `max_tokens` tells who ended it; without `thoughts` their text is left out."""

    id: str
    request_id: str
    max_tokens: int
    thoughts: bool = True


class Narration:
    """Tells the events of one request."""

    def __init__(self, shown: Shown) -> None:
        """Tell what `shown` says."""
        self._shown = shown
        self._index = -1
        self._open: type[BlockAnswer] | None = None
        self._end = ChoiceFinished(0, "length")

    def tell(self, event: Started | Delta | ChoiceFinished | Finished) -> list[StreamEvent]:
        """Return what `event` makes, in order; nothing where that API has nothing to say."""
        match event:
            case Started():
                return [self._start(event)]
            case ReasoningDelta():
                return self._think(event.text)
            case TextDelta():
                return [*self._enter(TextAnswer("")), self._more(TextPiece(event.text))] if event.text else []
            case ToolCallStarted():
                return [*self._leave(), *self._enter(ToolUseAnswer(tool_use_id(event.id), event.name, {}))]
            case ToolCallDelta():
                return [self._more(InputPiece(event.arguments))] if event.arguments else []
            case ChoiceFinished():
                self._end = event
                return self._leave()
            case Finished():
                reason = stop_reason(self._end, event.usage, self._shown.max_tokens)
                end = MessageEnd(reason, self._end.stop_sequence)
                left_out = event.truncation or msgspec.UNSET
                return [MessageDelta(end, message_usage(event.usage), left_out), MessageStop()]

    def _start(self, event: Started) -> MessageStart:
        usage = message_usage(Usage(event.prompt_tokens, 0, event.cached_tokens))
        usage = msgspec.structs.replace(usage, service_tier="standard")
        return MessageStart(MessageAnswer(self._shown.id, "assistant", event.model, [], None, None, usage))

    def _think(self, text: str) -> list[StreamEvent]:
        if not text:
            return []
        begun = self._enter(ThinkingAnswer("", ""))
        return [*begun, self._more(ThinkingPiece(text))] if self._shown.thoughts else begun

    def _enter(self, block: BlockAnswer) -> list[StreamEvent]:
        """Begin `block` unless one of its kind is open."""
        if self._open is type(block):
            return []
        left = self._leave()
        self._index += 1
        self._open = type(block)
        return [*left, ContentBlockStart(self._index, block)]

    def _leave(self) -> list[StreamEvent]:
        """End the open block, if there is one."""
        if self._open is None:
            return []
        signed: list[StreamEvent] = [self._more(SignaturePiece(SIGNATURE))] if self._open is ThinkingAnswer else []
        self._open = None
        return [*signed, ContentBlockStop(self._index)]

    def _more(self, piece: TextPiece | ThinkingPiece | SignaturePiece | InputPiece) -> ContentBlockDelta:
        return ContentBlockDelta(self._index, piece)


def stop_reason(end: ChoiceFinished, usage: Usage, max_tokens: int) -> StopReason:
    """Return the reason in this API's words. A length below `max_tokens` is the window's end."""
    if end.stop_sequence is not None:
        return "stop_sequence"
    if end.reason == "stop":
        return "tool_use" if end.tool_calls else "end_turn"
    is_window = end.reason == "length" and usage.completion_tokens < max_tokens
    return "model_context_window_exceeded" if is_window else "max_tokens"
