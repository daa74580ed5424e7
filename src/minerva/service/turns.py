"""The answers of sessions: asked for, asked for again, gone on with, broken off, listened to."""

from __future__ import annotations

import asyncio
import functools
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager

import msgspec
from msgspec import UNSET

from minerva.core.errors import InvalidRequest, MessageNotFound, ModelNotFound, SessionNotFound, TurnRunning
from minerva.core.log import Logger
from minerva.core.message import Message
from minerva.core.request import Begun, GenerateRequest, Overflow
from minerva.core.session import SessionSettings, StoredMessage
from minerva.core.session_event import MessageEvent, SessionEvent
from minerva.service.asking import Ask, chat_messages, chat_request, check_continuable, merged_settings, with_files
from minerva.service.ends import shutting_down
from minerva.service.feed import Feeds
from minerva.service.forecast import Forecast
from minerva.service.turn import Generate, Numbered, Turn
from minerva.sessions.records import AttachmentText, MessageEnd, NewMessage
from minerva.sessions.store import SessionStore

_NOT_TOLD = -1
"""Number of an event that no turn tells."""


class Exchange(msgspec.Struct, frozen=True):
    """What a turn begins with: the message that was added, if one was, and the answer that is being written."""

    message: StoredMessage | None
    answer: StoredMessage


