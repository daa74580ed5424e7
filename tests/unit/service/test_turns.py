"""Several who want something of one answer at once, and ends that could not be stored, on a real database in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

import pytest

from minerva.core.errors import MessageNotFound, SessionNotFound, ShuttingDown, TurnRunning
from minerva.core.event import ChoiceFinished, Event, Finished, Started, TextDelta, Timings, Usage
from minerva.core.log import get_logger
from minerva.core.request import Begun, ChatInput, GenerateRequest, Overflow
from minerva.core.session import StoredMessage
from minerva.core.session_event import MessageEvent
from minerva.service.asking import Ask
from minerva.service.conversations import Conversations
from minerva.service.feed import Feeds
from minerva.service.forecast import Forecast
from minerva.service.turns import Turns
from minerva.sessions.db import Database
from minerva.sessions.records import NewMessage
from minerva.sessions.store import SessionStore


class Clock:
    """A clock that can be broken."""

    def __init__(self) -> None:
        self.is_broken = False

    def __call__(self) -> float:
        if self.is_broken:
            raise ZeroDivisionError
        return 1.0


class Store(SessionStore):
    """Lets something happen when an answer is stored, before that is known."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def add(self, new: NewMessage) -> StoredMessage:
        message = await super().add(new)
        if new.role == "assistant" and self.meanwhile is not None:
            await self.meanwhile()
        return message


class Desk:
    """Conversations. An answer says " more"; it waits for `checked` before it begins, and for `go` before its end."""

    def __init__(self) -> None:
        self.clock, self.go = Clock(), asyncio.Event()
        self.checking, self.checked = asyncio.Event(), asyncio.Event()
        self.checked.set()
        self.begun: list[Begun] = []
        self.database = Database(None, get_logger("test"))
        self.store = Store(self.database, clock=self.clock)
        feeds = Feeds()
        self.turns = Turns(self.store, feeds, self._generate, self._check, self._forecast, "error", get_logger("test"))
        self.conversations = Conversations(self.store, feeds, self.turns)

    async def ask(self, session: str) -> StoredMessage:
        """Begin an answer in a session."""
        return (await self.turns.start(session, Ask(parent=None, content="Hi"), "r")).answer

    async def told(self, message: StoredMessage) -> list[StoredMessage]:
        """Return what is told of the whole of an answer, from now to its end."""
        events = [told.event async for told in self.turns.follow(message.id, None)]
        return [event.message for event in events if isinstance(event, MessageEvent)]

    async def _generate(self, request: GenerateRequest) -> AsyncGenerator[Event, None]:
        assert isinstance(request.input, ChatInput)
        self.begun.append(request.input.begun)
        yield Started("m", 3, 0)
        yield TextDelta(0, " more")
        await self.go.wait()
        yield ChoiceFinished(0, "length")
        yield Finished(Usage(3, 1), Timings(total_s=1.0))

    async def _check(self, _: str | None) -> None:
        self.checking.set()
        await self.checked.wait()

    async def _forecast(self, request: GenerateRequest, _: Overflow) -> Forecast:
        raise NotImplementedError(request)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    desk.go.set()
    await desk.turns.drained()
    await desk.database.close()


async def test_of_two_that_go_on_with_an_answer_one_is_refused(desk: Desk) -> None:
    desk.go.set()
    answer = await desk.ask((await desk.store.create()).id)
    await desk.turns.drained()
    desk.checking.clear()
    desk.checked.clear()
    first = asyncio.create_task(desk.turns.go_on(answer.id, "a"))
    await desk.checking.wait()
    with pytest.raises(TurnRunning, match="is being written already"):
        await desk.turns.go_on(answer.id, "b")
    desk.checked.set()
    await first
    await desk.turns.drained()
    assert (await desk.store.message(answer.id)).content == " more more"
    assert desk.begun == [Begun(), Begun("", " more")]


async def test_who_may_not_go_on_leaves_the_answer_to_others(desk: Desk) -> None:
    with pytest.raises(MessageNotFound):
        await desk.turns.go_on("msg_no", "a")
    with pytest.raises(MessageNotFound):
        await desk.turns.go_on("msg_no", "b")


