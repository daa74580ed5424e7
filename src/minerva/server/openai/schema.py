"""The request shapes of the OpenAI API (API reference, "Chat" and "Completions"), with Minerva's extensions.

Ranges of generation parameters are in `core/parameters.py`, which the schema, the errors and the documents all read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.core.parameters import PARAMETERS
from minerva.core.request import Overflow
from minerva.server.body import Body, Shape
from minerva.server.durations import Duration

MAX_CHOICES = 128
"""Choices of one request to /v1/completions: prompts times `n`."""

NO_OPS: dict[str, str] = {
    "metadata": "Requests are not stored, so there is nothing to attach it to.",
    "prompt_cache_key": "Prefixes are found by their tokens, without a hint.",
    "prompt_cache_options": "Prefixes are found by their tokens and kept for as long as there is room.",
    "prompt_cache_retention": "Prefixes are kept for as long as there is room.",
    "store": "Answers are not stored; what `store` would keep is nowhere asked for.",
    "verbosity": "Local models know no such switch; ask for it in the prompt.",
}
"""Fields that are taken and change nothing, and why that is right."""

NO_OPS_WITHIN: dict[str, str] = {
    "response_format.json_schema.name": "Answers do not say which schema they fit.",
    "response_format.json_schema.description": "The model is held to the schema and is not told of it.",
    "response_format.json_schema.strict": "Answers are held to the schema anyway; one that is cut off may not fit.",
    "messages[].parsed": "The official client adds it to an answer; the answer's text says the same.",
    "messages[].tool_calls[].index": "The official client keeps it from a stream; calls stand in their order.",
    "messages[].tool_calls[].function.parsed_arguments": "The official client adds it; `arguments` says the same.",
}
"""The same of fields within others."""

NOT_YET: dict[str, tuple[Any, ...]] = {
    "functions": ([],),
    "function_call": ("none", "auto"),
    "modalities": (["text"],),
    "audio": (),
    "moderation": (),
    "web_search_options": (),
}
"""Fields that are refused, but for `null` and the values here, which ask for nothing that is not done anyway."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _parts(value: object) -> object:
    """A text is one text part. What is no text is refused by name, for its own fields would be "unknown"."""
    if isinstance(value, str):
        return [{"type": "text", "text": value}]
    for part in value if isinstance(value, list) else ():
        kind = part.get("type") if isinstance(part, dict) else "text"
        if kind != "text":
            raise PydanticCustomError("part", "text: parts of type {kind} are not supported yet", {"kind": repr(kind)})
    return value


def _prompts(value: object) -> object:
    """One prompt, or a list of them, each a text or token ids → a list of prompts."""
    if isinstance(value, str) or _are_tokens(value):
        return [value]
    if isinstance(value, list) and value and all(isinstance(item, str) or _are_tokens(item) for item in value):
        return value
    raise PydanticCustomError("prompt", "a string, a list of token ids, or a list of either, and not empty")


def _are_tokens(value: object) -> bool:
    """Token ids are 32-bit, and `true` is none."""
    return isinstance(value, list) and bool(value) and all(type(item) is int and 0 <= item < 2**31 for item in value)


TIER = "`flex` is served after what somebody waits for, `priority` and `fast` before it; the others are the usual."
USER = "Whom the request is for: users of one priority are served in turn, and other clients by their address."
IDENTIFIER = "The newer name of `user`, and before it."

_Prompt = str | list[int]
_Choices = Annotated[int, Field(ge=1, le=8)]


class TextPart(Shape):
    """A part of a message's content."""

    type: Literal["text"]
    text: str


# Here and below: the first wrong item ends it, for a body of millions of them would make as many error objects.
_Content = Annotated[
    list[TextPart], Field(fail_fast=True), BeforeValidator(_parts, json_schema_input_type=str | list[TextPart])
]


class FunctionCall(Shape):
    """What an earlier answer called: `arguments` is JSON text."""

    name: str
    arguments: str
    parsed_arguments: Any = None


class ToolCallMessage(Shape):
    """A tool call of an earlier answer, given back as history."""

    id: str
    type: Literal["function"] = "function"
    function: FunctionCall
    index: int | None = None