class Turns:
    """All running answers. Methods raise what `SessionStore` raises, beside what they name."""

    def __init__(
        self,
        store: SessionStore,
        feeds: Feeds,
        generate: Generate,
        check_model: Callable[[str | None], Awaitable[object]],
        forecast: Callable[[GenerateRequest, Overflow], Awaitable[Forecast]],
        overflow: Overflow,
        log: Logger,
    ) -> None:
        """`check_model` raises for a name that is none; `overflow` is the policy where nothing else says one."""
        self._store = store
        self._feeds = feeds
        self._generate = generate
        self._check_model = check_model
        self._forecast = forecast
        self._overflow = overflow
        self._log = log
        self._running: dict[str, Turn] = {}
        self._starting: dict[str, asyncio.Event] = {}
        self._unkept: dict[str, MessageEnd] = {}
        self.draining = False
        """New turns are refused, also those that were asked for before and are not stored yet."""

    async def start(self, session_id: str, ask: Ask, request_id: str, client: str = "") -> Exchange:
        """Begin an answer, which goes on whoever listens; return at once. `client` as in `GenerateRequest`.

        Raises what finding the model raises, `ShuttingDown`, `TurnRunning` if what is to be answered is still being
        written, and `InvalidRequest` if there is nothing to answer.
        """
        self._check_open()
        settings = await self._settings(session_id, ask)
        path = await self._path(session_id, ask)
        if (unfinished := next((message for message in path if message.id in self._running), None)) is not None:
            raise TurnRunning(f"Message {unfinished.id} is still being written; wait for its end, or stop it.")
        if not ask.says_something and (not path or path[-1].role == "assistant"):
            raise _nothing_to_answer(path)
        message_id = f"msg_{secrets.token_hex(12)}"
        with self._claimed(message_id):
            question = await self._add_question(session_id, ask, path) if ask.says_something else None
            path = path if question is None else (*path, question)
            request = chat_request(await self._messages(path, settings), settings, request_id, ask.begun)
            request = msgspec.structs.replace(request, client=client)
            new = NewMessage(
                session=session_id,
                parent=path[-1].id,
                role="assistant",
                content=ask.begun.content,
                reasoning=ask.begun.reasoning,
                settings=settings,
                status="streaming",
                id=message_id,
            )
            return Exchange(question, await self._begin(self._store.add(new), request))

    async def go_on(
        self, message_id: str, request_id: str, model: str | None = None, client: str = ""
    ) -> StoredMessage:
        """Go on with an answer that was broken off or ran out of tokens, in its place, under the settings that it had.

        `model` goes on instead of the one that it is of, which may not be here. Raises as `start`, and `InvalidRequest`
        if it is complete.
        """
        # From here on nobody else goes on with it: what is read now is what it goes on from.
        with self._claimed(message_id):
            message = await self._store.message(message_id)
            if message.status == "streaming":
                message = await self._end(message)
            settings = await self._continuing(message, model)
            request = await self._continuation(message, settings, request_id)
            request = msgspec.structs.replace(request, client=client)
            changed = None if model is None else settings
            return await self._begin(self._store.reopen(message_id, changed), request)

    async def stop(self, message_id: str) -> StoredMessage:
        """Break an answer off; return it as it is stored. One that has ended stays as it is."""
        if (turn := self._running.get(message_id)) is not None:
            await turn.stop("stopped")
        return await self._settled(message_id)

    async def stop_all(self, session_id: str, below: str | None = None) -> None:
        """Break off what is being written in a session, or at and below the message `below` alone."""
        for turn in list(self._running.values()):
            if turn.answer.session != session_id:
                continue
            if below is None or await self._is_below(turn.answer, below):
                await turn.stop("stopped")

    async def follow(self, message_id: str, after: int | None) -> AsyncGenerator[Numbered, None]:
        """Yield the events of an answer, see `Turn.follow`; of one that is not being written the message alone.

        Raises `MessageNotFound` at its first step.
        """
        message = None
        if message_id not in self._running:
            message = await (self._settled if message_id in self._unkept else self._store.message)(message_id)
        # It may have begun to go on while it was read.
        if (turn := self._running.get(message_id)) is not None:
            async with aclosing(turn.follow(after)) as events:
                async for told in events:
                    yield told
        elif message is not None:
            yield Numbered(_NOT_TOLD, MessageEvent(msgspec.structs.replace(message, logprobs=None)))

    def running(self, session_id: str) -> list[StoredMessage]:
        """Return the answers that are being written in a session, as they are now."""
        return [turn.answer for turn in self._running.values() if turn.answer.session == session_id]

    async def count(self, session_id: str, ask: Ask, request_id: str) -> Forecast:
        """Return what a turn would take. Raises as `start`, but nothing is stored and nothing is answered.

        Where nothing is said yet, an empty message counts. An answer that is still being written counts as far as it
        is stored: whoever asks may not know yet that it was begun.
        """
        settings = await self._settings(session_id, ask)
        path = await self._path(session_id, ask)
        messages = await self._messages(path, settings)
        if ask.says_something or not path or path[-1].role == "assistant":
            files = [await self._store.attachment(one) for one in ask.attachments]
            texts = [AttachmentText(file.attachment, file.text) for file in files]
            said = await asyncio.to_thread(with_files, ask.content or "", texts)
            messages = (*messages, Message("user", said))
        return await self._forecast(chat_request(messages, settings, request_id, ask.begun), self._overflow)

    def writing(self) -> frozenset[str]:
        """Return the ids of the messages that are being written, or begun, or whose end could not be stored."""
        return frozenset((*self._running, *self._starting, *self._unkept))

    async def drained(self) -> None:
        """Return when nothing is being written any more."""
        await self._until_none_is_left(Turn.ended)

    async def close(self) -> None:
        """Break off all that is being written, or begun meanwhile; it is `interrupted`, and can go on."""
        self.draining = True
        await self._until_none_is_left(lambda turn: turn.stop("interrupted"))

    async def _until_none_is_left(self, end: Callable[[Turn], Awaitable[None]]) -> None:
        while self._running or self._starting:
            # What is stored as begun is always written, and only then is there something to be ended.
            await asyncio.gather(*(begun.wait() for begun in self._starting.values()))
            await asyncio.gather(*(end(turn) for turn in list(self._running.values())))

    def _check_open(self) -> None:
        if self.draining:
            raise shutting_down()

    async def _settings(self, session_id: str, ask: Ask) -> SessionSettings:
        settings = merged_settings(ask.settings, (await self._store.get(session_id)).settings)
        await self._check_model(settings.model)
        return settings

    async def _path(self, session_id: str, ask: Ask) -> tuple[StoredMessage, ...]:
        """Return what is there already of what is asked about."""
        if ask.parent is UNSET:
            return await self._store.path(session_id)
        return () if ask.parent is None else await self._store.path_to(session_id, ask.parent)

    async def _add_question(self, session_id: str, ask: Ask, path: Sequence[StoredMessage]) -> StoredMessage:
        new = NewMessage(
            session=session_id,
            parent=path[-1].id if path else None,
            role="user",
            content=ask.content or "",
            attachments=ask.attachments,
        )
        question = await self._store.add(new)
        self._feeds.tell(session_id, MessageEvent(question))
        return question

    async def _messages(self, path: Sequence[StoredMessage], settings: SessionSettings) -> tuple[Message, ...]:
        texts = await self._store.attachment_texts([message.id for message in path if message.attachments])
        if not texts:
            return chat_messages(path, texts, settings.system)
        # Files are many and long, which nobody else should wait for.
        return await asyncio.to_thread(chat_messages, path, texts, settings.system)

    async def _continuing(self, message: StoredMessage, model: str | None) -> SessionSettings:
        """Return how an answer goes on; raises for one that cannot, and if there is no model for it."""
        check_continuable(message)
        settings = message.settings or (await self._store.get(message.session)).settings
        if model is not None:
            settings = msgspec.structs.replace(settings, model=model)
        elif settings.model is None:
            # The default model may be another one by now.
            settings = msgspec.structs.replace(settings, model=message.model)
        try:
            await self._check_model(settings.model)
        except ModelNotFound as error:
            if model is not None:
                raise
            raise ModelNotFound(
                f"Answer {message.id} was written by {settings.model!r}, which is not here. Go on with another model "
                "(`?model=NAME`; in the terminal /continue NAME), or ask for another answer.",
                error.model,
            ) from error
        return settings

    async def _continuation(
        self, message: StoredMessage, settings: SessionSettings, request_id: str
    ) -> GenerateRequest:
        asked = () if message.parent is None else await self._store.path_to(message.session, message.parent)
        begun = Begun(message.reasoning, message.content)
        return chat_request(await self._messages(asked, settings), settings, request_id, begun)

    async def _is_below(self, answer: StoredMessage, message_id: str) -> bool:
        try:
            path = await self._store.path_to(answer.session, answer.id)
        except MessageNotFound:
            # It is deleted already, and so is nothing that it is below.
            return False
        return any(message.id == message_id for message in path)

    @contextmanager
    def _claimed(self, message_id: str) -> Iterator[None]:
        """Let nobody else begin to write a message. Raises `TurnRunning` if somebody does, and `ShuttingDown`."""
        self._check_open()
        if message_id in self._running or message_id in self._starting:
            raise TurnRunning(f"Message {message_id} is being written already; follow it, or stop it.")
        begun = self._starting[message_id] = asyncio.Event()
        try:
            yield
        finally:
            del self._starting[message_id]
            begun.set()

    async def _begin(self, stored: Awaitable[StoredMessage], request: GenerateRequest) -> StoredMessage:
        """Write the answer that is `stored`, which is `streaming` then and claimed; return it as it begins."""
        answer = await stored
        tell = functools.partial(self._feeds.tell, answer.session)
        turn = Turn(answer, request, self._generate, self._store, tell, self._log)
        self._running[answer.id] = turn
        turn.begin(lambda: self._forget(answer.id))
        begun = turn.answer
        try:
            session = await self._store.get(answer.session)
        except SessionNotFound:
            # It was deleted meanwhile, by somebody who did not know of this answer.
            await turn.stop("stopped")
            raise
        self._feeds.tell(answer.session, SessionEvent(session))
        return begun

    def _forget(self, message_id: str) -> None:
        if (end := self._running.pop(message_id).unkept) is not None:
            self._unkept[message_id] = end

    async def _settled(self, message_id: str) -> StoredMessage:
        """Return a message. If nobody writes it although it says so, it ends here."""
        message = await self._store.message(message_id)
        if message.status != "streaming" or message_id in self._running or message_id in self._starting:
            return message
        return await self._end(message)

    async def _end(self, message: StoredMessage) -> StoredMessage:
        """End a message that nobody writes: as it ended when that could not be stored, or else as `interrupted`."""
        said = {name: getattr(message, name) for name in MessageEnd.__struct_fields__}
        end = self._unkept.get(message.id) or MessageEnd(**{**said, "status": "interrupted"})
        ended = await self._store.finish(message.id, end)
        self._unkept.pop(message.id, None)
        return ended


def _nothing_to_answer(path: Sequence[StoredMessage]) -> InvalidRequest:
    what = f"message {path[-1].id} is an answer itself" if path else "there is no message yet"
    advice = "Send `content`, or a user's message or a tool's result as `parent`."
    return InvalidRequest(f"There is nothing to answer: {what}. {advice}", "parent")
