"""Apriel: a JSON list in `<tool_calls>` tags."""

from __future__ import annotations

from minerva.chat.formats.json_calls import JsonCalls

APRIEL = JsonCalls(name="apriel", trigger="<tool_calls>", lead="[", between=", ", close="]</tool_calls>")


def find(template: str) -> JsonCalls | None:
    """Return the format if `template` is of this family."""
    return APRIEL if "<tool_calls>[" in template else None
