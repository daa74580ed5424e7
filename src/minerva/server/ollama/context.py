"""The field `context` of a generation: the conversation so far as a list of numbers, which the next request sends back.

Ollama's are token ids; clients take them as they are. Here they hold the messages, so that the model's own template
renders the conversation again, and nothing is kept on the server. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message

_MARK = 0x4D_49_4E
"""Stands first; then come the length in bytes and the bytes, three to a number."""
_STEP = 3


def pack(messages: Sequence[Message]) -> list[int]:
    """Return `messages` as numbers."""
    data = msgspec.msgpack.encode(messages)
    padded = data + bytes(-len(data) % _STEP)
    numbers = (int.from_bytes(padded[at : at + _STEP], "big") for at in range(0, len(padded), _STEP))
    return [_MARK, len(data), *numbers]


def unpack(context: Sequence[int]) -> tuple[Message, ...]:
    """Return the messages that `pack` was given. Raises `InvalidRequest` for any other numbers."""
    try:
        mark, length, *numbers = context
        data = b"".join(number.to_bytes(_STEP, "big") for number in numbers)
        if mark == _MARK and 0 <= len(data) - length < _STEP:
            return msgspec.msgpack.decode(data[:length], type=tuple[Message, ...])
    except (ValueError, OverflowError, msgspec.DecodeError):
        pass
    raise InvalidRequest(
        "`context` is not one that this server gave: token ids of other servers mean nothing here. "
        "Send the conversation as `messages` to /api/chat.",
        "context",
    )
