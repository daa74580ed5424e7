"""Events to HTTP: a stream of frames, or all of them for one body. A client that is gone cancels its work.

One task drives the generator of events from its first step to its closing, so it may use timeouts and task groups.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, suppress
from typing import Any, Generic, TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from minerva.core.errors import from_info
from minerva.core.event import Event, Failed
from minerva.server.errors import Table, error_response

T = TypeVar("T")
E = TypeVar("E")

SERVER_SENT_EVENTS = "text/event-stream"
KEEP_ALIVE = b": keep-alive\n\n"
"""A comment in the event stream format (WHATWG HTML, 9.2.6); readers skip it, proxies see life."""
_AHEAD = 64
"""Events that may wait for a slow client before the generator is held back."""


class ClientGone(Exception):
    """The client closed its connection, so nobody waits for this answer."""


async def unless_gone(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns; when the client leaves first, cancel it, wait for its end, raise `ClientGone`."""
    task = asyncio.create_task(work)
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientGone
        return task.result()
    finally:
        await _end(task, gone)


async def collect(receive: Receive, events: AsyncGenerator[Event, None]) -> list[Event]:
    """Return all events, `Finished` last. Raises the error of a `Failed`, and `ClientGone`."""
    return await unless_gone(receive, _collect(events))


class EventStream(Response, Generic[E]):
    """A stream of frames. An error that comes first, and in time, is answered with its own status instead."""

    def __init__(
        self,
        events: AsyncGenerator[E, None],
        encode: Callable[[E], bytes],
        table: Table,
        ping_s: float | None,
        *,
        keep_alive: bytes = KEEP_ALIVE,
        media_type: str = SERVER_SENT_EVENTS,
    ) -> None:
        """`encode` turns an event into whole frames, or nothing; `ping_s` of silence are broken by `keep_alive`.

        Without `ping_s` nothing breaks the silence, and any error that comes first has its own status.
        """
        self.media_type = media_type
        self.background = None
        self.status_code = 200
        self._events = events
        self._encode = encode
        self._table = table
        self._ping_s = ping_s
        self._keep_alive = keep_alive
        self.init_headers({"cache-control": "no-cache", "x-accel-buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything, or stop at once when the client is gone."""
        with suppress(ClientGone):
            await unless_gone(receive, self._send_all(scope, receive, send))

    async def _send_all(self, scope: Scope, receive: Receive, send: Send) -> None:
        queue: asyncio.Queue[E | None] = asyncio.Queue(_AHEAD)
        pump = asyncio.create_task(_pump(self._events, queue))
        started = False
        try:
            async for batch in self._batches(queue):
                if not started and batch and isinstance(batch[0], Failed):
                    await self._refusal(scope, batch[0])(scope, receive, send)
                    return
                if not started:
                    await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
                    started = True
                body = b"".join(map(self._encode, batch)) if batch else self._keep_alive
                if body:
                    await send({"type": "http.response.body", "body": body, "more_body": True})
            await pump
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            await _end(pump)

    def _refusal(self, scope: Scope, failed: Failed) -> Response:
        request_id: str = scope.get("state", {}).get("request_id", "")
        return error_response(self._table, from_info(failed.error), request_id)

    async def _batches(self, queue: asyncio.Queue[E | None]) -> AsyncIterator[list[E]]:
        """Yield the events that are there, at least one; an empty list when `ping_s` passed without any."""
        more = True
        while more:
            batch: list[E] = []
            with suppress(TimeoutError):
                async with asyncio.timeout(self._ping_s):
                    more = _keep(await queue.get(), batch)
                while more and not queue.empty():
                    more = _keep(queue.get_nowait(), batch)
            if batch or more:
                yield batch


def _keep(event: E | None, batch: list[E]) -> bool:
    """Add `event` to `batch`; return whether there is one, for `None` marks the end."""
    if event is None:
        return False
    batch.append(event)
    return True


async def _pump(events: AsyncGenerator[E, None], queue: asyncio.Queue[E | None]) -> None:
    """Put every event into the queue, then `None`; also after an error, which whoever awaits this task gets."""
    try:
        async with aclosing(events):
            async for event in events:
                await queue.put(event)
    except Exception:
        await queue.put(None)
        raise
    await queue.put(None)


async def _collect(events: AsyncGenerator[Event, None]) -> list[Event]:
    collected: list[Event] = []
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Failed):
                raise from_info(event.error)
            collected.append(event)
    return collected


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel what still runs and wait until it has cleaned up."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
