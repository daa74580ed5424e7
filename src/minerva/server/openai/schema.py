"""The request shapes of the OpenAI API (API reference, "Chat" and "Completions"), with Minerva's extensions.

Ranges of generation parameters are in `core/parameters.py`, which the schema, the errors and the documents all read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.core.parameters import PARAMETERS
from minerva.server.body import Body, Shape
from minerva.server.durations import Duration

MAX_CHOICES = 128
"""Choices of one request to /v1/completions: prompts times `n`."""

NO_OPS: dict[str, str] = {
    "user": "There are no accounts to tell apart.",
    "safety_identifier": "There are no accounts to tell apart.",
    "metadata": "Requests are not stored, so there is nothing to attach it to.",
    "service_tier": "There is one tier; `auto` and `default` both mean it.",
    "prompt_cache_key": "Prefixes are found by their tokens, without a hint.",
    "prompt_cache_retention": "Prefixes are kept for as long as there is room.",
    "parallel_tool_calls": "It bears on tools, and those are refused for now.",
}
"""Fields that are taken and change nothing, and why that is right."""

NOT_YET: dict[str, tuple[Any, ...]] = {
    "tools": ([],),
    "tool_choice": ("none", "auto"),
    "functions": ([],),
    "function_call": ("none", "auto"),
    "response_format": ({"type": "text"},),
    "store": (False,),
    "modalities": (["text"],),
    "audio": (),
    "prediction": (),
    "reasoning_effort": (),
    "verbosity": (),
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


class ToolCallMessage(Shape):
    """A tool call of an earlier answer, given back as history."""

    id: str
    type: Literal["function"] = "function"
    function: FunctionCall


class ChatMessage(Shape):
    """One message. The fields that answers of the official client carry and that say nothing here must be empty."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: _Content | None = None
    name: str | None = None
    reasoning_content: str | None = None
    tool_calls: Annotated[list[ToolCallMessage], Field(fail_fast=True)] | None = None
    tool_call_id: str | None = None
    refusal: None = None
    audio: None = None
    function_call: None = None
    annotations: Annotated[list[None], Field(max_length=0)] | None = None


class StreamOptions(Shape):
    """What a stream carries beside text."""

    include_usage: bool = False
    include_obfuscation: Literal[False] = False


class GenerationBody(Body):
    """What both kinds of completion take."""

    parameters: ClassVar[Mapping[str, str]] = {
        **{row.openai: row.name for row in PARAMETERS if row.openai and row.name not in ("max_tokens", "logit_bias")},
        "max_tokens": "max_tokens",
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
    max_tokens: int | None = None
    n: _Choices | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    user: str | None = None
    keep_alive: Duration | None = Field(None, description="How long the model stays loaded; 0 not at all, -1 always.")
    timeout: Annotated[Duration, Field(gt=0)] | None = Field(None, description="Most time this request may take.")
    cache_prompt: bool | None = Field(None, description="False computes the whole prompt anew.")


class ChatRequest(GenerationBody):
    """The body of POST /v1/chat/completions."""

    parameters: ClassVar[Mapping[str, str]] = {**GenerationBody.parameters, "max_completion_tokens": "max_tokens"}
    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = NOT_YET

    messages: Annotated[list[ChatMessage], Field(min_length=1, fail_fast=True)]
    max_completion_tokens: int | None = None
    logprobs: bool | None = None
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    safety_identifier: str | None = None
    metadata: dict[str, str] | None = None
    service_tier: Literal["auto", "default"] | None = None
    prompt_cache_key: str | None = None
    prompt_cache_retention: str | None = None
    parallel_tool_calls: bool | None = None


class CompletionRequest(GenerationBody):
    """The body of POST /v1/completions."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = {"suffix": ("",), "store": (False,)}

    prompt: Annotated[list[_Prompt], BeforeValidator(_prompts, json_schema_input_type=_Prompt | list[_Prompt])]
    echo: bool | None = None
    logprobs: Annotated[int, Field(ge=0, le=20)] | None = None
    best_of: _Choices | None = None
