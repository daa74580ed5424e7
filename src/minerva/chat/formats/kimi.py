"""Kimi K2: ids with the name in them, and JSON, between tool-call tokens. K3 writes tags, see `kimi_k3.py`."""

from __future__ import annotations

import re

from minerva.chat.formats.named_calls import NamedCalls

KIMI = NamedCalls(
    name="kimi-k2",
    section="<|tool_calls_section_begin|>",
    begin="<|tool_call_begin|>",
    head=("functions.{name}:", "/[0-9]{1,3}/"),
    read_head=re.compile(r"(?P<id>(?:functions\.)?(?P<name>[\w.-]+):\d+)"),
    middle="<|tool_call_argument_begin|>",
    end="<|tool_call_end|>",
    section_end="<|tool_calls_section_end|>",
)


def find(template: str) -> NamedCalls | None:
    """Return the format if `template` is of this family."""
    return KIMI if "<|tool_calls_section_begin|>" in template else None
