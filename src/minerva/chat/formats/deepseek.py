"""DeepSeek V3, R1 and V3.1: names and JSON between tool-call tokens. V3.2 and V4 write tags, see `dsml.py`."""

from __future__ import annotations

import re

from minerva.chat.formats.named_calls import NamedCalls

_SECTION = "<｜tool▁calls▁begin｜>"  # noqa: RUF001 - so the tokens are written
_SECTION_END = "<｜tool▁calls▁end｜>"  # noqa: RUF001 - so the tokens are written
_BEGIN = "<｜tool▁call▁begin｜>"  # noqa: RUF001 - so the tokens are written
_END = "<｜tool▁call▁end｜>"  # noqa: RUF001 - so the tokens are written
_SEPARATOR = "<｜tool▁sep｜>"  # noqa: RUF001 - so the tokens are written

FENCED = NamedCalls(
    name="deepseek-r1",
    section=_SECTION,
    begin=_BEGIN,
    head=(f"function{_SEPARATOR}{{name}}",),
    read_head=re.compile(rf"function\s*{re.escape(_SEPARATOR)}\s*(?P<name>[\w.-]+)"),
    middle="\n```json\n",
    end=f"\n```{_END}",
    between="\n",
    section_end=_SECTION_END,
    also=("<｜tool_calls_begin｜>", "<｜tool calls begin｜>", "<｜tool▁calls｜>"),  # noqa: RUF001 - so the tokens are written
)
PLAIN = NamedCalls(
    name="deepseek-v3.1",
    section=_SECTION,
    begin=_BEGIN,
    middle=_SEPARATOR,
    end=_END,
    section_end=_SECTION_END,
)


def find(template: str) -> NamedCalls | None:
    """Return the format if `template` is of this family."""
    if _BEGIN not in template:
        return None
    return FENCED if "```json" in template else PLAIN
