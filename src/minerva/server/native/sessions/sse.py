"""What happens in sessions as server-sent events: `event` is the type, `id` the number to go on behind. Pure."""

from __future__ import annotations

import msgspec

from minerva.core.session_event import Told
from minerva.service.turn import Numbered


def answer_frame(told: Numbered) -> bytes:
    """Return an event of one answer. What no turn tells has no number to go on from."""
    number = b"" if told.number < 0 else b"id: %d\n" % told.number
    return number + session_frame(told.event)


def session_frame(told: Told) -> bytes:
    """Return an event of a session."""
    return b"event: " + str(told.__struct_config__.tag).encode() + b"\ndata: " + msgspec.json.encode(told) + b"\n\n"
