"""Kimi K3: calls and arguments between open and close tokens, with the type of each value."""

from __future__ import annotations

from minerva.chat.formats.signs import has_all
from minerva.chat.formats.tagged_calls import TaggedCalls
from minerva.chat.formats.tags import Tags

KIMI_K3 = TaggedCalls(
    name="kimi-k3",
    trigger="<|open|>tools<|sep|>",
    between="",
    close="<|close|>tools<|sep|>",
    tags=Tags(
        begin='<|open|>call tool="',
        name_end='"<|sep|>',
        number=('" index="', '"<|sep|>'),
        key_begin='<|open|>argument key="',
        key_end='"',
        kinds={f' type="{kind}"<|sep|>': kind for kind in ("string", "number", "boolean", "null", "object", "array")},
        value_end="<|close|>argument<|sep|>",
        end="<|close|>call<|sep|>",
    ),
)


def find(template: str) -> TaggedCalls | None:
    """Return the format if `template` is of this family."""
    return KIMI_K3 if has_all(template, "<|open|>", "<|close|>", "<|sep|>") else None
