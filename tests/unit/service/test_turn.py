"""One answer that is being written, on a real database in memory; what the engine says is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from minerva.core.event import ChoiceFinished, Event, Finished, Started, TextDelta, Timings, Usage
from minerva.core.log import get_logger
from minerva.core.message import Message
from minerva.core.request import GenerateRequest
from minerva.core.session import SessionSettings
from minerva.core.session_event import AnswerEvent, MessageEvent
from minerva.service.asking import chat_request
from minerva.service.turn import Generate, Numbered, Turn
from minerva.sessions.db import Database
from minerva.sessions.records import NewMessage
from minerva.sessions.store import SessionStore
from tests.support.told import as_json, put_together

SAID: tuple[Event, ...] = (Started("m", 3, 0), TextDelta(0, "One, "), TextDelta(0, "two."), ChoiceFinished(0, "stop"))
END = Finished(Usage(3, 2), Timings(total_s=1.0))


class Desk:
    """A store with one message to be written, and a turn that writes it."""

    def __init__(self) -> None:
        self.database = Database(None, get_logger("test"))
        self.store = SessionStore(self.database)
        self.told: list[AnswerEvent] = []
        self.over = asyncio.Event()

    async def turn(self, generate: Generate) -> Turn:
        session = await self.store.create(SessionSettings())
        question = await self.store.add(NewMessage(session=session.id, parent=None, role="user", content="Hi"))
        new = NewMessage(session=session.id, parent=question.id, role="assistant", status="streaming")
        request = chat_request((Message("user", "Hi"),), SessionSettings(), "r")
        turn = Turn(await self.store.add(new), request, generate, self.store, self.told.append, get_logger("test"))
        turn.begin(self.over.set)
        return turn

    async def close(self) -> None:
        await self.database.close()


async def _all(turn: Turn, after: int | None = None) -> list[Numbered]:
    return [told async for told in turn.follow(after)]


def _saying(*events: Event, then: asyncio.Event | None = None) -> Generate:
    """Return what says `events`, then waits for `then`, if there is one, and ends well."""

    async def generate(request: GenerateRequest) -> AsyncGenerator[Event, None]:
        for event in events:
            yield event
        if then is not None:
            await then.wait()
        yield END

    return generate


def test_it_is_stored_before_its_end_is_told() -> None:
    async def work() -> None:
        desk = Desk()
        turn = await desk.turn(_saying(*SAID))
        events = await _all(turn)
        stored = await desk.store.message(turn.answer.id)
        assert desk.over.is_set()
        assert events[-1].event == MessageEvent(stored)
        assert desk.told[-1] == MessageEvent(stored)
        assert (stored.content, stored.status, stored.usage) == ("One, two.", "complete", END.usage)
        assert put_together(map(as_json, desk.told)) == {stored.id: as_json(stored)}
        await desk.close()

    asyncio.run(work())


def test_a_listener_that_comes_back_misses_nothing_and_hears_nothing_twice() -> None:
    async def work() -> None:
        desk, go_on = Desk(), asyncio.Event()
        turn = await desk.turn(_saying(*SAID, then=go_on))
        listener = turn.follow()
        first, second = await anext(listener), await anext(listener)
        await listener.aclose()
        go_on.set()
        behind = await _all(turn, second.number)
        told = [as_json(each.event) for each in (first, second, *behind)]
        assert put_together(told[:-1])[turn.answer.id]["content"] == "One, two."
        assert [each.number for each in behind] == sorted({each.number for each in behind})
        assert behind[0].number > second.number
        for strange in (0, first.number - 1, behind[-1].number + 1):
            assert [each.event for each in await _all(turn, strange)] == [behind[-1].event]
        await desk.close()

    asyncio.run(work())


@pytest.mark.parametrize("status", ["stopped", "interrupted"])
def test_it_can_be_broken_off(status: str) -> None:
    async def work() -> None:
        desk = Desk()
        turn = await desk.turn(_saying(*SAID, then=asyncio.Event()))
        listener = turn.follow()
        while "two" not in turn.answer.content:
            await anext(listener)
        await turn.stop("stopped" if status == "stopped" else "interrupted")
        stored = await desk.store.message(turn.answer.id)
        assert (stored.status, stored.content, stored.usage) == (status, "One, two.", Usage(3, 2))
        await turn.stop("stopped")
        assert await desk.store.message(turn.answer.id) == stored
        await desk.close()

    asyncio.run(work())


def test_what_cannot_be_stored_has_failed_and_is_told_all_the_same() -> None:
    async def work() -> None:
        desk, go_on = Desk(), asyncio.Event()
        turn = await desk.turn(_saying(*SAID, then=go_on))
        await desk.close()
        go_on.set()
        last = (await _all(turn))[-1].event
        assert isinstance(last, MessageEvent)
        assert (last.message.status, last.message.content) == ("failed", "One, two.")
        assert last.message.error is not None
        assert last.message.error.code == "storage_failed"

    asyncio.run(work())


def test_a_mistake_of_ours_ends_it_as_well() -> None:
    async def generate(request: GenerateRequest) -> AsyncGenerator[Event, None]:
        yield SAID[0]
        yield SAID[1]
        raise ZeroDivisionError

    async def work() -> None:
        desk = Desk()
        turn = await desk.turn(generate)
        await turn.ended()
        stored = await desk.store.message(turn.answer.id)
        assert (stored.status, stored.content) == ("failed", "One, ")
        assert stored.error is not None
        assert stored.error.code == "internal_error"
        await desk.close()

    asyncio.run(work())
