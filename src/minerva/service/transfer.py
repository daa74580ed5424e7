"""The use cases of sessions and prompt templates as files: write some, read some in."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator

import msgspec

from minerva.core.errors import InvalidRequest, SessionNotFound, StorageFailed
from minerva.core.session import Session
from minerva.core.session_check import sound_settings
from minerva.sessions.records import Duplicates, ImportedTemplate, SessionCopy
from minerva.sessions.store import SessionStore
from minerva.sessions.transfer.entry import Entry, Skipped
from minerva.sessions.transfer.lines import header_line, session_line
from minerva.sessions.transfer.read import read
from minerva.sessions.transfer.template_file import TemplateFile, read_file, template_file


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A setting that no session may have, and that `session`, called `title`, was made without.

    `messages` is how many answers had it among the settings that they were asked with; 0: it was the session's own.
    """

    session: str
    title: str
    field: str
    reason: str
    messages: int


class Imported(msgspec.Struct, frozen=True):
    """What came of a file: the sessions that were made.

    And, with the reason, the entries that were not read, and what the sessions were made without.
    """

    sessions: tuple[Session, ...]
    skipped: tuple[Skipped, ...]
    left_out: tuple[LeftOut, ...] = ()


class ImportedTemplates(msgspec.Struct, frozen=True):
    """What became of each template of a file, in order."""

    templates: tuple[ImportedTemplate, ...]


class Transfer:
    """Sessions and prompt templates in and out. What is long is done in threads.

    Methods raise `StorageFailed` beside what they name.
    """

    def __init__(self, store: SessionStore, clock: Callable[[], float] = time.time) -> None:
        """Use the sessions in `store`; `clock` gives seconds since 1970."""
        self._store = store
        self._clock = clock

    async def export(self, session_id: str) -> SessionCopy:
        """Return all of a session. Raises `SessionNotFound`."""
        return await self._store.export(session_id)

    def now_s(self) -> float:
        """Return the time by the clock of exports and imports."""
        return self._clock()

    async def export_lines(self) -> AsyncIterator[bytes]:
        """Yield the lines of a file with all sessions that are not in the bin, archived ones too.

        One is in memory at a time. What is deleted meanwhile is left out.
        """
        yield header_line(self._clock())
        for session_id in await self._store.ids():
            try:
                copy = await self._store.export(session_id)
            except SessionNotFound:
                continue
            yield await asyncio.to_thread(session_line, copy)

    async def import_file(self, data: bytes) -> Imported:
        """Make sessions of a file in a format that is known; each is made whole or not at all.

        Raises `InvalidRequest` for a file of no known format, before anything is made.
        """
        entries = await asyncio.to_thread(read, data, self._clock())
        sessions: list[Session] = []
        skipped: list[Skipped] = []
        left_out: list[LeftOut] = []
        while (entry := await asyncio.to_thread(_next, entries)) is not None:
            if isinstance(entry, Skipped):
                skipped.append(entry)
                continue
            copy, faults = await asyncio.to_thread(_sound, entry)
            made = await self._add(copy)
            if isinstance(made, Skipped):
                skipped.append(made)
                continue
            sessions.append(made)
            left_out += (msgspec.structs.replace(fault, session=made.id, title=made.title) for fault in faults)
        return Imported(tuple(sessions), tuple(skipped), tuple(left_out))

    async def export_templates(self, name: str | None) -> TemplateFile:
        """Return all prompt templates, or the one called `name`, as a file. Raises `PromptTemplateNotFound`."""
        found = await self._store.templates() if name is None else (await self._store.template(name),)
        return template_file(found, self._clock())

    async def import_templates(self, data: bytes, duplicates: Duplicates) -> ImportedTemplates:
        """Make prompt templates of a file, all or none. Raises `InvalidRequest`, which names the entry at fault."""
        entries = await asyncio.to_thread(read_file, data)
        return ImportedTemplates(await self._store.import_templates(entries, duplicates))

    async def _add(self, copy: SessionCopy) -> Session | Skipped:
        try:
            return await self._store.add_copy(copy)
        except (InvalidRequest, StorageFailed) as error:
            # With others already made, an error of the whole would hide that they are there.
            return Skipped(copy.session.title, error.message)


def _sound(copy: SessionCopy) -> tuple[SessionCopy, list[LeftOut]]:
    """Return `copy` with settings that a session may have, and what it lost for that, of a session without a name yet.

    A message's are read again when it goes on.
    """
    settings, refused = sound_settings(copy.session.settings)
    own = [(error.param or "", error.message) for error in refused]
    asked: Counter[tuple[str, str]] = Counter()
    messages = []
    for message in copy.messages:
        if message.settings is not None:
            said, refused = sound_settings(message.settings)
            asked.update((error.param or "", error.message) for error in refused)
            messages.append(msgspec.structs.replace(message, settings=said))
        else:
            messages.append(message)
    session = msgspec.structs.replace(copy.session, settings=settings)
    faults = [*((fault, 0) for fault in own), *asked.items()]
    left_out = [
        LeftOut(session="", title="", field=field, reason=reason, messages=count) for (field, reason), count in faults
    ]
    return msgspec.structs.replace(copy, session=session, messages=tuple(messages)), left_out


def _next(entries: Iterator[Entry]) -> Entry | None:
    return next(entries, None)
