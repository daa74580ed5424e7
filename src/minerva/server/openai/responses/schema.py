"""The request shape of the Responses API (API reference, "Responses"), with Minerva's extensions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.core.request import Overflow
from minerva.server.body import Shape
from minerva.server.openai.responses.items import Input, OptionalInput
from minerva.server.openai.schema import (
    IDENTIFIER,
    TIER,
    ChoiceFormat,
    FunctionDefinition,
    GrammarFormat,
    JsonObjectFormat,
    PromptCacheOptions,
    RegexFormat,
    SamplingBody,
    SchemaDefinition,
    TextFormat,
)

NO_OPS: dict[str, str] = {
    "prompt_cache_key": "Prefixes are found by their tokens, without a hint; the answer repeats it.",
    "prompt_cache_options": "Prefixes are found by their tokens and kept for as long as there is room.",
    "prompt_cache_retention": "Prefixes are kept for as long as there is room.",
    "max_tool_calls": "It limits calls of built-in tools, and there are none.",
}
"""Fields that are taken and change nothing, and why that is right."""

_CALLER = "There is one caller, the model itself."

NO_OPS_WITHIN: dict[str, str] = {
    "text.verbosity": "Local models know no such switch; ask for it in the prompt.",
    "text.format.name": "Answers do not say which schema they fit.",
    "text.format.description": "The model is held to the schema and is not told of it.",
    "text.format.strict": "Answers are held to the schema anyway; one that is cut off may not fit.",
    "reasoning.context": "Which earlier thoughts a model sees is up to its template.",
    "reasoning.mode": "There is one mode.",
    "tools[].allowed_callers": _CALLER,
    "input[].phase": "Templates know no phases.",
    "input[].caller": _CALLER,
    "input[].created_by": "There are no accounts to tell apart.",
    "input[].parsed_arguments": "The official client adds it; `arguments` says the same.",
    "input[].encrypted_content": "Only OpenAI can read what is in it; it is left out of the prompt.",
    "input[].content[].prompt_cache_breakpoint": "Every prefix is kept for as long as there is room.",
    "input[].output[].prompt_cache_breakpoint": "Every prefix is kept for as long as there is room.",
    "input[].content[].logprobs": "The text says what was said.",
    "input[].content[].parsed": "The official client adds it to an answer; the answer's text says the same.",
}
"""The same of fields within others."""

NOT_YET: dict[str, tuple[Any, ...]] = {
    "access_programs": (),
    "background": (False,),
    "background_options": (),
    "context_management": ([],),
    "conversation": (),
    "image": (),
    "moderation": (),
    "prompt": (),
}
"""Fields that are refused, but for `null` and the values here, which ask for nothing that is not done anyway."""

LOGPROBS = "message.output_text.logprobs"

_MODES = ("none", "auto", "required")


def _function(value: object) -> object:
    """A tool of another type is one that OpenAI runs, or whose input is no JSON."""
    kind = value.get("type") if isinstance(value, dict) else None
    if isinstance(kind, str) and kind != "function":
        raise PydanticCustomError(
            "tool", "a tool of the type 'function': {kind} is not supported yet", {"kind": repr(kind)}
        )
    return value


class ResponsesTool(FunctionDefinition):
    """A function that the client runs."""

    type: Literal["function"]
    allowed_callers: list[Literal["direct"]] | None = None
    async_: Literal[False] | None = Field(None, alias="async")
    defer_loading: Literal[False] | None = None
    output_schema: None = None


def _tool_choice(value: object) -> object:
    """A word is an object of that type, so that the type tells all choices apart. Others are refused by this field."""
    if isinstance(value, str) and value in _MODES:
        return {"type": value}
    if isinstance(value, dict) and value.get("type") in ("function", "allowed_tools", None):
        return value
    raise PydanticCustomError(
        "choice", "'none', 'auto', 'required', or an object of type 'function' or 'allowed_tools'"
    )


class ToolMode(Shape):
    """A word."""

    type: Literal["none", "auto", "required"]


class NamedFunction(Shape):
    """This function."""

    type: Literal["function"]
    name: str


class AllowedTools(Shape):
    """Some of the tools: as if only these were offered."""

    type: Literal["allowed_tools"]
    mode: Literal["auto", "required"]
    tools: Annotated[list[NamedFunction], Field(fail_fast=True)]


_NamedChoice = Annotated[NamedFunction | AllowedTools, Field(discriminator="type")]
_ToolChoice = Annotated[
    Annotated[NamedFunction | AllowedTools | ToolMode, Field(discriminator="type")],
    BeforeValidator(_tool_choice, json_schema_input_type=_NamedChoice | Literal["none", "auto", "required"]),
]


class TextSchemaFormat(SchemaDefinition):
    """JSON that fits a schema."""

    type: Literal["json_schema"]


class TextConfig(Shape):
    """What form the text of the answer has."""

    format: (
        Annotated[
            TextFormat | JsonObjectFormat | TextSchemaFormat | GrammarFormat | RegexFormat | ChoiceFormat,
            Field(discriminator="type"),
        ]
        | None
    ) = None
    verbosity: Literal["low", "medium", "high"] | None = None


_Summary = Literal["auto", "concise", "detailed"]


class ReasoningConfig(Shape):
    """Whether to think, and how thoughts are told."""

    effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = Field(
        None, description="`none` turns thinking off where the model can, any other turns it on."
    )
    summary: _Summary | None = Field(
        None, description="Thoughts come, word for word, as their summary; without it, as their content."
    )
    generate_summary: _Summary | None = Field(None, description="The older name of `summary`.")
    context: Literal["auto"] | None = None
    mode: Literal["standard"] | None = None


class ResponsesStreamOptions(Shape):
    """What a stream carries beside text."""

    include_obfuscation: Literal[False] | None = None


def _metadata(value: object) -> object:
    """Keep to that API's limits, so that who keeps to them here is not surprised there."""
    if isinstance(value, dict):
        texts = [text for text in value.values() if isinstance(text, str)]
        if len(value) > 16 or any(len(key) > 64 for key in value) or any(len(text) > 512 for text in texts):
            raise PydanticCustomError(
                "metadata", "an object of at most 16 texts, keys of up to 64 characters, values of up to 512"
            )
    return value


