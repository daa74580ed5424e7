"""All events of a request into one body of the Anthropic API: what its client makes of the stream. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from minerva.core.event import Event, Failed
from minerva.server.anthropic.answers import (
    BlockAnswer,
    ContentBlockDelta,
    ContentBlockStart,
    ContentBlockStop,
    InputPiece,
    MessageAnswer,
    MessageDelta,
    MessageStart,
    MessageStop,
    SignaturePiece,
    TextAnswer,
    TextPiece,
    ThinkingAnswer,
    ThinkingPiece,
    ToolUseAnswer,
)
from minerva.server.anthropic.narration import SIGNATURE, Narration, Shown


class _Block:
    """What has come of one block."""

    def __init__(self, begun: BlockAnswer) -> None:
        self.begun = begun
        self.pieces: list[str] = []

    def add(self, piece: TextPiece | ThinkingPiece | SignaturePiece | InputPiece) -> None:
        match piece:
            case TextPiece():
                self.pieces.append(piece.text)
            case ThinkingPiece():
                self.pieces.append(piece.thinking)
            case InputPiece():
                self.pieces.append(piece.partial_json)
            case SignaturePiece():
                pass

    def whole(self) -> BlockAnswer:
        text = "".join(self.pieces)
        match self.begun:
            case TextAnswer():
                return TextAnswer(text)
            case ThinkingAnswer():
                return ThinkingAnswer(text, SIGNATURE)
            case ToolUseAnswer():
                return ToolUseAnswer(self.begun.id, self.begun.name, call_input(text))


def message(events: Iterable[Event], shown: Shown) -> MessageAnswer:
    """Return the body. `events` ended with `Finished`."""
    narration = Narration(shown)
    start: MessageAnswer | None = None
    end: MessageDelta | None = None
    blocks: list[_Block] = []
    for event in events:
        if isinstance(event, Failed):
            raise AssertionError(f"{event!r} has no place in a finished answer")
        for told in narration.tell(event):
            match told:
                case MessageStart():
                    start = told.message
                case ContentBlockStart():
                    blocks.append(_Block(told.content_block))
                case ContentBlockDelta():
                    blocks[told.index].add(told.delta)
                case MessageDelta():
                    end = told
                case ContentBlockStop() | MessageStop():
                    pass
    if start is None or end is None:
        raise AssertionError("a finished answer has a beginning and an end")
    return msgspec.structs.replace(
        start,
        content=[block.whole() for block in blocks],
        stop_reason=end.delta.stop_reason,
        stop_sequence=end.delta.stop_sequence,
        usage=msgspec.structs.replace(end.usage, service_tier=start.usage.service_tier),
        truncation=end.truncation,
    )


def call_input(text: str) -> dict[str, Any]:
    """Return a call's input. What is no JSON object, because it was cut off, is kept as that API's guide proposes."""
    try:
        value = msgspec.json.decode(text or "{}")
    except (msgspec.DecodeError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {"INVALID_JSON": text}
