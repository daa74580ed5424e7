"""Nemotron Nano 2: a JSON list in `<TOOLCALL>` tags. Nemotron 3 writes as Qwen3-Coder does."""

from __future__ import annotations

from minerva.chat.formats.json_calls import JsonCalls

NEMOTRON = JsonCalls(name="nemotron", trigger="<TOOLCALL>", lead="[", between=", ", close="]</TOOLCALL>")


def find(template: str) -> JsonCalls | None:
    """Return the format if `template` is of this family."""
    return NEMOTRON if "<TOOLCALL>" in template else None
