"""All conversations: one method, one transaction. What is said to be done is kept, whatever happens to the process.

The work itself is in the modules beside this one, as functions of a connection.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from minerva.core.session import Attachment, Session, SessionSettings, StoredMessage
from minerva.sessions import attachments, copies, listing, messages, paths, removal, search, session, templates
from minerva.sessions.db import Database
from minerva.sessions.records import (
    AttachmentFile,
    AttachmentText,
    Duplicates,
    ImportedTemplate,
    MessageEnd,
    MessageProgress,
    NewMessage,
    PathEnd,
    PromptTemplate,
    SearchHit,
    SessionChanges,
    SessionCopy,
    SessionLimits,
    SessionPage,
    TagCount,
    TemplateEntry,
)
from minerva.sessions.text_index import INDEXES


class SessionStore:
    """All conversations, and the prompt templates. Methods raise `StorageFailed` beside what they name.

    A session in the bin is not found (`SessionNotFound`), and so are its messages (`MessageNotFound`), and messages
    that are deleted. Text is stored as it is, but for what no database takes: half a surrogate pair becomes U+FFFD.
    """

    def __init__(
        self, database: Database, limits: SessionLimits | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """Keep within `limits`; `clock` gives seconds since 1970."""
        self._run = database.run
        self._limits = limits or SessionLimits()
        self._clock = clock

    async def create(
        self, settings: SessionSettings | None = None, title: str = "", tags: Sequence[str] = ()
    ) -> Session:
        """Begin a session. Raises `InvalidRequest` for a tag or title that is none."""
        return await self._run(
            partial(session.create, settings=settings or SessionSettings(), title=title, tags=tags, now_s=self._clock())
        )

    async def get(self, session_id: str) -> Session:
        """Return a session. Raises `SessionNotFound`."""
        return await self._run(partial(session.get, session_id=session_id))

    async def list(
        self,
        *,
        archived: bool | None = False,
        deleted: bool = False,
        tag: str | None = None,
        before: str | None = None,
        limit: int = 50,
    ) -> SessionPage:
        """Return the sessions before `before`, a page's `next`: pinned ones first, then by their last change.

        `archived`: those alone that are, or are not; `None`: both. `deleted`: those in the bin instead, archived or
        not. Raises `InvalidRequest` for a `before` that no page had.
        """
        return await self._run(
            partial(listing.page, archived=archived, deleted=deleted, tag=tag, before=before, limit=limit)
        )

    async def ids(self) -> tuple[str, ...]:
        """Return the ids of all sessions that are not in the bin, as they are at one moment, in the order of `list`."""
        return await self._run(listing.ids)

    async def tags(self) -> tuple[TagCount, ...]:
        """Return all tags by name, with the number of sessions that are not in the bin."""
        return await self._run(listing.tags)

    async def update(self, session_id: str, changes: SessionChanges, revision: int | None = None) -> Session:
        """Change what a person changes, and return the session.

        Raises `SessionNotFound`, `InvalidRequest`, and `RevisionConflict` if it is not at `revision` any more.
        """
        return await self._run(
            partial(session.update, session_id=session_id, changes=changes, revision=revision, now_s=self._clock())
        )

    async def delete(self, session_id: str) -> None:
        """Put a session into the bin, which is emptied by `purge`. Raises `SessionNotFound`."""
        await self._run(partial(removal.delete, session_id=session_id, now_s=self._clock()))

    async def restore(self, session_id: str) -> Session:
        """Take a session out of the bin, if it is in there. Raises `SessionNotFound`."""
        return await self._run(partial(removal.restore, session_id=session_id))

    async def purge(self) -> int:
        """Forget for good what was deleted too long ago, and files that were never sent. Return how many things."""
        gone = await self._run(partial(removal.purge, limits=self._limits, now_s=self._clock()))
        for index in INDEXES if gone else ():
            more = await self._run(partial(removal.forget_words, index=index, begin=True))
            while more:
                more = await self._run(partial(removal.forget_words, index=index, begin=False))
        return gone

    async def add(self, new: NewMessage) -> StoredMessage:
        """Add a message and make the active path end in it.

        The first message of a user gives a session without a title one. Raises `SessionNotFound`, and
        `InvalidRequest` for a `parent` or `attachments` that the session does not have, or an `id` that is taken.
        """
        return await self._run(partial(messages.add, new=new, now_s=self._clock()))

    async def progress(self, message_id: str, progress: MessageProgress) -> None:
        """Keep what a message says so far. It must not have ended otherwise than by `interrupt_orphans`.

        Raises `MessageNotFound` if it is gone for good (deleting it does not end its writing), `InvalidRequest`.
        """
        await self._run(partial(messages.progress, message_id=message_id, progress=progress, now_s=self._clock()))

    async def finish(self, message_id: str, end: MessageEnd) -> StoredMessage:
        """Keep all of a message and how it ended; return it with its `logprobs`. From now on it is found by `search`.

        Raises `MessageNotFound` if it is gone for good.
        """
        return await self._run(partial(messages.finish, message_id=message_id, end=end, now_s=self._clock()))

    async def reopen(self, message_id: str, settings: SessionSettings | None = None) -> StoredMessage:
        """Let an answer that has ended be written on: its status is `streaming` again, and what it says stays.

        `settings` are those that it goes on with; `None`: those that it has.
        Raises `MessageNotFound`, `TurnRunning` if it is being written, `InvalidRequest` if it is not an assistant's.
        """
        return await self._run(partial(messages.reopen, message_id=message_id, settings=settings, now_s=self._clock()))

    async def interrupt_orphans(self, writing: Collection[str] = ()) -> int:
        """End what nobody writes any more as `interrupted`; return how many. `writing` are ids of what somebody does.

        Only for who alone writes to the file.
        """
        return await self._run(partial(messages.interrupt_orphans, writing=tuple(writing), now_s=self._clock()))

    async def message(self, message_id: str) -> StoredMessage:
        """Return a message with its `logprobs`. Raises `MessageNotFound`."""
        return await self._run(partial(messages.get, message_id=message_id))

    async def path(self, session_id: str) -> tuple[StoredMessage, ...]:
        """Return the active path from the first message on, without `logprobs`. Raises `SessionNotFound`."""
        return await self._run(partial(paths.active, session_id=session_id))

    async def path_end(self, session_id: str, last: int) -> PathEnd:
        """Return the `last` messages of the active path, without `logprobs`. Raises `SessionNotFound`."""
        return await self._run(partial(paths.end, session_id=session_id, last=last))

    async def path_to(self, session_id: str, message_id: str) -> tuple[StoredMessage, ...]:
        """Return a message behind all before it, without `logprobs`. Raises `SessionNotFound`, `MessageNotFound`."""
        return await self._run(partial(paths.to, session_id=session_id, message_id=message_id))

    async def tree(self, session_id: str) -> tuple[StoredMessage, ...]:
        """Return all messages in the order of their making, without `logprobs`. Raises `SessionNotFound`."""
        return await self._run(partial(paths.tree, session_id=session_id))

    async def choose(self, message_id: str) -> Session:
        """Make the active path run through a message; return its session. Raises `MessageNotFound`."""
        return await self._run(partial(messages.choose, message_id=message_id))

    async def delete_message(self, message_id: str) -> Session:
        """Take a message and all below it out of sight; return its session. Raises `MessageNotFound`.

        If it was chosen, then the nearest sibling is now: the one made before it, or else after it.
        """
        return await self._run(partial(removal.delete_message, message_id=message_id, now_s=self._clock()))

    async def restore_message(self, message_id: str) -> StoredMessage:
        """Undo `delete_message`, and make the active path run through it. If it is there already nothing happens.

        Raises `MessageNotFound`, also if one before it is deleted: that one has to be restored.
        """
        return await self._run(partial(removal.restore_message, message_id=message_id, now_s=self._clock()))

    async def attach(self, session_id: str, name: str, media_type: str, data: bytes, text: str) -> Attachment:
        """Keep a file, to be sent with a message. Raises `SessionNotFound`, and `InvalidRequest` if it is too large."""
        return await self._run(
            partial(
                attachments.attach,
                session_id=session_id,
                name=name,
                media_type=media_type,
                data=data,
                text=text,
                size_limit_bytes=self._limits.attachment_size_limit_bytes,
                now_s=self._clock(),
            )
        )

    async def attachment(self, attachment_id: str) -> AttachmentFile:
        """Return a file. Raises `AttachmentNotFound`."""
        return await self._run(partial(attachments.get, attachment_id=attachment_id))

    async def attachment_texts(self, message_ids: Sequence[str]) -> dict[str, tuple[AttachmentText, ...]]:
        """Return the texts of all files of messages, by the ids of those that have any."""
        return await self._run(partial(attachments.texts, message_ids=message_ids))

    async def search(self, query: str, limit: int = 20) -> tuple[SearchHit, ...]:
        """Return where all words of `query` are, the last one perhaps unfinished: titles, then the newest messages.

        Of a message its text, its thoughts, and its files are searched. Words are told apart as FTS5's unicode61 does,
        without case and accents, and as `unspaced` says. Without a word there is no hit.
        """
        return await self._run(partial(search.search, query=query, limit=limit))

    async def templates(self) -> tuple[PromptTemplate, ...]:
        """Return all prompt templates, by name."""
        return await self._run(templates.every)

    async def template(self, name: str) -> PromptTemplate:
        """Return a prompt template. Raises `PromptTemplateNotFound`."""
        return await self._run(partial(templates.get, name=name))

    async def put_template(
        self, name: str, body: str, description: str = "", revision: int | None = None
    ) -> PromptTemplate:
        """Make or change a prompt template. `revision` is what it is at, 0 if it shall be new, `None` for either.

        Raises `RevisionConflict`, and `InvalidRequest` for a name that is none.
        """
        return await self._run(
            partial(
                templates.put,
                name=name,
                body=body,
                description=description,
                revision=revision,
                now_s=self._clock(),
            )
        )

    async def delete_template(self, name: str, revision: int | None = None) -> None:
        """Forget a prompt template. Raises `PromptTemplateNotFound` and `RevisionConflict`."""
        await self._run(partial(templates.delete, name=name, revision=revision))

    async def import_templates(
        self, entries: Sequence[TemplateEntry], duplicates: Duplicates
    ) -> tuple[ImportedTemplate, ...]:
        """Make templates of what a file has, all of them or none; return what became of each, in order.

        Raises `InvalidRequest`, whose `param` is the entry's name in the file (`templates[3].name`): for one that is
        none, one that two entries have, and, if duplicates are refused, one that another template has.
        """
        return await self._run(partial(templates.take_in, entries=entries, duplicates=duplicates, now_s=self._clock()))

    async def export(self, session_id: str) -> SessionCopy:
        """Return all of a session, with the `logprobs` of its messages. Raises `SessionNotFound`."""
        return await self._run(partial(copies.read, session_id=session_id))

    async def add_copy(self, copy: SessionCopy) -> Session:
        """Store a whole session under new ids, and return it; not in the bin, and with nothing being written.

        Raises `InvalidRequest` for a message whose parent does not come before it.
        """
        return await self._run(partial(copies.write, copy=copy, now_s=self._clock()))
