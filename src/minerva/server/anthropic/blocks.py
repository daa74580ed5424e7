"""The content blocks of the Anthropic API's messages (API reference, "Messages": `MessageParam`)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.server.body import Shape

REFUSED = frozenset(
    {
        "image",
        "document",
        "search_result",
        "tool_reference",
        "browser_state",
        "container_upload",
        "mcp_tool_use",
        "mcp_tool_result",
        "server_tool_use",
        "web_search_tool_result",
        "web_fetch_tool_result",
        "code_execution_tool_result",
        "bash_code_execution_tool_result",
        "text_editor_code_execution_tool_result",
        "tool_search_tool_result",
        "compaction",
    }
)
"""Blocks of that API which are refused for now, wherever they stand."""


def _blocks(value: object) -> object:
    """A text is one text block."""
    return [{"type": "text", "text": value}] if isinstance(value, str) else value


def _not_refused(value: object) -> object:
    """What is refused for now is refused as that: otherwise its own fields would be "unknown"."""
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind in REFUSED:
        raise PydanticCustomError("block", "of another type: {kind} blocks are not supported yet", {"kind": repr(kind)})
    return value


class CacheControl(Shape):
    """Where a prefix is to be kept. Without effect: every prefix is kept for as long as there is room."""

    type: Literal["ephemeral"]
    ttl: Literal["5m", "1h"] | None = None
    scope: str | None = None


class TextBlock(Shape):
    """Text. `citations` point into documents, which are not supported yet."""

    type: Literal["text"]
    text: str
    cache_control: CacheControl | None = None
    citations: Annotated[list[None], Field(max_length=0)] | None = None


class ThinkingBlock(Shape):
    """What the model thought in an earlier answer. `signature` is not checked."""

    type: Literal["thinking"]
    thinking: str
    signature: str | None = None


class RedactedThinkingBlock(Shape):
    """Thoughts that only Anthropic can read; they are left out of the prompt."""

    type: Literal["redacted_thinking"]
    data: str


class DirectCaller(Shape):
    """The model itself called the tool."""

    type: Literal["direct"]


class ToolUseBlock(Shape):
    """A tool that an earlier answer called."""

    type: Literal["tool_use"]
    id: str
    name: str
    input: dict[str, Any]
    cache_control: CacheControl | None = None
    caller: DirectCaller | None = None
    toolset_name: None = None


_TextBlock = Annotated[TextBlock, BeforeValidator(_not_refused)]
# Here and below: the first wrong item ends it, for a body of millions of them would make as many error objects.
TextContent = Annotated[
    list[_TextBlock], Field(fail_fast=True), BeforeValidator(_blocks, json_schema_input_type=str | list[TextBlock])
]


class ToolResultBlock(Shape):
    """What a tool gave back. With `is_error` the model is told that it failed."""

    type: Literal["tool_result"]
    tool_use_id: str
    content: TextContent | None = None
    is_error: bool | None = None
    cache_control: CacheControl | None = None
    toolset_name: None = None


_AnyBlock = Annotated[
    TextBlock | ThinkingBlock | RedactedThinkingBlock | ToolUseBlock | ToolResultBlock, Field(discriminator="type")
]
Block = Annotated[_AnyBlock, BeforeValidator(_not_refused)]
Content = Annotated[
    list[Block], Field(fail_fast=True), BeforeValidator(_blocks, json_schema_input_type=str | list[_AnyBlock])
]


class InputMessage(Shape):
    """One message. A `system` message is for instructions in the middle of a conversation."""

    role: Literal["user", "assistant", "system"]
    content: Content
