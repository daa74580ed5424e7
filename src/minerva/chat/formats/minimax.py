"""MiniMax M1: JSON lines in `<tool_calls>` tags. M2: invoke and parameter tags."""

from __future__ import annotations

from minerva.chat.formats.format import Format
from minerva.chat.formats.json_calls import JsonCalls
from minerva.chat.formats.tagged_calls import TaggedCalls
from minerva.chat.formats.tags import Tags

M1 = JsonCalls(name="minimax-m1", trigger="<tool_calls>", lead="\n", between="\n", close="\n</tool_calls>")
M2 = TaggedCalls(
    name="minimax-m2",
    trigger="<minimax:tool_call>",
    lead="\n",
    between="\n",
    close="\n</minimax:tool_call>",
    tags=Tags(
        begin='<invoke name="',
        name_end='">\n',
        key_begin='<parameter name="',
        key_end='">',
        value_end="</parameter>\n",
        end="</invoke>",
    ),
)


def find(template: str) -> Format | None:
    """Return the format if `template` is of this family."""
    if "<minimax:tool_call>" in template:
        return M2
    return M1 if r"<tool_calls>\n" in template or "<tool_calls>\n" in template else None
