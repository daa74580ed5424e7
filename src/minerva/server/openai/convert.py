"""OpenAI request bodies into the neutral request. Pure."""

from __future__ import annotations

import msgspec

from minerva.core import parameters
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.request import ChatInput, GenerateRequest, Input, TextInput, Thinking, TokensInput
from minerva.core.sampling import SamplingOptions
from minerva.server.openai.asked import output_form, tool_choice, tools
from minerva.server.openai.schema import (
    MAX_CHOICES,
    ChatMessage,
    ChatRequest,
    CompletionRequest,
    GenerationBody,
)

_SAME_NAME = tuple(
    name for name in SamplingOptions.__struct_fields__ if name not in ("logit_bias", "dry_sequence_breakers")
)


def chat_request(body: ChatRequest, request_id: str) -> GenerateRequest:
    """Return what a chat completion asks for. Raises `InvalidRequest`."""
    request = _request(body, request_id, _chat_input(body), _chat_logprobs(body), _max_tokens(body))
    return msgspec.structs.replace(request, form=output_form(body.response_format))


def completion_requests(body: CompletionRequest, request_id: str) -> list[GenerateRequest]:
    """Return one request for each prompt of a completion, in order. Raises `InvalidRequest`."""
    n = body.n or 1
    if body.best_of is not None and body.best_of != n:
        raise InvalidRequest(
            f"`best_of` is {body.best_of} and `n` is {n}; they must be equal, choosing among more is not supported.",
            "best_of",
        )
    if len(body.prompt) * n > MAX_CHOICES:
        raise InvalidRequest(
            f"{len(body.prompt)} prompts times `n` = {n} are more than {MAX_CHOICES} choices, the most for a request.",
            "prompt",
        )
    return [
        _request(body, request_id, _prompt(prompt), body.logprobs, body.max_tokens, echo=bool(body.echo))
        for prompt in body.prompt
    ]


def _chat_input(body: ChatRequest) -> ChatInput:
    offered = tools(body.tools or [])
    return ChatInput(
        messages=tuple(_message(message, index) for index, message in enumerate(body.messages)),
        template_kwargs=body.chat_template_kwargs or {},
        tools=offered,
        tool_choice=tool_choice(body, offered),
        parallel_tool_calls=body.parallel_tool_calls is not False,
        thinking=_thinking(body),
    )


def _thinking(body: ChatRequest) -> Thinking:
    effort = body.reasoning_effort
    return Thinking(
        enabled=None if effort is None else effort != "none",
        effort=None if effort == "none" else effort,
        budget_tokens=body.thinking_budget,
    )


def _request(
    body: GenerationBody,
    request_id: str,
    prompt: Input,
    logprobs: int | None,
    max_tokens: int | None,
    *,
    echo: bool = False,
) -> GenerateRequest:
    if body.stream_options is not None and not body.stream:
        raise InvalidRequest("`stream_options` is only allowed when `stream` is true.", "stream_options")
    return GenerateRequest(
        request_id=request_id,
        input=prompt,
        model=body.model or None,
        sampling=_sampling(body),
        max_tokens=max_tokens,
        stop=tuple(body.stop or ()),
        n=body.n or 1,
        logprobs=logprobs,
        echo=echo,
        cache_prompt=body.cache_prompt is not False,
        keep_alive_s=body.keep_alive,
        timeout_s=body.timeout,
    )


def _sampling(body: GenerationBody) -> SamplingOptions:
    breakers = body.dry_sequence_breakers
    return SamplingOptions(
        **{name: getattr(body, name) for name in _SAME_NAME},
        logit_bias=_logit_bias(body.logit_bias),
        dry_sequence_breakers=None if breakers is None else tuple(breakers),
    )


def _logit_bias(bias: dict[str, float] | None) -> dict[int, float] | None:
    """JSON has text for keys; here they are token ids."""
    if bias is None:
        return None
    for key in bias:
        if not (key.isascii() and key.isdecimal() and len(key) <= 10):
            raise InvalidRequest(f"`logit_bias` has the key {key!r}; keys must be token ids.", "logit_bias")
    by_token = {int(key): value for key, value in bias.items()}
    parameters.check("logit_bias", by_token, "logit_bias")
    return by_token


def _max_tokens(body: ChatRequest) -> int | None:
    old, new = body.max_tokens, body.max_completion_tokens
    if old is not None and new is not None and old != new:
        raise InvalidRequest(
            f"`max_tokens` is {old} and `max_completion_tokens` is {new}; send one of them.", "max_tokens"
        )
    return new if new is not None else old


def _chat_logprobs(body: ChatRequest) -> int | None:
    if body.top_logprobs is not None and not body.logprobs:
        raise InvalidRequest("`top_logprobs` is only allowed when `logprobs` is true.", "top_logprobs")
    return (body.top_logprobs or 0) if body.logprobs else None


def _message(message: ChatMessage, index: int) -> Message:
    calls = tuple(ToolCall(call.id, call.function.name, call.function.arguments) for call in message.tool_calls or ())
    if message.content is None and not (message.role == "assistant" and (calls or message.reasoning_content)):
        raise InvalidRequest(f"`messages[{index}].content` is missing.", f"messages[{index}].content")
    if calls and message.role != "assistant":
        raise InvalidRequest(
            f"`messages[{index}].tool_calls` is set and the role is {message.role!r}; only an assistant calls tools.",
            f"messages[{index}].tool_calls",
        )
    return Message(
        role=message.role,
        content="".join(part.text for part in message.content or ()),
        name=message.name,
        reasoning=message.reasoning_content,
        tool_calls=calls,
        tool_call_id=message.tool_call_id,
    )


def _prompt(prompt: str | list[int]) -> Input:
    return TextInput(prompt) if isinstance(prompt, str) else TokensInput(tuple(prompt))
