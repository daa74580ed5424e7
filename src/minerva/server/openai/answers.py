"""The answer shapes of the OpenAI API (API reference, "Chat", "Completions", "Models"), as they are encoded."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from minerva.core.event import Timings, Truncation, Usage
from minerva.core.model import Capability

FinishReason = Literal["stop", "length", "tool_calls"]


class PromptTokensDetails(msgspec.Struct, frozen=True):
    """Prompt tokens that did not have to be computed."""

    cached_tokens: int


class CompletionTokensDetails(msgspec.Struct, frozen=True):
    """Tokens that were computed ahead because the request's `prediction` had them, and what became of them.

    Those that were rejected are not among the `completion_tokens`: nobody is billed for them.
    """

    accepted_prediction_tokens: int
    rejected_prediction_tokens: int


_NO_DETAILS = CompletionTokensDetails(0, 0)


class UsageAnswer(msgspec.Struct, frozen=True):
    """Tokens of a request."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    prompt_tokens_details: PromptTokensDetails
    completion_tokens_details: CompletionTokensDetails


class TimingsAnswer(msgspec.Struct, frozen=True):
    """Extension: where the time went, in milliseconds, and the rates in tokens per second.

    `draft_n` tokens, if any, were computed ahead, and `draft_n_accepted` of them came.
    """

    queue_ms: float
    load_ms: float
    prefill_ms: float
    decode_ms: float
    total_ms: float
    prompt_n: int
    cached_n: int
    predicted_n: int
    prompt_per_second: float | None
    predicted_per_second: float | None
    draft_n: int | UnsetType = UNSET
    draft_n_accepted: int | UnsetType = UNSET


class TopLogprob(msgspec.Struct, frozen=True):
    """A token that might have stood there."""

    token: str
    logprob: float
    bytes: list[int]


class ChatLogprob(msgspec.Struct, frozen=True):
    """A token of a chat answer; `bytes` is exact where `token` holds part of a character."""

    token: str
    logprob: float
    bytes: list[int]
    top_logprobs: list[TopLogprob]


class ChatLogprobs(msgspec.Struct, frozen=True):
    """Log probabilities of a chat answer."""

    content: list[ChatLogprob]
    refusal: None = None


class TextLogprobs(msgspec.Struct, frozen=True):
    """Log probabilities of a text completion; `text_offset` counts characters of the choice's text."""

    tokens: list[str]
    token_logprobs: list[float | None]
    top_logprobs: list[dict[str, float] | None] | None
    text_offset: list[int]


class CalledFunction(msgspec.Struct, frozen=True):
    """The function that is called; `arguments` is JSON text."""

    name: str
    arguments: str


class ToolCallAnswer(msgspec.Struct, frozen=True, tag_field="type", tag="function"):
    """A call of a tool."""

    id: str
    function: CalledFunction


class AnswerMessage(msgspec.Struct, frozen=True):
    """What the assistant said, thought (extension: `reasoning_content`) and called."""

    role: Literal["assistant"]
    content: str | None
    refusal: None = None
    reasoning_content: str | UnsetType = UNSET
    tool_calls: list[ToolCallAnswer] | UnsetType = UNSET


class ChatChoice(msgspec.Struct, frozen=True):
    """A complete choice."""

    index: int
    message: AnswerMessage
    logprobs: ChatLogprobs | None
    finish_reason: FinishReason


class ChatCompletion(msgspec.Struct, frozen=True, tag_field="object", tag="chat.completion"):
    """The body of an answer that is not streamed. Extension: `truncation` is there if something was left out."""

    id: str
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: UsageAnswer
    timings: TimingsAnswer
    truncation: Truncation | UnsetType = UNSET


class FunctionDelta(msgspec.Struct, frozen=True):
    """More of a call's arguments; the name comes with the first of it."""

    arguments: str
    name: str | UnsetType = UNSET


class ToolCallNews(msgspec.Struct, frozen=True):
    """What is new of the call number `index`; `id` and `type` come with the first of it."""

    index: int
    function: FunctionDelta
    id: str | UnsetType = UNSET
    type: Literal["function"] | UnsetType = UNSET


