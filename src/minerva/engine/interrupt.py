"""Cancelling a sequence in the middle of a decode, from the thread that reads commands."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from minerva.engine.backend import Interruptible


class Interrupt:
    """Knows which requests the running decode works for; a cancel of one of them stops that decode.

    Only long steps are armed: a short one is over before its interruption and repetition would pay.
    """

    def __init__(self, backend: Interruptible) -> None:
        """Interrupt decodes of `backend`."""
        self._backend = backend
        self._lock = threading.Lock()
        self._armed: frozenset[int] = frozenset()
        self._cancelled: set[int] = set()

    def arm(self, ids: Iterable[int]) -> None:
        """From now until `disarm`, cancelling one of `ids` stops the decode; so does a cancel just before."""
        with self._lock:
            self._armed = frozenset(ids)
            if self._armed & self._cancelled:
                self._backend.interrupt(on=True)

    def disarm(self) -> None:
        """The decode is over, interrupted or not."""
        with self._lock:
            self._armed = frozenset()
            self._backend.interrupt(on=False)

    def forget(self, request_id: int) -> None:
        """The loop has handled this cancel."""
        with self._lock:
            self._cancelled.discard(request_id)

    def cancel(self, request_id: int) -> None:
        """Stop the running decode if it is armed for this request. Called from the reading thread."""
        with self._lock:
            self._cancelled.add(request_id)
            if request_id in self._armed:
                self._backend.interrupt(on=True)
