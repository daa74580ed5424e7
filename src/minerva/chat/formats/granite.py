"""Granite 3: a JSON list behind `<|tool_call|>`, up to the end of the answer."""

from __future__ import annotations

from minerva.chat.formats.json_calls import JsonCalls
from minerva.chat.formats.signs import has_all

GRANITE = JsonCalls(name="granite", trigger="<|tool_call|>", lead="[", between=", ", close="]", also=("<tool_call>",))


def find(template: str) -> JsonCalls | None:
    """Return the format if `template` is of this family."""
    return GRANITE if has_all(template, "<|tool_call|>", "<|start_of_role|>") else None
