"""What a page does with the events of sessions, by the rule of `minerva.core.session_event`; others do the same."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import msgspec

Fields = dict[str, Any]


def as_json(value: object) -> Any:
    """Return what a client reads of `value`."""
    return json.loads(msgspec.json.encode(value))


def put_together(events: Iterable[Fields]) -> dict[str, Fields]:
    """Return all messages that `events`, as JSON has them, tell of, by their ids."""
    messages: dict[str, Fields] = {}
    for event in events:
        match event["type"]:
            case "message":
                messages[event["message"]["id"]] = event["message"]
            case "text":
                _add(messages, event, "content")
            case "reasoning":
                _add(messages, event, "reasoning")
            case "tool_call":
                _call(messages, event)
            case _:
                pass
    return messages


def _add(messages: dict[str, Fields], event: Fields, field: str) -> None:
    before = messages[event["message"]]
    messages[event["message"]] = {**before, field: before[field] + event["text"]}


def _call(messages: dict[str, Fields], event: Fields) -> None:
    before = messages[event["message"]]
    calls = list(before["tool_calls"])
    if event["index"] == len(calls):
        calls.append({"id": event["id"], "name": event["name"], "arguments": ""})
    call = calls[event["index"]]
    calls[event["index"]] = {**call, "arguments": call["arguments"] + event["arguments"]}
    messages[event["message"]] = {**before, "tool_calls": calls}
