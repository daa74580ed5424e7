"""MiniCPM 5: a function tag with parameter tags, text with markup in it as CDATA."""

from __future__ import annotations

from minerva.chat.formats.signs import has_all
from minerva.chat.formats.tagged_calls import TaggedCalls
from minerva.chat.formats.tags import Tags

MINICPM = TaggedCalls(
    name="minicpm",
    trigger='<function name="',
    tags=Tags(
        name_end='">',
        key_begin='<param name="',
        key_end='">',
        value_end="</param>",
        end="</function>",
        cdata=True,
    ),
)


def find(template: str) -> TaggedCalls | None:
    """Return the format if `template` is of this family."""
    return MINICPM if has_all(template, '<function name="', '<param name="') else None
