"""GigaChat 3: one JSON object behind a token, or behind the header of the role that calls functions."""

from __future__ import annotations

from minerva.chat.formats.json_calls import JsonCalls
from minerva.chat.formats.signs import has_all

TOKEN = JsonCalls(name="gigachat", trigger="<|function_call|>", again="")
HEADER = JsonCalls(
    name="gigachat-header",
    trigger="function call<|role_sep|>",
    lead="\n",
    again="<|message_sep|>\n\n",
    also=("<|message_sep|>\n\nfunction call<|role_sep|>",),
)


def find(template: str) -> JsonCalls | None:
    """Return the format if `template` is of this family."""
    if "<|function_call|>" in template:
        return TOKEN
    return HEADER if has_all(template, "'function call'", "<|role_sep|>") else None
