"""Qwen3-Coder, Qwen 3.5, Nemotron 3, Step 3.5: a function tag with parameter tags. Seed-OSS: the same without lines."""

from __future__ import annotations

from minerva.chat.formats.signs import has_all
from minerva.chat.formats.tagged_calls import TaggedCalls
from minerva.chat.formats.tags import Tags

QWEN_CODER = TaggedCalls(
    name="qwen3-coder",
    trigger="<tool_call>",
    lead="\n",
    close="\n</tool_call>",
    tags=Tags(
        begin="<function=",
        name_end=">\n",
        key_begin="<parameter=",
        key_end=">\n",
        value_end="\n</parameter>\n",
        end="</function>",
    ),
)
SEED = TaggedCalls(
    name="seed-oss",
    trigger="<seed:tool_call>",
    lead="\n",
    close="\n</seed:tool_call>",
    tags=Tags(
        begin="<function=",
        name_end=">\n",
        key_begin="<parameter=",
        key_end=">",
        value_end="</parameter>\n",
        end="</function>",
    ),
)


def find(template: str) -> TaggedCalls | None:
    """Return the format if `template` is of this family."""
    if "<seed:tool_call>" in template:
        return SEED
    return QWEN_CODER if has_all(template, "<tool_call>", "<function=", "<parameter=") else None
