"""GLM 4.5 and later, Ling, Laguna, Spark: name, keys and values in `<tool_call>`. Hunyuan 3: the same in a section."""

from __future__ import annotations

from minerva.chat.formats.signs import constant
from minerva.chat.formats.tagged_calls import TaggedCalls
from minerva.chat.formats.tags import Tags

LINES = TaggedCalls(
    name="glm",
    trigger="<tool_call>",
    tags=Tags(
        name_end="\n",
        key_begin="<arg_key>",
        key_end="</arg_key>\n<arg_value>",
        value_end="</arg_value>\n",
        end="</tool_call>",
    ),
)
DENSE = TaggedCalls(
    name="glm-4.7",
    trigger="<tool_call>",
    again="",
    tags=Tags(
        name_end="",
        key_begin="<arg_key>",
        key_end="</arg_key><arg_value>",
        value_end="</arg_value>",
        end="</tool_call>",
    ),
)
_HUNYUAN = "'<tool_calls{}>'.format("


def find(template: str) -> TaggedCalls | None:
    """Return the format if `template` is of this family."""
    if _HUNYUAN in template:
        variable = template.partition(_HUNYUAN)[2].partition(")")[0]
        return hunyuan(constant(template, variable))
    if "<arg_key>" not in template:
        return None
    return LINES if "</arg_key>\n" in template or r"</arg_key>\n" in template else DENSE


def hunyuan(suffix: str) -> TaggedCalls:
    """Return the format with `suffix` in every tag."""
    return TaggedCalls(
        name="hunyuan",
        trigger=f"<tool_calls{suffix}>",
        lead="\n",
        between="\n",
        close=f"\n</tool_calls{suffix}>",
        tags=Tags(
            begin=f"<tool_call{suffix}>",
            name_end=f"<tool_sep{suffix}>\n",
            key_begin=f"<arg_key{suffix}>",
            key_end=f"</arg_key{suffix}>\n<arg_value{suffix}>",
            value_end=f"</arg_value{suffix}>\n",
            end=f"</tool_call{suffix}>",
        ),
    )
