"""The request shapes of the Anthropic API (API reference, "Messages" and "Count tokens").

Ranges of generation parameters are in `core/parameters.py`, which the schema, the errors and the documents all read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.core.parameters import PARAMETERS
from minerva.core.request import Overflow
from minerva.server.anthropic.blocks import CacheControl, InputMessage, TextContent
from minerva.server.body import Body, Shape

NO_OPS: dict[str, str] = {
    "service_tier": "There is one tier; both values mean it.",
    "cache_control": "Here and in blocks: every prefix is kept for as long as there is room, and found by its tokens.",
    "inference_geo": "There is one place, this machine.",
    "diagnostics": "`usage` says how much of the prompt came from the cache.",
    "context_management": "Only edits that clear old thoughts: the model's own template leaves those out.",
}
"""Fields that are taken and change nothing, and why that is right."""

NO_OPS_WITHIN: dict[str, str] = {
    **dict.fromkeys(
        (
            "system[].cache_control",
            "tools[].cache_control",
            "messages[].content[].cache_control",
            "messages[].content[].content[].cache_control",
        ),
        NO_OPS["cache_control"],
    ),
    "messages[].content[].signature": "Nothing is signed, and nothing is checked.",
    "messages[].content[].data": "Only Anthropic can read what is in it; it is left out of the prompt.",
    "messages[].content[].caller": "There is one caller, the model itself.",
    "tools[].allowed_callers": "There is one caller, the model itself.",
    "tools[].eager_input_streaming": "Arguments are always streamed as the model writes them.",
}
"""The same of fields within others."""

NOT_YET: dict[str, tuple[Any, ...]] = {
    "billing_policy": (),
    "compaction": (),
    "container": (),
    "fallback_credit_token": (),
    "fallbacks": ([],),
    "mcp_servers": ([],),
    "speed": ("standard",),
    "thread": (),
}
"""Fields that are refused, but for `null` and the values here, which ask for nothing that is not done anyway."""


def _custom(value: object) -> object:
    """A tool with a `type` of its own is one that Anthropic defines."""
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind != "custom":
        raise PydanticCustomError(
            "tool", "a custom tool, with an `input_schema`: {kind} is not supported yet", {"kind": repr(kind)}
        )
    return value


class CustomTool(Shape):
    """A tool that the client runs. Its arguments are always streamed as the model writes them."""

    type: Literal["custom"] | None = None
    name: str
    description: str | None = None
    input_schema: dict[str, Any]
    strict: bool | None = None
    cache_control: CacheControl | None = None
    eager_input_streaming: bool | None = None
    defer_loading: Literal[False] | None = None
    allowed_callers: list[Literal["direct"]] | None = None
    input_examples: Annotated[list[None], Field(max_length=0)] | None = None


class AutoChoice(Shape):
    """The model decides."""

    type: Literal["auto"]
    disable_parallel_tool_use: bool = False


class AnyChoice(Shape):
    """The model calls at least one tool."""

    type: Literal["any"]
    disable_parallel_tool_use: bool = False


class NamedChoice(Shape):
    """The model calls this tool."""

    type: Literal["tool"]
    name: str
    disable_parallel_tool_use: bool = False


class NoChoice(Shape):
    """The model is told of the tools and calls none."""

    type: Literal["none"]


_Display = Literal["summarized", "omitted"]


class ThinkingEnabled(Shape):
    """The model thinks, for at most `budget_tokens`. Any budget will do that leaves room for an answer."""

    type: Literal["enabled"]
    budget_tokens: Annotated[int, Field(ge=1)]
    display: _Display | None = None


class ThinkingAdaptive(Shape):
    """The model thinks as much as it likes."""

    type: Literal["adaptive"]
    display: _Display | None = None


class ThinkingDisabled(Shape):
    """The model does not think, if it can be told so."""

    type: Literal["disabled"]


class JsonFormat(Shape):
    """JSON that fits a schema."""

    type: Literal["json_schema"]
    schema_: dict[str, Any] = Field(alias="schema")


class OutputConfig(Shape):
    """How the answer is to be."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None
    format: JsonFormat | None = None


class Metadata(Shape):
    """Who asks."""

    user_id: str | None = Field(
        None, description="Whom the request is for: users are served in turn, and other clients by their address."
    )


class Diagnostics(Shape):
    """The answer whose prompt this one's is to be compared with."""

    previous_message_id: str | None = None


class ClearThinking(Shape):
    """Leave thoughts of earlier answers out of the prompt."""

    type: Literal["clear_thinking_20251015"]
    keep: Literal["all"] | dict[str, Any] | None = None


class ContextManagement(Shape):
    """How the conversation is to be shortened."""

    edits: Annotated[list[ClearThinking], Field(fail_fast=True)] | None = None


_Thinking = Annotated[ThinkingEnabled | ThinkingAdaptive | ThinkingDisabled, Field(discriminator="type")]
_ToolChoice = Annotated[AutoChoice | AnyChoice | NamedChoice | NoChoice, Field(discriminator="type")]
_Tool = Annotated[CustomTool, BeforeValidator(_custom)]


class ConversationBody(Body):
    """What makes the prompt: the same in both bodies."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = NOT_YET

    model: str | None = None
    messages: Annotated[list[InputMessage], Field(min_length=1, max_length=100_000, fail_fast=True)]
    system: TextContent | None = None
    tools: Annotated[list[_Tool], Field(fail_fast=True)] | None = None
    tool_choice: _ToolChoice | None = None
    thinking: _Thinking | None = None
    output_config: OutputConfig | None = None
    output_format: JsonFormat | None = Field(None, description="The older place of `output_config.format`.")
    cache_control: CacheControl | None = None
    context_management: ContextManagement | None = None


class CountTokensRequest(ConversationBody):
    """The body of POST /v1/messages/count_tokens."""


class MessagesRequest(ConversationBody):
    """The body of POST /v1/messages."""

    parameters: ClassVar[Mapping[str, str]] = {row.anthropic: row.name for row in PARAMETERS if row.anthropic}

    max_tokens: int
    stop_sequences: list[str] | None = None
    stream: bool | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    metadata: Metadata | None = None
    service_tier: Literal["auto", "standard_only"] | None = None
    inference_geo: str | None = None
    diagnostics: Diagnostics | None = None
    overflow: Overflow | None = Field(
        None,
        description="Extension: what happens to what does not fit the context window; `trim_history` leaves out the "
        "oldest turns, with `shift` the answer goes on past the window. Without it the server's setting holds.",
    )
