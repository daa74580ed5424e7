"""Events into the server-sent events of the Anthropic API ("Streaming"). Pure."""

from __future__ import annotations

import msgspec

from minerva.core.errors import from_info
from minerva.core.event import Event, Failed
from minerva.server.anthropic.answers import ContentBlockStart, Ping, StreamEvent
from minerva.server.anthropic.narration import Narration, Shown
from minerva.server.errors import ANTHROPIC, error_body


class SseEncoder:
    """Encodes the events of one request. As there, a ping follows the beginning of the first block."""

    def __init__(self, shown: Shown) -> None:
        """Show what `shown` says."""
        self._narration = Narration(shown)
        self._request_id = shown.request_id
        self._pinged = False

    def __call__(self, event: Event) -> bytes:
        """Return the frames of `event`, in order; empty when there is nothing to say yet."""
        if isinstance(event, Failed):
            return _frame(b"error", error_body(ANTHROPIC, from_info(event.error), self._request_id))
        return b"".join(self._encode(told) for told in self._narration.tell(event))

    def _encode(self, told: StreamEvent) -> bytes:
        frame = _event(told)
        if isinstance(told, ContentBlockStart) and not self._pinged:
            self._pinged = True
            return frame + PING
        return frame


def _event(told: StreamEvent | Ping) -> bytes:
    return _frame(str(told.__struct_config__.tag).encode(), msgspec.json.encode(told))


def _frame(name: bytes, data: bytes) -> bytes:
    return b"event: " + name + b"\ndata: " + data + b"\n\n"


PING = _event(Ping())
