"""DeepSeek V3.2 and V4: invoke and parameter tags that say which values are text."""

from __future__ import annotations

from minerva.chat.formats.tagged_calls import TaggedCalls
from minerva.chat.formats.tags import Tags

_MARK = "｜DSML｜"  # noqa: RUF001 - so is the token written
_TAGS = Tags(
    begin=f'<{_MARK}invoke name="',
    name_end='">\n',
    key_begin=f'<{_MARK}parameter name="',
    key_end='"',
    kinds={' string="true">': "string", ' string="false">': "json"},
    value_end=f"</{_MARK}parameter>\n",
    end=f"</{_MARK}invoke>",
)


def _around(tag: str) -> TaggedCalls:
    opening, closing = f"<{_MARK}{tag}>", f"</{_MARK}{tag}>"
    return TaggedCalls(name="dsml", trigger=opening, lead="\n", between="\n", close=f"\n{closing}", tags=_TAGS)


FUNCTION_CALLS = _around("function_calls")
TOOL_CALLS = _around("tool_calls")


def find(template: str) -> TaggedCalls | None:
    """Return the format if `template` is of this family."""
    if _MARK not in template:
        return None
    return FUNCTION_CALLS if "function_calls>" in template else TOOL_CALLS
