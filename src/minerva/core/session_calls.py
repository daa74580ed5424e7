"""Calls of tools in a stored conversation that nobody has given the result of yet. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from minerva.core.message import ToolCall
from minerva.core.session import StoredMessage


def waiting_calls(path: Sequence[StoredMessage]) -> tuple[ToolCall, ...]:
    """Return the calls at the end of `path` without a result: results alone stand behind the answer that called."""
    results = list(itertools.takewhile(lambda message: message.role == "tool", reversed(path)))
    caller = path[len(path) - len(results) - 1] if len(results) < len(path) else None
    if caller is None or caller.status != "complete":
        # It is being written, or broke off, perhaps within a call.
        return ()
    given = {message.tool_call_id for message in results}
    return tuple(call for call in caller.tool_calls if call.id not in given)
