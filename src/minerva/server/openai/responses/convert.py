"""Bodies of the Responses API into the neutral request. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from minerva.chat.tools import check_choice
from minerva.core.errors import InvalidRequest
from minerva.core.output import JsonSchema, OutputForm
from minerva.core.request import ChatInput, GenerateRequest, Overflow
from minerva.core.tools import NamedTool, Tool, ToolChoice
from minerva.server.body import json_text
from minerva.server.openai.asked import output_form, priority, thinking, tools
from minerva.server.openai.responses.conversation import messages
from minerva.server.openai.responses.items import Item
from minerva.server.openai.responses.schema import (
    LOGPROBS,
    AllowedTools,
    NamedFunction,
    ResponsesRequest,
    TextSchemaFormat,
    ToolMode,
)
from minerva.server.openai.sampling import sampling

_OVERFLOW: dict[str | None, Overflow | None] = {"auto": "trim_history", "disabled": "error", None: None}


def responses_request(
    body: ResponsesRequest, history: Sequence[Item], given: Sequence[Item], request_id: str
) -> GenerateRequest:
    """Return what `body` asks for, behind the `history` that it continues; `given` are the items of its `input`.

    Raises `InvalidRequest`.
    """
    if body.stream_options is not None and not body.stream:
        raise InvalidRequest("`stream_options` is only allowed when `stream` is true.", "stream_options")
    return GenerateRequest(
        request_id=request_id,
        input=chat_input(body, history, given),
        model=body.model or None,
        sampling=sampling(body),
        max_tokens=body.max_output_tokens,
        stop=tuple(body.stop or ()),
        logprobs=_logprobs(body),
        form=_form(body),
        overflow=_overflow(body),
        cache_prompt=body.cache_prompt is not False,
        cache_disk=body.cache_prompt != "memory",
        keep_alive_s=body.keep_alive,
        timeout_s=body.timeout,
        queue_timeout_s=body.queue_timeout,
        priority=priority(body.priority, body.service_tier),
    )


def chat_input(body: ResponsesRequest, history: Sequence[Item], given: Sequence[Item]) -> ChatInput:
    """Return the conversation of `body`, as `responses_request` does. Raises `InvalidRequest`."""
    choice, offered = _choice(body, tools(body.tools or ()))
    reasoning = body.reasoning
    return ChatInput(
        messages=messages(body.instructions, history, given),
        template_kwargs=body.chat_template_kwargs or {},
        tools=offered,
        tool_choice=choice,
        parallel_tool_calls=body.parallel_tool_calls is not False,
        thinking=thinking(None if reasoning is None else reasoning.effort, body.thinking_budget),
    )


def _choice(body: ResponsesRequest, offered: tuple[Tool, ...]) -> tuple[ToolChoice, tuple[Tool, ...]]:
    """Return which tools may or must be called, and those that the model is told of."""
    match body.tool_choice:
        case None:
            return "auto", offered
        case ToolMode(type=mode):
            check_choice(mode, offered, "tool_choice")
            return mode, offered
        case NamedFunction(name=name):
            check_choice(NamedTool(name), offered, "tool_choice")
            return NamedTool(name), offered
        case AllowedTools(mode=mode, tools=allowed):
            names = {tool.name for tool in allowed}
            for name in sorted(names):
                check_choice(NamedTool(name), offered, "tool_choice.tools")
            left = tuple(tool for tool in offered if tool.name in names)
            check_choice(mode, left, "tool_choice")
            return mode, left


def _form(body: ResponsesRequest) -> OutputForm | None:
    asked = None if body.text is None else body.text.format
    if isinstance(asked, TextSchemaFormat):
        return JsonSchema(json_text(asked.schema_, "text.format.schema"))
    return output_form(asked)


def _overflow(body: ResponsesRequest) -> Overflow | None:
    if body.truncation is not None and body.overflow is not None:
        raise InvalidRequest("`truncation` and `overflow` are both set; they say the same thing. Send one.", "overflow")
    return body.overflow or _OVERFLOW[body.truncation]


def _logprobs(body: ResponsesRequest) -> int | None:
    wanted = LOGPROBS in (body.include or ())
    if body.top_logprobs and not wanted:
        raise InvalidRequest(f"`top_logprobs` is only allowed when `include` has {LOGPROBS!r}.", "top_logprobs")
    return (body.top_logprobs or 0) if wanted else None
