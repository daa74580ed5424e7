"""What people do with sessions and messages. All who listen to a session are told of what was changed."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from minerva.core.errors import InvalidRequest, MessageNotFound
from minerva.core.session import Session, SessionSettings, StoredMessage
from minerva.core.session_event import DeletedEvent, MessageEvent, SessionEvent, Told
from minerva.service.asking import check_tool_result
from minerva.service.feed import Feeds
from minerva.service.turns import Turns
from minerva.sessions.records import NewMessage, SessionChanges
from minerva.sessions.store import SessionStore


class Conversations:
    """Changes to sessions. Methods raise what those of `SessionStore` raise that have their names."""

    def __init__(self, store: SessionStore, feeds: Feeds, turns: Turns) -> None:
        """Change what is in `store`, where `turns` write, and tell `feeds`."""
        self.turns = turns
        self._store = store
        self._feeds = feeds

    async def create(self, settings: SessionSettings, title: str, tags: Sequence[str]) -> Session:
        """Begin a session."""
        return await self._store.create(settings, title, tags)

    async def update(self, session_id: str, changes: SessionChanges, revision: int | None) -> Session:
        """Change what a person changes of a session."""
        return self._tell(await self._store.update(session_id, changes, revision))

    async def delete(self, session_id: str) -> None:
        """Put a session into the bin. What is being written in it is stopped."""
        await self._store.delete(session_id)
        # Behind it, for nothing begins in a session that is deleted.
        await self.turns.stop_all(session_id)
        self._feeds.tell(session_id, DeletedEvent())

    async def restore(self, session_id: str) -> Session:
        """Take a session out of the bin."""
        return self._tell(await self._store.restore(session_id))

    async def add(self, new: NewMessage) -> StoredMessage:
        """Add a message that no model is asked for.

        Raises `InvalidRequest` for a tool's result that no call waits for.
        """
        if new.role == "tool":
            check_tool_result(await self._path_to(new), new.tool_call_id or "")
        message = await self._store.add(new)
        self._feeds.tell(message.session, MessageEvent(message))
        self._tell(await self._store.get(message.session))
        return message

    async def choose(self, message_id: str) -> Session:
        """Make the active path run through a message."""
        return self._tell(await self._store.choose(message_id))

    async def delete_message(self, message_id: str) -> Session:
        """Take a message and all below it out of sight. What is being written there is stopped."""
        message = await self._store.message(message_id)
        await self.turns.stop_all(message.session, message_id)
        session = await self._store.delete_message(message_id)
        self._feeds.tell(session.id, DeletedEvent(message_id))
        return self._tell(session)

    async def restore_message(self, message_id: str) -> StoredMessage:
        """Undo `delete_message`."""
        message = await self._store.restore_message(message_id)
        self._feeds.tell(message.session, MessageEvent(message))
        self._tell(await self._store.get(message.session))
        return message

    async def follow(self, session_id: str) -> AsyncGenerator[Told, None]:
        """Yield the session and what is being written in it, then all that happens in it, until the server ends.

        A listener that is too slow is let go; whoever comes back reads the session anew. Raises `SessionNotFound` at
        its first step.
        """
        session = await self._store.get(session_id)
        first: list[Told] = [SessionEvent(session), *map(MessageEvent, self.turns.running(session_id))]
        async with aclosing(self._feeds.follow(session_id, first)) as events:
            async for told in events:
                yield told

    def begin_drain(self) -> None:
        """Refuse new turns and let listeners of sessions go, who would never go by themselves."""
        self.turns.draining = True
        self._feeds.close()

    async def _path_to(self, new: NewMessage) -> tuple[StoredMessage, ...]:
        if new.parent is None:
            return ()
        try:
            return await self._store.path_to(new.session, new.parent)
        except MessageNotFound as error:
            raise InvalidRequest(f"`parent` is {new.parent!r}: {error.message}", "parent") from error

    def _tell(self, session: Session) -> Session:
        self._feeds.tell(session.id, SessionEvent(session))
        return session