class ResponsesRequest(SamplingBody):
    """The body of POST /v1/responses."""

    parameters: ClassVar[Mapping[str, str]] = {**SamplingBody.parameters, "max_output_tokens": "max_tokens"}
    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = NOT_YET

    input: Input
    instructions: str | None = Field(
        None, description="A system message before the conversation; of the one continued they do not count."
    )
    previous_response_id: str | None = Field(None, description="The stored response whose conversation goes on.")
    store: bool | None = Field(None, description="False keeps nothing of the request; else the response is stored.")
    max_output_tokens: int | None = None
    tools: Annotated[list[Annotated[ResponsesTool, BeforeValidator(_function)]], Field(fail_fast=True)] | None = None
    tool_choice: _ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    max_tool_calls: int | None = None
    text: TextConfig | None = None
    reasoning: ReasoningConfig | None = None
    include: Annotated[
        list[Literal["message.output_text.logprobs", "reasoning.encrypted_content"]] | None,
        Field(description="Log probabilities; thoughts always come in the clear, so none are encrypted."),
    ] = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    truncation: Literal["auto", "disabled"] | None = Field(
        None, description="`auto` leaves out the oldest turns of a conversation that is too long."
    )
    overflow: Overflow | None = Field(
        None,
        description="Extension: as in chat completions, instead of `truncation`: `trim_history` is its `auto`, `error` "
        "its `disabled`, and with `shift` the answer goes on past the context window.",
    )
    metadata: Annotated[dict[str, str], BeforeValidator(_metadata)] | None = Field(
        None, description="Kept with the response, and part of it: at most 16 texts of 512 characters."
    )
    stream_options: ResponsesStreamOptions | None = None
    safety_identifier: str | None = Field(None, description=IDENTIFIER)
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast", "ultrafast"] | None = Field(
        None, description=TIER
    )
    prompt_cache_key: str | None = None
    prompt_cache_options: PromptCacheOptions | None = None
    prompt_cache_retention: str | None = None
    thinking_budget: Annotated[int, Field(ge=0)] | None = Field(
        None, description="Extension: tokens after which a thinking block is closed."
    )
    chat_template_kwargs: dict[str, str | int | float | bool | None] | None = Field(
        None, description="Extension: more variables for the chat template."
    )


class InputTokensRequest(ResponsesRequest):
    """The body of POST /v1/responses/input_tokens: that of a response, which may have no `input` of its own."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = {**NOT_YET, "personality": ()}

    input: OptionalInput = Field(default_factory=list)
