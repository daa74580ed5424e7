"""Chat messages in no API's dialect."""

from __future__ import annotations

from typing import Literal

import msgspec

Role = Literal["system", "developer", "user", "assistant", "tool"]

SYSTEM_ROLES: frozenset[Role] = frozenset({"system", "developer"})
"""Those of whoever made the program that asks; models were trained with the one word or the other."""


class ToolCall(msgspec.Struct, frozen=True):
    """A call the model made: `arguments` is the JSON text as the model wrote it."""

    id: str
    name: str
    arguments: str


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of a conversation. Text parts are joined before they come here."""

    role: Role
    content: str = ""
    name: str | None = None
    reasoning: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