class ChatMessage(Shape):
    """One message. The fields that answers of the official client carry and that say nothing here must be empty."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: _Content | None = None
    name: str | None = None
    reasoning_content: str | None = None
    tool_calls: Annotated[list[ToolCallMessage], Field(fail_fast=True)] | None = None
    tool_call_id: str | None = None
    parsed: Any = None
    refusal: None = None
    audio: None = None
    function_call: None = None
    annotations: Annotated[list[None], Field(max_length=0)] | None = None


class FunctionDefinition(Shape):
    """A function the model may call. `parameters` is a JSON Schema; without it the function takes nothing."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class FunctionTool(Shape):
    """A tool that is a function, the one kind there is."""

    type: Literal["function"]
    function: FunctionDefinition


class FunctionName(Shape):
    """Which function."""

    name: str


class NamedToolChoice(Shape):
    """The function that must be called."""

    type: Literal["function"]
    function: FunctionName


def _tool_choice(value: object) -> object:
    """Refuse by the field's own name what is neither a known word nor a function."""
    kind = value.get("type") if isinstance(value, dict) else value
    if (kind in ("none", "auto", "required") and not isinstance(value, dict)) or kind in ("function", None):
        return value
    raise PydanticCustomError("choice", "'none', 'auto', 'required', or an object of type 'function'")


_ToolChoice = Annotated[
    Literal["none", "auto", "required"] | NamedToolChoice,
    BeforeValidator(_tool_choice, json_schema_input_type=Literal["none", "auto", "required"] | NamedToolChoice),
]


class TextFormat(Shape):
    """Any text."""

    type: Literal["text"]


class JsonObjectFormat(Shape):
    """Any JSON object."""

    type: Literal["json_object"]


class SchemaDefinition(Shape):
    """A JSON Schema by name. Answers are held to it, whatever `strict` says; one that is cut off may not fit."""

    name: str
    description: str | None = None
    schema_: dict[str, Any] = Field(alias="schema")
    strict: bool | None = None


class JsonSchemaFormat(Shape):
    """JSON that fits a schema."""

    type: Literal["json_schema"]
    json_schema: SchemaDefinition


class GrammarFormat(Shape):
    """Extension: text of a grammar; `lark` in llguidance's dialect, or `gbnf` as llama.cpp reads it."""

    type: Literal["grammar"]
    grammar: str
    syntax: Literal["lark", "gbnf"] = "lark"


class RegexFormat(Shape):
    """Extension: text that a regular expression matches as a whole."""

    type: Literal["regex"]
    regex: str


class ChoiceFormat(Shape):
    """Extension: one of these texts."""

    type: Literal["choice"]
    choice: Annotated[list[str], Field(min_length=1)]


ResponseFormat = Annotated[
    TextFormat | JsonObjectFormat | JsonSchemaFormat | GrammarFormat | RegexFormat | ChoiceFormat,
    Field(discriminator="type"),
]


class Prediction(Shape):
    """A text that the answer is expected to repeat, in part or whole."""

    type: Literal["content"]
    content: _Content


class StreamOptions(Shape):
    """What a stream carries beside text."""

    include_usage: bool = False
    include_obfuscation: Literal[False] = False


class PromptCacheOptions(Shape):
    """How prefixes are to be kept."""

    mode: Literal["implicit", "explicit"] | None = None
    ttl: Literal["30m"] | None = None


