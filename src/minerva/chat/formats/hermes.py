"""Hermes 2 and 3, Qwen 2.5 and 3, Granite 4, MiMo, Bielik, Reka, our starter model: JSON in `<tool_call>` tags."""

from __future__ import annotations

from minerva.chat.formats.json_calls import JsonCalls

HERMES = JsonCalls(name="hermes", trigger="<tool_call>", lead="\n", close="\n</tool_call>")


def find(template: str) -> JsonCalls | None:
    """Return the format if `template` is of this family."""
    return HERMES if "<tool_call>" in template else None
