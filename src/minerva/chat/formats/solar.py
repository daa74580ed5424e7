"""Solar Open: id, name and JSON between tool-call tokens, in a message of their own."""

from __future__ import annotations

import re

from minerva.chat.formats.named_calls import NamedCalls

SOLAR = NamedCalls(
    name="solar",
    section="<|tool_calls|>",
    begin="<|tool_call:begin|>",
    head=("/[a-z0-9]{10}/", "<|tool_call:name|>{name}"),
    read_head=re.compile(r"(?P<id>\w+)\s*<\|tool_call:name\|>\s*(?P<name>[\w.-]+)"),
    middle="<|tool_call:args|>",
    end="<|tool_call:end|>",
    also=("<|begin|>assistant<|tool_calls|>",),
    section_end="<|calls|>",
)


def find(template: str) -> NamedCalls | None:
    """Return the format if `template` is of this family."""
    return SOLAR if "<|tool_call:begin|>" in template else None
