"""Calls of tools in a conversation, arranged as a template can show them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import msgspec

from minerva.core.message import Message, ToolCall

Messages = tuple[Message, ...]


def separate_calls(messages: Messages) -> Messages:
    """Make one message of each call, followed by its results."""
    separated: list[Message] = []
    index = 0
    while index < len(messages):
        message = messages[index]
        index += 1
        results: list[Message] = []
        while index < len(messages) and messages[index].role == "tool":
            results.append(messages[index])
            index += 1
        separated += _one_by_one(message, results) if len(message.tool_calls) > 1 else [message, *results]
    return tuple(separated)


def number_calls(messages: Messages) -> Messages:
    """Give calls ids of nine digits, and their results with them; one without an id belongs to the next call."""
    numbers = itertools.count(1)
    return tuple(_numbered(messages, (f"{number:09d}" for number in numbers)))


def _one_by_one(message: Message, results: list[Message]) -> Iterator[Message]:
    ids = {call.id for call in message.tool_calls}
    left = list(results)
    for call in message.tool_calls:
        yield msgspec.structs.replace(message, tool_calls=(call,))
        message = Message(message.role, name=message.name)
        if (own := _find_result(left, call.id, ids)) is not None:
            yield left.pop(own)
    yield from left


def _find_result(results: list[Message], call_id: str, ids: set[str]) -> int | None:
    """Return which of `results` is that of the call `call_id`; one that names none of the `ids` may be any call's."""
    named = (place for place, result in enumerate(results) if result.tool_call_id == call_id)
    nameless = (place for place, result in enumerate(results) if result.tool_call_id not in ids)
    return next(itertools.chain(named, nameless), None)


def _numbered(messages: Messages, numbers: Iterator[str]) -> Iterator[Message]:
    old_ids: list[str] = []
    waiting: list[ToolCall] = []
    for message in messages:
        if message.tool_calls:
            calls = tuple(msgspec.structs.replace(call, id=next(numbers)) for call in message.tool_calls)
            old_ids, waiting = [call.id for call in message.tool_calls], list(calls)
            yield msgspec.structs.replace(message, tool_calls=calls)
        elif message.role == "tool" and waiting:
            place = old_ids.index(message.tool_call_id) if message.tool_call_id in old_ids else 0
            old_ids.pop(place)
            yield msgspec.structs.replace(message, tool_call_id=waiting.pop(place).id)
        else:
            yield message