@pytest.mark.parametrize("way", ["follow", "stop", "continue"])
async def test_an_end_that_could_not_be_stored_is_told_and_stored_later(desk: Desk, way: str) -> None:
    answer = await desk.ask((await desk.store.create()).id)
    desk.clock.is_broken = True
    desk.go.set()
    last = (await desk.told(answer))[-1]
    assert (last.status, last.content, last.error and last.error.code) == ("failed", " more", "internal_error")
    assert (await desk.store.message(answer.id)).status == "streaming"
    desk.clock.is_broken = False
    if way == "continue":
        await desk.turns.go_on(answer.id, "r")
        await desk.turns.drained()
        assert (await desk.store.message(answer.id)).content == " more more"
        return
    [stored] = await desk.told(answer) if way == "follow" else [await desk.turns.stop(answer.id)]
    assert (stored.status, stored.content, stored.finish_reason) == ("complete", " more", "length")
    assert await desk.store.message(answer.id) == stored


async def test_what_is_written_out_of_sight_hinders_nobody(desk: Desk) -> None:
    session = (await desk.store.create()).id
    answer, other = await desk.ask(session), await desk.ask(session)
    assert answer.parent is not None
    await desk.store.delete_message(answer.parent)
    await desk.conversations.delete_message(other.id)
    assert await desk.store.tree(session) == await desk.store.path(session)
    desk.go.set()
    await desk.turns.drained()
    assert (await desk.store.restore_message(answer.parent)).id == answer.parent
    assert (await desk.store.message(answer.id)).status == "complete"


async def test_what_begins_while_its_session_is_deleted_is_stopped(desk: Desk) -> None:
    session = (await desk.store.create()).id
    desk.store.meanwhile = lambda: desk.conversations.delete(session)
    with pytest.raises(SessionNotFound):
        await desk.ask(session)
    assert desk.turns.running(session) == []
    await desk.store.restore(session)
    assert [message.status for message in await desk.store.path(session)] == ["complete", "stopped"]


async def test_what_is_written_in_a_session_that_is_deleted_is_stopped(desk: Desk) -> None:
    session = (await desk.store.create()).id
    await desk.ask(session)
    await desk.conversations.delete(session)
    assert desk.turns.running(session) == []
    await desk.store.restore(session)
    assert [message.status for message in await desk.store.path(session)] == ["complete", "stopped"]


async def test_a_turn_that_was_asked_for_before_the_server_closes_and_is_not_begun_is_refused(desk: Desk) -> None:
    session = (await desk.store.create()).id
    desk.checked.clear()
    asked = asyncio.create_task(desk.ask(session))
    await desk.checking.wait()
    await desk.turns.close()
    desk.checked.set()
    with pytest.raises(ShuttingDown):
        await asked
    assert await desk.store.tree(session) == ()


async def test_a_turn_that_begins_while_the_server_closes_is_interrupted(desk: Desk) -> None:
    closing: list[asyncio.Task[None]] = []

    async def close() -> None:
        closing.append(asyncio.create_task(desk.turns.close()))
        # It is under way before the answer is known to be stored.
        await asyncio.sleep(0)

    desk.store.meanwhile = close
    answer = await desk.ask((await desk.store.create()).id)
    await closing[0]
    assert (await desk.store.message(answer.id)).status == "interrupted"


async def test_whoever_tidies_up_leaves_alone_what_is_written_here(desk: Desk) -> None:
    session = (await desk.store.create()).id
    orphan = await desk.store.add(NewMessage(session=session, parent=None, role="assistant", status="streaming"))
    begun: list[frozenset[str]] = []

    async def look() -> None:
        begun.append(desk.turns.writing())

    desk.store.meanwhile = look
    answer = await desk.ask(session)
    assert desk.turns.writing() == begun[0] == {answer.id}
    assert await desk.store.interrupt_orphans(desk.turns.writing()) == 1
    assert (await desk.store.message(answer.id)).status == "streaming"
    assert (await desk.store.message(orphan.id)).status == "interrupted"
