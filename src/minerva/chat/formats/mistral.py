"""Mistral: `[TOOL_CALLS]` before a JSON list; in newer models before each name, with `[ARGS]` behind it."""

from __future__ import annotations

import re

from minerva.chat.formats.format import Format
from minerva.chat.formats.json_calls import JsonCalls
from minerva.chat.formats.named_calls import NamedCalls

_HEAD = re.compile(r"(?P<name>[\w.-]+)\s*(?:\[CALL_ID\]\s*(?P<id>\w+))?")

LISTED = JsonCalls(name="mistral-list", trigger="[TOOL_CALLS]", lead="[", between=", ", close="]")
NAMED = NamedCalls(name="mistral", begin="[TOOL_CALLS]", middle="[ARGS]", read_head=_HEAD, listed=True)
WITH_IDS = NamedCalls(
    name="mistral-ids",
    begin="[TOOL_CALLS]",
    head=("{name}", "[CALL_ID]", "/[a-zA-Z0-9]{9}/"),
    middle="[ARGS]",
    read_head=_HEAD,
    listed=True,
)


def find(template: str) -> Format | None:
    """Return the format if `template` is of this family."""
    if "[TOOL_CALLS]" not in template:
        return None
    if "[CALL_ID]" in template:
        return WITH_IDS
    return NAMED if "[ARGS]" in template else LISTED
