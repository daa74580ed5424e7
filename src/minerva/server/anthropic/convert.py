"""Anthropic request bodies into the neutral request. Pure."""

from __future__ import annotations

from minerva.chat.tools import check_tools
from minerva.core.errors import InvalidRequest
from minerva.core.output import JsonSchema
from minerva.core.request import ChatInput, GenerateRequest, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import NamedTool, Tool, ToolChoice
from minerva.server.anthropic.messages import messages
from minerva.server.anthropic.schema import (
    AnyChoice,
    AutoChoice,
    ConversationBody,
    MessagesRequest,
    NamedChoice,
    NoChoice,
    ThinkingAdaptive,
    ThinkingDisabled,
    ThinkingEnabled,
)
from minerva.server.body import json_text

_EFFORTS = {"low": "low", "medium": "medium", "high": "high", "xhigh": "high", "max": "high"}
"""Local models that know efforts know these three."""


def messages_request(body: MessagesRequest, request_id: str) -> GenerateRequest:
    """Return what a message is asked for with. Raises `InvalidRequest`."""
    if body.messages[-1].role == "assistant":
        raise InvalidRequest(
            "`messages` ends with an assistant's message. To continue one is not supported; end with a user's.",
            "messages",
        )
    return GenerateRequest(
        request_id=request_id,
        input=conversation(body),
        model=body.model or None,
        sampling=SamplingOptions(temperature=body.temperature, top_k=body.top_k, top_p=body.top_p),
        max_tokens=body.max_tokens,
        stop=tuple(body.stop_sequences or ()),
        form=_form(body),
        overflow=body.overflow,
    )


def conversation(body: ConversationBody) -> ChatInput:
    """Return what the prompt is made of. Raises `InvalidRequest`."""
    tools = _tools(body)
    choice = body.tool_choice
    return ChatInput(
        messages=messages(body),
        tools=tools,
        tool_choice=_tool_choice(body, [tool.name for tool in tools]),
        parallel_tool_calls=choice is None or isinstance(choice, NoChoice) or not choice.disable_parallel_tool_use,
        thinking=_thinking(body),
    )


def _tools(body: ConversationBody) -> tuple[Tool, ...]:
    found: list[Tool] = []
    for index, tool in enumerate(body.tools or ()):
        field = f"tools[{index}]"
        if tool.input_schema.get("type") != "object":
            raise InvalidRequest(
                f'`{field}.input_schema.type` must be "object": a call\'s input is an object.',
                f"{field}.input_schema.type",
            )
        parameters = json_text(tool.input_schema, f"{field}.input_schema")
        found.append(Tool(tool.name, tool.description or "", parameters, bool(tool.strict)))
    check_tools(found, lambda index, part: f"tools[{index}].{'input_schema' if part == 'parameters' else part}")
    return tuple(found)


def _tool_choice(body: ConversationBody, names: list[str]) -> ToolChoice:
    match body.tool_choice:
        case None | AutoChoice():
            return "auto"
        case NoChoice():
            return "none"
        case AnyChoice():
            if not names:
                raise InvalidRequest("`tool_choice` is of type 'any', and `tools` has none.", "tool_choice")
            return "required"
        case NamedChoice(name=name):
            if name not in names:
                offered = ", ".join(map(repr, names)) or "none"
                raise InvalidRequest(f"`tool_choice.name` is {name!r}, and `tools` has {offered}.", "tool_choice.name")
            return NamedTool(name)


def _thinking(body: ConversationBody) -> Thinking:
    asked, config = body.thinking, body.output_config
    effort = _EFFORTS[config.effort] if config is not None and config.effort is not None else None
    match asked:
        case None:
            return Thinking(effort=effort)
        case ThinkingDisabled():
            return Thinking(enabled=False, effort=effort)
        case ThinkingAdaptive():
            return Thinking(enabled=True, effort=effort)
        case ThinkingEnabled(budget_tokens=budget):
            if isinstance(body, MessagesRequest) and budget >= body.max_tokens:
                raise InvalidRequest(
                    f"`max_tokens` is {body.max_tokens} and `thinking.budget_tokens` is {budget}; the budget must be "
                    "less, for thoughts count as output.",
                    "thinking.budget_tokens",
                )
            return Thinking(enabled=True, effort=effort, budget_tokens=budget)


def _form(body: ConversationBody) -> JsonSchema | None:
    config = body.output_config
    new, old = None if config is None else config.format, body.output_format
    if new is not None and old is not None:
        raise InvalidRequest(
            "`output_format` and `output_config.format` are both set; send the latter alone.", "output_format"
        )
    asked = new or old
    field = "output_format.schema" if new is None else "output_config.format.schema"
    return None if asked is None else JsonSchema(json_text(asked.schema_, field))
