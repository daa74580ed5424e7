"""LFM2: Python calls in a list, between tool-call tokens."""

from __future__ import annotations

from minerva.chat.formats.python_calls import PythonCalls

LFM = PythonCalls(name="lfm2", trigger="<|tool_call_start|>", lead="[", between=", ", close="]<|tool_call_end|>")
_SIGNS = ("<|tool_call_start|>", "<|tool_list_start|>", "List of tools: [")


def find(template: str) -> PythonCalls | None:
    """Return the format if `template` is of this family."""
    return LFM if any(sign in template for sign in _SIGNS) else None
