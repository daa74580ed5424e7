"""Muse Glimmer: invoke and parameter tags, in a message to the tool."""

from __future__ import annotations

from minerva.chat.formats.tagged_calls import TaggedCalls
from minerva.chat.formats.tags import Tags

MUSE = TaggedCalls(
    name="muse",
    trigger="<atem:function_calls>",
    lead="\n",
    close="\n</atem:function_calls>",
    again="<|eom|><|start|>assistant ",
    prefix="to={name}<|message|>",
    before_prefix=("", "<|start|>assistant ", "<|eom|><|start|>assistant "),
    tags=Tags(
        begin='<atem:invoke name="',
        name_end='">\n',
        key_begin='<atem:parameter name="',
        key_end='">',
        value_end="</atem:parameter>\n",
        end="</atem:invoke>",
    ),
)


def find(template: str) -> TaggedCalls | None:
    """Return the format if `template` is of this family."""
    return MUSE if "<atem:function_calls>" in template else None
