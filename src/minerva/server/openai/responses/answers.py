"""The answer shapes of the Responses API (API reference, "Responses"), as they are encoded."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from minerva.core.event import Truncation, Usage
from minerva.server.openai.answers import ChatLogprob, TimingsAnswer
from minerva.server.openai.asked import ServedTier

ItemStatus = Literal["in_progress", "completed", "incomplete"]
ErrorCode = Literal["server_error", "rate_limit_exceeded", "invalid_prompt"]


class OutputTextAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="output_text"):
    """Text of an answer. There are no sources to point to, so `annotations` is empty."""

    text: str
    logprobs: list[ChatLogprob]
    annotations: list[None] = []


class ReasoningTextAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="reasoning_text"):
    """What the model thought."""

    text: str


class SummaryTextAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="summary_text"):
    """The same, where a summary is asked for."""

    text: str


class OutputMessageAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="message"):
    """What the assistant said."""

    id: str
    status: ItemStatus
    content: list[OutputTextAnswer]
    role: Literal["assistant"] = "assistant"


class ReasoningAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="reasoning"):
    """What the model thought: in `summary` if that is asked for, or else in `content`."""

    id: str
    status: ItemStatus
    summary: list[SummaryTextAnswer]
    content: list[ReasoningTextAnswer] | UnsetType = UNSET


class FunctionCallAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="function_call"):
    """What the model calls. `arguments` is JSON text; its output is given back under `call_id`."""

    id: str
    status: ItemStatus
    call_id: str
    name: str
    arguments: str


ItemAnswer = OutputMessageAnswer | ReasoningAnswer | FunctionCallAnswer
PartAnswer = OutputTextAnswer | ReasoningTextAnswer


class InputTokensDetails(msgspec.Struct, frozen=True):
    """Input tokens that did not have to be computed. Nothing is written to a cache for a price."""

    cached_tokens: int
    cache_write_tokens: int = 0


class OutputTokensDetails(msgspec.Struct, frozen=True):
    """Output tokens that were thoughts: exact with log probabilities; without, pieces of thoughts are counted."""

    reasoning_tokens: int


class ResponseUsage(msgspec.Struct, frozen=True):
    """Tokens of a response."""

    input_tokens: int
    input_tokens_details: InputTokensDetails
    output_tokens: int
    output_tokens_details: OutputTokensDetails
    total_tokens: int


class ResponseFailure(msgspec.Struct, frozen=True):
    """Why a response failed: in that API's few codes, and in words."""

    code: ErrorCode
    message: str


class IncompleteDetails(msgspec.Struct, frozen=True):
    """Why a response is incomplete."""

    reason: Literal["max_output_tokens"]


class ReasoningSettings(msgspec.Struct, frozen=True):
    """What was asked for."""

    effort: str | None
    summary: str | None


class ResponseAnswer(msgspec.Struct, frozen=True, kw_only=True, tag_field="object", tag="response"):
    """A response: what was asked for, and in `output` what came of it. Times are seconds since 1970.

    `truncation` is what was asked for, `null` where that was nothing and the server's setting holds. Extensions:
    `timings`, there once the response has ended, and `truncated`, if something was left out.
    """

    id: str
    created_at: int
    status: Literal["in_progress", "completed", "incomplete", "failed"] = "in_progress"
    background: Literal[False] = False
    completed_at: int | None = None
    error: ResponseFailure | None = None
    incomplete_details: IncompleteDetails | None = None
    instructions: str | None
    max_output_tokens: int | None
    max_tool_calls: int | None
    model: str
    output: list[ItemAnswer] = []
    parallel_tool_calls: bool
    previous_response_id: str | None
    prompt_cache_key: str | None
    reasoning: ReasoningSettings
    safety_identifier: str | None
    service_tier: ServedTier = "default"
    store: bool
    temperature: float | None
    text: dict[str, Any]
    tool_choice: str | dict[str, Any]
    tools: list[dict[str, Any]]
    top_logprobs: int
    top_p: float | None
    truncation: Literal["auto", "disabled"] | None
    usage: ResponseUsage | None = None
    user: str | None
    metadata: dict[str, str]
    timings: TimingsAnswer | UnsetType = UNSET
    truncated: Truncation | UnsetType = UNSET


class DeletedResponse(msgspec.Struct, frozen=True, tag_field="object", tag="response"):
    """A response that is stored no more."""

    id: str
    deleted: Literal[True] = True


class InputItemPage(msgspec.Struct, frozen=True, tag_field="object", tag="list"):
    """Some of the items that a response was asked with; the ids of the first and the last."""

    data: list[msgspec.Raw]
    has_more: bool
    first_id: str | None
    last_id: str | None


def response_usage(usage: Usage, reasoning_tokens: int) -> ResponseUsage:
    """Return `usage` in this API's words."""
    return ResponseUsage(
        input_tokens=usage.prompt_tokens,
        input_tokens_details=InputTokensDetails(usage.cached_tokens),
        output_tokens=usage.completion_tokens,
        output_tokens_details=OutputTokensDetails(min(reasoning_tokens, usage.completion_tokens)),
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
    )
