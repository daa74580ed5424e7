"""Phi-4-mini (`<|tool_call|>` around a JSON list) and Firefunction (`functools` before one)."""

from __future__ import annotations

from minerva.chat.formats.json_calls import JsonCalls
from minerva.chat.formats.signs import has_all

PHI = JsonCalls(
    name="phi",
    trigger="<|tool_call|>",
    lead="[",
    between=", ",
    close="]<|/tool_call|>",
    also=("functools",),
)
FUNCTOOLS = JsonCalls(name="functools", trigger="functools", lead="[", between=", ", close="]", also=("<|tool_call|>",))


def find(template: str) -> JsonCalls | None:
    """Return the format if `template` is of this family."""
    if "functools[" in template:
        return FUNCTOOLS
    return PHI if has_all(template, "<|tool|>", "<|/tool|>") else None
