"""OpenAI request bodies into the neutral request. Pure."""

from __future__ import annotations

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.request import ChatInput, GenerateRequest, InfillInput, Input, TextInput, TokensInput
from minerva.server.openai.asked import output_form, priority, thinking, tool_choice, tools
from minerva.server.openai.sampling import sampling
from minerva.server.openai.schema import (
    MAX_CHOICES,
    ChatMessage,
    ChatRequest,
    CompletionRequest,
)


def chat_request(body: ChatRequest, request_id: str) -> GenerateRequest:
    """Return what a chat completion asks for. Raises `InvalidRequest`."""
    request = _request(body, request_id, chat_input(body), _chat_logprobs(body), _max_tokens(body))
    return msgspec.structs.replace(
        request,
        form=output_form(body.response_format),
        prediction=_prediction(body),
        priority=priority(body.priority, body.service_tier),
    )


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
    if body.echo and body.suffix:
        raise InvalidRequest("`echo` and `suffix` are both set; a prompt with a gap is not repeated.", "echo")
    return [
        _request(body, request_id, _prompt(prompt, body.suffix), body.logprobs, body.max_tokens, echo=bool(body.echo))
        for prompt in body.prompt
    ]


def chat_input(body: ChatRequest) -> ChatInput:
    """Return what the prompt of a chat is made of. Raises `InvalidRequest`."""
    offered = tools([tool.function for tool in body.tools or ()], ".function")
    return ChatInput(
        messages=tuple(_message(message, index) for index, message in enumerate(body.messages)),
        template_kwargs=body.chat_template_kwargs or {},
        tools=offered,
        tool_choice=tool_choice(body.tool_choice, offered),
        parallel_tool_calls=body.parallel_tool_calls is not False,
        thinking=thinking(body.reasoning_effort, body.thinking_budget),
    )


def _request(
    body: ChatRequest | CompletionRequest,
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
        sampling=sampling(body),
        max_tokens=max_tokens,
        stop=tuple(body.stop or ()),
        n=body.n or 1,
        logprobs=logprobs,
        echo=echo,
        overflow=body.overflow,
        cache_prompt=body.cache_prompt is not False,
        cache_disk=body.cache_prompt != "memory",
        keep_alive_s=body.keep_alive,
        timeout_s=body.timeout,
        queue_timeout_s=body.queue_timeout,
        priority=priority(body.priority, None),
    )


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


def _prediction(body: ChatRequest) -> str:
    return "" if body.prediction is None else "".join(part.text for part in body.prediction.content)


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


def _prompt(prompt: str | list[int], suffix: str | None) -> Input:
    if suffix:
        if not isinstance(prompt, str):
            raise InvalidRequest("`suffix` is set and `prompt` has token ids; send the prompt as text.", "prompt")
        return InfillInput(prompt, suffix)
    return TextInput(prompt) if isinstance(prompt, str) else TokensInput(tuple(prompt))
