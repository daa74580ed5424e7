"""One answer that is being written: it goes on whoever listens, is kept while it comes, and ends exactly once."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import aclosing

import msgspec

from minerva.core.errors import MinervaError
from minerva.core.event import Event
from minerva.core.log import Logger
from minerva.core.request import GenerateRequest
from minerva.core.session import MessageStatus, StoredMessage
from minerva.core.session_event import AnswerEvent, MessageEvent, ReasoningEvent, TextEvent
from minerva.service.draft import Draft
from minerva.service.ends import internal
from minerva.sessions.records import MessageEnd
from minerva.sessions.store import SessionStore

Generate = Callable[[GenerateRequest], AsyncGenerator[Event, None]]
"""`Generator.generate`."""

SAVE_S = 0.5
"""At least so long passes between two writes of what has come; no more is lost by a crash than comes in that time."""

_RUN_BITS, _EVENT_BITS = 30, 20
"""Together below 53, for numbers of JavaScript are exact up to there."""


class Numbered(msgspec.Struct, frozen=True):
    """An event with its number. Events of one turn count on from a number that no other turn is likely to have."""

    number: int
    event: AnswerEvent


class Turn:
    """One answer, from when it was asked for until it is stored. Belongs to one event loop."""

    def __init__(
        self,
        answer: StoredMessage,
        request: GenerateRequest,
        generate: Generate,
        store: SessionStore,
        tell: Callable[[AnswerEvent], None],
        log: Logger,
    ) -> None:
        """Write `answer`, which is stored as `streaming`, by what `generate` says to `request`; `begin` starts it.

        `tell` is called with each event, as it comes.
        """
        self._request = request
        self._generate = generate
        self._store = store
        self._tell_session = tell
        self._log = log
        self._now_s = asyncio.get_running_loop().time
        self._draft = Draft(answer, self._now_s())
        self._events: list[AnswerEvent] = []
        self._first = secrets.randbelow(1 << _RUN_BITS) << _EVENT_BITS
        self._over = False
        self._news = asyncio.Event()
        self._unsaved = asyncio.Event()
        self._broken_off: MessageStatus | None = None
        self.unkept: MessageEnd | None = None
        """How it ended, if that could not be stored."""
        self._work: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def answer(self) -> StoredMessage:
        """The message so far."""
        return self._draft.message

    def begin(self, then: Callable[[], None]) -> None:
        """Start to write, in tasks of its own; `then` is called when all is over and stored."""
        self._tell(MessageEvent(self.answer))
        self._work = asyncio.create_task(self._write(), name=f"writing {self._draft.answer.id}")
        self._task = asyncio.create_task(self._run(self._work, then), name=f"turn {self._draft.answer.id}")

    async def stop(self, status: MessageStatus) -> None:
        """Break the answer off, unless it has just ended; return when it is stored, as `status`."""
        if self._work is not None and not self._work.done():
            self._broken_off = status
            self._work.cancel()
        await self.ended()

    async def ended(self) -> None:
        """Return when the answer is stored."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def follow(self, after: int | None = None) -> AsyncGenerator[Numbered, None]:
        """Yield the events behind the one with the number `after`, then those that come, up to the last.

        Without such an event, the first is the whole message as it is now. What is not read in time is joined.
        """
        place = self._place_behind(after)
        if place is None:
            place = len(self._events)
            yield Numbered(self._first + place - 1, self._events[-1] if self._over else MessageEvent(self.answer))
        while True:
            waiting = [Numbered(self._first + place + n, event) for n, event in enumerate(self._events[place:])]
            place += len(waiting)
            for told in joined(waiting):
                yield told
            if place < len(self._events):
                continue
            if self._over:
                return
            await self._news.wait()

    def _place_behind(self, number: int | None) -> int | None:
        place = -1 if number is None else number - self._first + 1
        return place if 0 < place <= len(self._events) else None

    def _tell(self, event: AnswerEvent) -> None:
        self._events.append(event)
        self._news.set()
        self._news = asyncio.Event()
        self._tell_session(event)

    async def _write(self) -> None:
        async with aclosing(self._generate(self._request)) as events:
            async for event in events:
                told = self._draft.take(event, self._now_s())
                if told is not None:
                    self._tell(told)
                    self._unsaved.set()

    async def _save(self) -> None:
        """Keep what has come, again and again. What fails is tried anew with more, and at the end."""
        while True:
            await self._unsaved.wait()
            self._unsaved.clear()
            try:
                await self._store.progress(self._draft.answer.id, self._draft.progress)
            except MinervaError as error:
                self._log.warning("an answer could not be kept yet", message=self._draft.answer.id, error=error.message)
            await asyncio.sleep(SAVE_S)

    async def _run(self, work: asyncio.Task[None], then: Callable[[], None]) -> None:
        saver = asyncio.create_task(self._save())
        await asyncio.wait({work})
        saver.cancel()
        await asyncio.wait({saver})
        broken_off = self._broken_off if work.cancelled() else None
        if not work.cancelled() and isinstance(error := work.exception(), Exception):
            self._log.error("a turn failed unexpectedly", message=self._draft.answer.id, exc_info=error)
            self._draft.fail(internal(error))
        try:
            last = await self._finish(self._draft.end(broken_off, self._now_s()))
        finally:
            # Whoever is told of the end may go on from there at once.
            then()
        self._over = True
        self._tell(MessageEvent(last))

    async def _finish(self, end: MessageEnd) -> StoredMessage:
        """Store the end; return the message. What cannot be stored has failed, and its text is at least told.

        That is so whatever is raised: without an end all who listen would wait for ever.
        """
        [kept] = await asyncio.gather(self._store.finish(self._draft.answer.id, end), return_exceptions=True)
        if isinstance(kept, StoredMessage):
            return msgspec.structs.replace(kept, logprobs=None)
        if not isinstance(kept, Exception):
            raise kept
        self.unkept = end
        self._log.error("an answer could not be kept", message=self._draft.answer.id, exc_info=kept)
        error = kept.info() if isinstance(kept, MinervaError) else internal(kept)
        return msgspec.structs.replace(self.answer, status="failed", error=error)


def joined(events: Iterable[Numbered]) -> list[Numbered]:
    """Return fewer events that say the same: text behind text is one text, with the number of the last."""
    result: list[Numbered] = []
    for told in events:
        last = result[-1].event if result else None
        match told.event, last:
            case (TextEvent(message, more), TextEvent(_, text)):
                result[-1] = Numbered(told.number, TextEvent(message, text + more))
            case (ReasoningEvent(message, more), ReasoningEvent(_, text)):
                result[-1] = Numbered(told.number, ReasoningEvent(message, text + more))
            case _:
                result.append(told)
    return result
