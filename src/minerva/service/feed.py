"""Who listens to what happens in sessions, and hears of it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Sequence

from minerva.core.session_event import Told

MOST_UNREAD = 10_000
"""Events that may wait for one listener. Whoever is further behind is let go: it reads the session anew."""


class Feeds:
    """The listeners of all sessions."""

    def __init__(self) -> None:
        """Nobody listens yet."""
        self._queues: defaultdict[str, set[asyncio.Queue[Told | None]]] = defaultdict(set)
        self._closed = False

    def tell(self, session: str, event: Told) -> None:
        """Tell all who listen to `session`."""
        for queue in self._queues.get(session, ()):
            if queue.qsize() < MOST_UNREAD:
                queue.put_nowait(event)
            elif queue.qsize() == MOST_UNREAD:
                queue.put_nowait(None)

    def close(self) -> None:
        """Let all listeners go, those that come later too."""
        self._closed = True
        for queues in self._queues.values():
            for queue in queues:
                queue.put_nowait(None)

    async def follow(self, session: str, first: Sequence[Told]) -> AsyncGenerator[Told, None]:
        """Yield `first`, then what is told of `session` from the first step on, until `close`."""
        queue: asyncio.Queue[Told | None] = asyncio.Queue()
        if self._closed:
            queue.put_nowait(None)
        self._queues[session].add(queue)
        try:
            for event in first:
                yield event
            while (told := await queue.get()) is not None:
                yield told
        finally:
            self._queues[session].discard(queue)
            if not self._queues[session]:
                del self._queues[session]