class ChatDelta(msgspec.Struct, frozen=True):
    """What is new in a chunk."""

    role: Literal["assistant"] | UnsetType = UNSET
    content: str | UnsetType = UNSET
    reasoning_content: str | UnsetType = UNSET
    tool_calls: list[ToolCallNews] | UnsetType = UNSET


class ChunkChoice(msgspec.Struct, frozen=True):
    """A choice's news."""

    index: int
    delta: ChatDelta
    logprobs: ChatLogprobs | None = None
    finish_reason: FinishReason | None = None


class ChatChunk(msgspec.Struct, frozen=True, tag_field="object", tag="chat.completion.chunk"):
    """The data of one server-sent event. `usage` is there only when asked for, and then `null` but in the last.

    Extensions: the last one has `timings`, and `truncation` if something was left out.
    """

    id: str
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChunkChoice]
    usage: UsageAnswer | UnsetType | None = UNSET
    timings: TimingsAnswer | UnsetType = UNSET
    truncation: Truncation | UnsetType = UNSET


class TextChoice(msgspec.Struct, frozen=True):
    """A choice of a text completion, or in a stream its news."""

    index: int
    text: str
    logprobs: TextLogprobs | None = None
    finish_reason: FinishReason | None = None


class TextCompletion(msgspec.Struct, frozen=True, tag_field="object", tag="text_completion"):
    """The body of a text completion, and also the data of one server-sent event of it."""

    id: str
    created: int
    model: str
    system_fingerprint: str
    choices: list[TextChoice]
    usage: UsageAnswer | UnsetType | None = UNSET
    timings: TimingsAnswer | UnsetType = UNSET
    truncation: Truncation | UnsetType = UNSET


class ChatInputTokens(msgspec.Struct, frozen=True, tag_field="object", tag="response.input_tokens"):
    """How many tokens the prompt of a chat has."""

    input_tokens: int


class RenderedPrompt(msgspec.Struct, frozen=True):
    """The prompt of a chat, as the model's template writes it."""

    prompt: str


class ModelAnswer(msgspec.Struct, frozen=True, tag_field="object", tag="model"):
    """A model that requests may name. Extensions: its window, trained or a preset's, and what it can be asked for."""

    id: str
    created: int
    owned_by: str = "minerva"
    context_length: int | None = None
    capabilities: tuple[Capability, ...] = ()


class ModelList(msgspec.Struct, frozen=True, tag_field="object", tag="list"):
    """All models that requests may name."""

    data: list[ModelAnswer]


def usage_answer(usage: Usage, *, predicted: bool = False) -> UsageAnswer:
    """Return `usage` in this API's words. `predicted`: the request had a prediction, and its tokens are told apart.

    What was foretold without one is in `timings` alone.
    """
    details = CompletionTokensDetails(usage.accepted_tokens, usage.rejected_tokens) if predicted else _NO_DETAILS
    return UsageAnswer(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.prompt_tokens + usage.completion_tokens,
        prompt_tokens_details=PromptTokensDetails(usage.cached_tokens),
        completion_tokens_details=details,
    )


def timings_answer(timings: Timings, usage: Usage) -> TimingsAnswer:
    """Return the extension `timings`. The prompt's rate counts the tokens that were computed, not the cached ones."""
    computed, drafted = usage.prompt_tokens - usage.cached_tokens, usage.accepted_tokens + usage.rejected_tokens
    return TimingsAnswer(
        queue_ms=_ms(timings.queue_s),
        load_ms=_ms(timings.load_s),
        prefill_ms=_ms(timings.prefill_s),
        decode_ms=_ms(timings.decode_s),
        total_ms=_ms(timings.total_s),
        prompt_n=usage.prompt_tokens,
        cached_n=usage.cached_tokens,
        predicted_n=usage.completion_tokens,
        prompt_per_second=_rate(computed, timings.prefill_s),
        predicted_per_second=_rate(usage.completion_tokens, timings.decode_s),
        draft_n=drafted or UNSET,
        draft_n_accepted=usage.accepted_tokens if drafted else UNSET,
    )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _rate(tokens: int, seconds: float) -> float | None:
    return round(tokens / seconds, 2) if seconds > 0 else None
