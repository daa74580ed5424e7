"""A conversation in disguise: nothing that a caller wrote in it spells a control token."""

from __future__ import annotations

import json
from collections.abc import Iterator

import msgspec

from minerva.chat.calls import Messages
from minerva.chat.conversation import parse_object
from minerva.chat.disguise import Disguise
from minerva.core.message import Message, ToolCall
from minerva.core.tools import Tool


def texts_of(messages: Messages, tools: tuple[Tool, ...]) -> Iterator[object]:
    """Yield all that is in a conversation as a template will get to see it: what is JSON, without its escapes."""
    for message in messages:
        yield from (message.content, message.name, message.reasoning, message.tool_call_id)
        for call in message.tool_calls:
            yield from (call.id, call.name, call.arguments, parse_object(call.arguments))
    for tool in tools:
        yield from (tool.name, tool.description, tool.parameters, parse_object(tool.parameters))


def hide_message(message: Message, disguise: Disguise) -> Message:
    """Return `message` in disguise, but for the marks of thinking in what the model said: templates cut at them."""
    hide_content = disguise.hide_spoken if message.role == "assistant" else disguise.hide
    return Message(
        message.role,
        hide_content(message.content),
        name=disguise.hide(message.name),
        reasoning=disguise.hide(message.reasoning),
        tool_calls=tuple(_hide_call(call, disguise) for call in message.tool_calls),
        tool_call_id=disguise.hide(message.tool_call_id),
    )


def hide_tool(tool: Tool, disguise: Disguise) -> Tool:
    """Return `tool` in disguise."""
    return msgspec.structs.replace(
        tool,
        name=disguise.hide(tool.name),
        description=disguise.hide(tool.description),
        parameters=_hide_json(tool.parameters, disguise),
    )


def _hide_call(call: ToolCall, disguise: Disguise) -> ToolCall:
    return ToolCall(disguise.hide(call.id), disguise.hide(call.name), _hide_json(call.arguments, disguise))


def _hide_json(text: str, disguise: Disguise) -> str:
    """Return a JSON object in disguise, also what its escapes spell; as it is if there is nothing to hide."""
    value = parse_object(text)
    if value is None:
        return disguise.hide(text)
    hidden = disguise.hide(value)
    return text if hidden == value else json.dumps(hidden, ensure_ascii=False)
