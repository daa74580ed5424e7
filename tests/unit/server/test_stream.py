from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from starlette.types import Message

from minerva.core.errors import ErrorInfo, QueueFull
from minerva.core.event import Event, Failed, Finished, Started, TextDelta, Timings, Usage
from minerva.server.errors import OPENAI
from minerva.server.stream import KEEP_ALIVE, ClientGone, EventStream, collect, unless_gone

END = Finished(Usage(1, 1), Timings())
FULL = Failed(ErrorInfo("queue_full", "full", retry_after_s=2.0))


class Connection:
    """One client as ASGI shows it."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.gone = asyncio.Event()
        self.got_some = asyncio.Event()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.sent.append(message)
        if message.get("body"):
            self.got_some.set()

    async def serve(self, events: AsyncGenerator[Event, None], ping_s: float = 10.0) -> None:
        await EventStream(events, encode, OPENAI, ping_s)({"type": "http"}, self.receive, self.send)

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


class Source:
    """Events, then a wait that only cancelling ends."""

    def __init__(self, *events: Event, waits: bool = False) -> None:
        self.events = events
        self.waits = waits
        self.reached = asyncio.Event()
        self.closed = asyncio.Event()

    async def stream(self) -> AsyncGenerator[Event, None]:
        try:
            for event in self.events:
                yield event
            self.reached.set()
            if self.waits:
                await asyncio.Event().wait()
        finally:
            self.closed.set()


def encode(event: Event) -> bytes:
    return event.text.encode() if isinstance(event, TextDelta) else b""


async def test_events_become_frames_and_an_end() -> None:
    client = Connection()
    await client.serve(Source(Started("m", 1, 0), TextDelta(0, "a"), TextDelta(0, "b"), END).stream())
    assert client.body == b"ab"
    assert client.sent[0]["status"] == 200
    assert dict(client.sent[0]["headers"])[b"content-type"].startswith(b"text/event-stream")
    assert not client.sent[-1]["more_body"]


async def test_a_failure_that_comes_first_has_its_own_status() -> None:
    client = Connection()
    await client.serve(Source(FULL).stream())
    assert client.sent[0]["status"] == 429
    assert dict(client.sent[0]["headers"])[b"retry-after"] == b"2"
    assert json.loads(client.body)["error"]["code"] == "rate_limit_exceeded"


async def test_silence_is_broken_by_comments_and_commits_to_200() -> None:
    go_on = asyncio.Event()

    async def slow() -> AsyncGenerator[Event, None]:
        await go_on.wait()
        yield TextDelta(0, "late")

    client = Connection()
    serving = asyncio.create_task(client.serve(slow(), ping_s=0.005))
    await client.got_some.wait()
    assert client.sent[0]["status"] == 200
    go_on.set()
    await serving
    assert client.body.startswith(KEEP_ALIVE)
    assert client.body.endswith(b"late")
    assert client.body.replace(KEEP_ALIVE, b"") == b"late"


async def test_silence_is_broken_in_the_words_of_the_api() -> None:
    go_on = asyncio.Event()

    async def slow() -> AsyncGenerator[Event, None]:
        await go_on.wait()
        yield TextDelta(0, "late")

    client = Connection()
    stream = EventStream(slow(), encode, OPENAI, 0.005, keep_alive=b"ping")
    serving = asyncio.create_task(stream({"type": "http"}, client.receive, client.send))
    await client.got_some.wait()
    go_on.set()
    await serving
    assert client.body.startswith(b"ping")
    assert client.body.replace(b"ping", b"") == b"late"


async def test_without_a_ping_an_error_has_its_own_status_however_late_it_comes() -> None:
    late = asyncio.Event()

    async def slow() -> AsyncGenerator[Event, None]:
        asyncio.get_running_loop().call_later(0.02, late.set)
        await late.wait()
        yield FULL

    client = Connection()
    stream = EventStream(slow(), encode, OPENAI, None)
    await stream({"type": "http"}, client.receive, client.send)
    assert client.sent[0]["status"] == 429


async def test_frames_may_be_of_another_media_type() -> None:
    client = Connection()
    stream = EventStream(Source(END).stream(), encode, OPENAI, None, media_type="application/x-ndjson")
    await stream({"type": "http"}, client.receive, client.send)
    assert dict(client.sent[0]["headers"])[b"content-type"] == b"application/x-ndjson"


@pytest.mark.parametrize("events", [(), (Started("m", 1, 0), TextDelta(0, "a"))], ids=["before", "amid"])
async def test_a_client_that_leaves_closes_the_generator(events: tuple[Event, ...]) -> None:
    client, source = Connection(), Source(*events, waits=True)
    serving = asyncio.create_task(client.serve(source.stream()))
    await source.reached.wait()
    client.gone.set()
    async with asyncio.timeout(1):
        await serving
        await source.closed.wait()


async def test_a_slow_client_holds_the_generator_back_and_leaving_still_closes_it() -> None:
    made = 0
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[Event, None]:
        nonlocal made
        try:
            while True:
                made += 1
                yield TextDelta(0, "x")
        finally:
            closed.set()

    class Stuck(Connection):
        async def send(self, message: Message) -> None:
            self.got_some.set()
            await asyncio.Event().wait()

    client = Stuck()
    serving = asyncio.create_task(client.serve(endless()))
    await client.got_some.wait()
    client.gone.set()
    async with asyncio.timeout(1):
        await serving
        await closed.wait()
    assert made < 200


async def test_collecting_waits_for_all_events_and_raises_a_failure() -> None:
    client = Connection()
    assert await collect(client.receive, Source(TextDelta(0, "a"), END).stream()) == [TextDelta(0, "a"), END]
    source = Source(TextDelta(0, "a"), FULL)
    with pytest.raises(QueueFull):
        await collect(client.receive, source.stream())
    assert source.closed.is_set()


async def test_a_client_that_leaves_while_collecting_closes_the_generator() -> None:
    client, source = Connection(), Source(waits=True)
    collecting = asyncio.create_task(collect(client.receive, source.stream()))
    await source.reached.wait()
    client.gone.set()
    with pytest.raises(ClientGone):
        await collecting
    assert source.closed.is_set()


async def test_cancelling_the_answer_cancels_the_work() -> None:
    client, source = Connection(), Source(waits=True)
    serving = asyncio.create_task(client.serve(source.stream()))
    await source.reached.wait()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    assert source.closed.is_set()


async def test_an_unexpected_error_of_the_generator_is_not_swallowed() -> None:
    async def broken() -> AsyncGenerator[Event, None]:
        yield TextDelta(0, "a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await Connection().serve(broken())


async def test_work_returns_its_value_and_its_error() -> None:
    async def fine() -> int:
        return 5

    async def wrong() -> Any:
        raise KeyError("no")

    assert await unless_gone(Connection().receive, fine()) == 5
    with pytest.raises(KeyError):
        await unless_gone(Connection().receive, wrong())
