"""The answer shapes of the Anthropic API (API reference, "Messages" and "Streaming"), as they are encoded."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from minerva.core.event import Truncation, Usage

StopReason = Literal["end_turn", "max_tokens", "stop_sequence", "tool_use", "model_context_window_exceeded"]


class MessageUsage(msgspec.Struct, frozen=True):
    """Tokens of a request. The prompt is the sum of the first three; nothing is written to a cache for a price."""

    input_tokens: int
    cache_creation_input_tokens: int
    cache_read_input_tokens: int
    output_tokens: int
    service_tier: Literal["standard"] | UnsetType = UNSET


class TextAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="text"):
    """Text of an answer."""

    text: str


class ThinkingAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="thinking"):
    """What the model thought. `signature` is there because clients give it back; it says nothing."""

    thinking: str
    signature: str


class ToolUseAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="tool_use"):
    """A tool that the model calls. If the call was cut off, `input` has its text under `INVALID_JSON`."""

    id: str
    name: str
    input: dict[str, Any]


BlockAnswer = TextAnswer | ThinkingAnswer | ToolUseAnswer


class MessageAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="message"):
    """The body of an answer that is not streamed; as a stream begins, without content.

    Extension: `truncation` is there if something was left out.
    """

    id: str
    role: Literal["assistant"]
    model: str
    content: list[BlockAnswer]
    stop_reason: StopReason | None
    stop_sequence: str | None
    usage: MessageUsage
    truncation: Truncation | UnsetType = UNSET


class TokenCount(msgspec.Struct, frozen=True):
    """How long the prompt is."""

    input_tokens: int


class TextPiece(msgspec.Struct, frozen=True, tag_field="type", tag="text_delta"):
    """More text."""

    text: str


class ThinkingPiece(msgspec.Struct, frozen=True, tag_field="type", tag="thinking_delta"):
    """More thoughts."""

    thinking: str


class SignaturePiece(msgspec.Struct, frozen=True, tag_field="type", tag="signature_delta"):
    """The signature, which ends thoughts."""

    signature: str


class InputPiece(msgspec.Struct, frozen=True, tag_field="type", tag="input_json_delta"):
    """More of the JSON text of a call's input."""

    partial_json: str


class MessageEnd(msgspec.Struct, frozen=True):
    """Why the message ended."""

    stop_reason: StopReason
    stop_sequence: str | None


class MessageStart(msgspec.Struct, frozen=True, tag_field="type", tag="message_start"):
    """The first event of a stream."""

    message: MessageAnswer


class ContentBlockStart(msgspec.Struct, frozen=True, tag_field="type", tag="content_block_start"):
    """A block begins, empty."""

    index: int
    content_block: BlockAnswer


class ContentBlockDelta(msgspec.Struct, frozen=True, tag_field="type", tag="content_block_delta"):
    """More of a block."""

    index: int
    delta: TextPiece | ThinkingPiece | SignaturePiece | InputPiece


class ContentBlockStop(msgspec.Struct, frozen=True, tag_field="type", tag="content_block_stop"):
    """A block is complete."""

    index: int


class MessageDelta(msgspec.Struct, frozen=True, tag_field="type", tag="message_delta"):
    """What is known of the message at its end. `usage` counts from its beginning. `truncation` is an extension."""

    delta: MessageEnd
    usage: MessageUsage
    truncation: Truncation | UnsetType = UNSET


class MessageStop(msgspec.Struct, frozen=True, tag_field="type", tag="message_stop"):
    """The last event of a stream."""


class Ping(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """A sign of life."""


class ErrorReport(msgspec.Struct, frozen=True):
    """What went wrong. `details` has `error_code`, one of Minerva's own, and the facts of the error."""

    type: str
    message: str
    details: dict[str, Any]


class ErrorAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="error"):
    """The body of every answer with a status of 400 or more, and the data of an `error` event."""

    error: ErrorReport
    request_id: str


StreamEvent = MessageStart | ContentBlockStart | ContentBlockDelta | ContentBlockStop | MessageDelta | MessageStop


def tool_use_id(call_id: str) -> str:
    """Return the id of a call as this API begins it."""
    return "toolu_" + call_id.removeprefix("call_")


def message_usage(usage: Usage) -> MessageUsage:
    """Return `usage` in this API's words, which counts what came from the cache separately."""
    return MessageUsage(
        input_tokens=usage.prompt_tokens - usage.cached_tokens,
        cache_creation_input_tokens=0,
        cache_read_input_tokens=usage.cached_tokens,
        output_tokens=usage.completion_tokens,
    )
