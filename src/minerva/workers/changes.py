"""A signal that something has changed, for those who then look again."""

from __future__ import annotations

import asyncio


class Changes:
    """Wakes everybody who waits, each time; nobody who looks before they wait can miss a change."""

    def __init__(self) -> None:
        """Needs no running event loop yet."""
        self._event = asyncio.Event()

    def announce(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_s: float | None = None) -> None:
        """Return after the next change, or after `timeout_s`."""
        # The event is taken before anything can run in between: what changes from here on is seen.
        waiting = asyncio.ensure_future(self._event.wait())
        try:
            await asyncio.wait({waiting}, timeout=timeout_s)
        finally:
            waiting.cancel()
