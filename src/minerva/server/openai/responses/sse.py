"""Events into the server-sent events of the Responses API, whose streams end without a mark. Pure."""

from __future__ import annotations

import msgspec

from minerva.core.event import Event
from minerva.server.openai.responses.events import ResponseEvent
from minerva.server.openai.responses.narration import Narration, Shown


class SseEncoder:
    """Encodes the events of one request."""

    def __init__(self, shown: Shown) -> None:
        """Show what `shown` says."""
        self._narration = Narration(shown)

    def __call__(self, event: Event) -> bytes:
        """Return the frames of `event`, in order; empty when there is nothing to say yet."""
        return b"".join(map(_frame, self._narration.tell(event)))


def _frame(told: ResponseEvent) -> bytes:
    return b"event: " + str(told.__struct_config__.tag).encode() + b"\ndata: " + msgspec.json.encode(told) + b"\n\n"
