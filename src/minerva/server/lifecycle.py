"""Whether the server still takes requests, and how many it is working on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Lifecycle:
    """One per app. `guard` counts requests in and out, `run` begins the drain and waits for the last one."""

    def __init__(self) -> None:
        """Start open, with nothing running."""
        self.draining = False
        self.active = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Count a request for as long as the context is open."""
        self.active += 1
        self._idle.clear()
        try:
            yield
        finally:
            self.active -= 1
            if self.active == 0:
                self._idle.set()

    async def drain(self) -> None:
        """Refuse new requests from now on; return when the last running one is over."""
        self.draining = True
        await self._idle.wait()