class SamplingBody(Body):
    """What every request takes that generates text."""

    parameters: ClassVar[Mapping[str, str]] = {
        row.openai: row.name for row in PARAMETERS if row.openai and row.name not in ("max_tokens", "logit_bias")
    }

    model: str | None = None
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repeat_penalty: float | None = None
    repeat_last_n: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    dry_multiplier: float | None = None
    dry_base: float | None = None
    dry_allowed_length: int | None = None
    dry_penalty_last_n: int | None = None
    dry_sequence_breakers: list[str] | None = None
    xtc_probability: float | None = None
    xtc_threshold: float | None = None
    mirostat: int | None = None
    mirostat_tau: float | None = None
    mirostat_eta: float | None = None
    ignore_eos: bool | None = None
    logit_bias: dict[str, float] | None = None
    seed: int | None = None
    stop: Annotated[list[str], BeforeValidator(_listed, json_schema_input_type=str | list[str])] | None = None
    stream: bool | None = None
    user: str | None = Field(None, description=USER)
    priority: Annotated[int, Field(ge=-(2**31), lt=2**31)] | None = Field(
        None,
        description="Extension: a lower number is served first, 0 is usual, and above 0 is what nobody waits for.",
    )
    keep_alive: Duration | None = Field(None, description="How long the model stays loaded; 0 not at all, -1 always.")
    timeout: Annotated[Duration, Field(gt=0)] | None = Field(None, description="Most time this request may take.")
    queue_timeout: Annotated[Duration, Field(gt=0)] | None = Field(
        None, description="Extension: most time that it may wait for its turn; then it ends with a 503."
    )
    cache_prompt: bool | Literal["memory"] | None = Field(
        None,
        description='False computes the whole prompt anew; with "memory" what was computed is kept, and not on disk.',
    )


class GenerationBody(SamplingBody):
    """What both kinds of completion take."""

    parameters: ClassVar[Mapping[str, str]] = {**SamplingBody.parameters, "max_tokens": "max_tokens"}

    max_tokens: int | None = None
    n: _Choices | None = None
    stream_options: StreamOptions | None = None


class ChatRequest(GenerationBody):
    """The body of POST /v1/chat/completions."""

    parameters: ClassVar[Mapping[str, str]] = {**GenerationBody.parameters, "max_completion_tokens": "max_tokens"}
    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = NOT_YET

    messages: Annotated[list[ChatMessage], Field(min_length=1, fail_fast=True)]
    max_completion_tokens: int | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    safety_identifier: str | None = Field(None, description=IDENTIFIER)
    metadata: dict[str, str] | None = None
    service_tier: Literal["auto", "default", "flex", "scale", "priority", "fast"] | None = Field(None, description=TIER)
    prompt_cache_key: str | None = None
    prompt_cache_options: PromptCacheOptions | None = None
    prompt_cache_retention: str | None = None
    store: bool | None = None
    verbosity: Literal["low", "medium", "high"] | None = None
    overflow: Overflow | None = Field(
        None,
        description="Extension: what happens to what does not fit the context window; `trim_history` leaves out the "
        "oldest turns, with `shift` the answer goes on past the window. Without it the server's setting holds.",
    )
    tools: Annotated[list[FunctionTool], Field(fail_fast=True)] | None = None
    tool_choice: _ToolChoice | None = None
    parallel_tool_calls: bool | None = None
    response_format: ResponseFormat | None = None
    prediction: Prediction | None = Field(
        None, description="What of it is repeated comes faster; the answer is the one that there would be without it."
    )
    reasoning_effort: Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"] | None = Field(
        None, description="`none` turns thinking off where the model can, any other turns it on."
    )
    thinking_budget: Annotated[int, Field(ge=0)] | None = Field(
        None, description="Extension: tokens after which a thinking block is closed."
    )
    chat_template_kwargs: dict[str, str | int | float | bool | None] | None = Field(
        None, description="Extension: more variables for the chat template."
    )


class ApplyTemplateRequest(ChatRequest):
    """The body of POST /apply-template: that of a chat."""

    add_generation_prompt: bool | None = Field(
        None, description="False leaves out the opening of the answer at the end of the prompt."
    )


class CompletionRequest(GenerationBody):
    """The body of POST /v1/completions."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = {"store": (False,)}

    prompt: Annotated[list[_Prompt], BeforeValidator(_prompts, json_schema_input_type=_Prompt | list[_Prompt])]
    suffix: str | None = Field(
        None, description="The text behind a gap that the answer fills, for models that were trained to."
    )
    echo: bool | None = None
    logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    best_of: _Choices | None = None
    overflow: Literal["error", "shift"] | None = Field(
        None,
        description="Extension: with `shift` the answer goes on past the context window. Without it the server's "
        "setting holds.",
    )
