"""Tools in words, for chat templates that do not know them, or not all about them: as ordinary messages."""

from __future__ import annotations

import msgspec

from minerva.chat.calls import Messages
from minerva.chat.conversation import parse_object
from minerva.chat.formats import generic
from minerva.chat.formats.json_text import escape, quote
from minerva.core.message import Message, ToolCall
from minerva.core.tools import Tool

# What `Format.example` calls `tool_name` with, in JSON and in Python.
_JSON_ARGUMENTS, _PYTHON_ARGUMENTS = '{"parameter": "value"}', 'parameter="value"'


def describe_tools(messages: Messages, tools: tuple[Tool, ...], example: str) -> Messages:
    """Return `messages` with the tools, and how to call them, in the system message at the beginning.

    `example` is that of the model's `Format`.
    """
    instructions = generic.instructions(tools, example)
    if messages and messages[0].role == "system":
        content = "\n\n".join(filter(None, (messages[0].content, instructions)))
        return (msgspec.structs.replace(messages[0], content=content), *messages[1:])
    return (Message("system", instructions), *messages)


def word_calls(messages: Messages, example: str) -> Messages:
    """Return `messages` with calls of tools as text that the assistant has said, each in the form of `example`."""
    return tuple(_said(message, example) if message.tool_calls else message for message in messages)


def word_results(messages: Messages) -> Messages:
    """Return `messages` with what tools answered as messages of the user."""
    names = {call.id: call.name for message in messages for call in message.tool_calls}
    return tuple(_reported(message, names) if message.role == "tool" else message for message in messages)


def _said(message: Message, example: str) -> Message:
    calls = "\n".join(_written(call, example) for call in message.tool_calls)
    content = "\n\n".join(filter(None, (message.content, calls)))
    return msgspec.structs.replace(message, content=content, tool_calls=())


def _written(call: ToolCall, example: str) -> str:
    arguments = parse_object(call.arguments)
    if arguments is None or not (_JSON_ARGUMENTS in example or _PYTHON_ARGUMENTS in example):
        return generic.call_text((call,))
    named = example.replace("tool_name", escape(call.name))
    in_python = ", ".join(f"{name}={_literal(value)}" for name, value in arguments.items())
    return named.replace(_JSON_ARGUMENTS, call.arguments or "{}").replace(_PYTHON_ARGUMENTS, in_python)


def _literal(value: object) -> str:
    return quote(value) if isinstance(value, str) else repr(value)


def _reported(message: Message, names: dict[str, str]) -> Message:
    name = message.name or names.get(message.tool_call_id or "", "")
    return Message("user", generic.result_text(name, message.content))
