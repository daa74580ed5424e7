"""What the model wrote becomes what the API would give back: thinking, tool calls, and the text that remains. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_THINKING = re.compile(r"\A\s*<think>(.*?)</think>", re.DOTALL)
_CALL = re.compile(r"<tool_call>(.*?)</tool_call>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Parts:
    """An answer taken apart. `reasoning` is `None` without a thinking block; `calls` holds name and arguments."""

    text: str
    reasoning: str | None
    calls: list[dict[str, Any]]


def take_apart(written: str) -> Parts:
    """Return the parts of an answer; what cannot be read as thinking or as a call stays text."""
    reasoning = None
    if found := _THINKING.match(written):
        reasoning, written = found[1].strip(), written[found.end() :]
    calls = []
    for block in _CALL.finditer(written):
        call = _call(block[1])
        if call is not None:
            calls.append(call)
            written = written.replace(block[0], "", 1)
    return Parts(written.strip(), reasoning, calls)


def _call(block: str) -> dict[str, Any] | None:
    try:
        call = json.loads(block)
    except ValueError:
        return None
    is_call = isinstance(call, dict) and isinstance(call.get("name"), str) and isinstance(call.get("arguments"), dict)
    return call if is_call else None
