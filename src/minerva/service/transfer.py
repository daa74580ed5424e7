"""The use cases of sessions as files: write some, read some in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator

import msgspec

from minerva.core.errors import InvalidRequest, SessionNotFound, StorageFailed
from minerva.core.session import Session
from minerva.sessions.records import SessionCopy
from minerva.sessions.store import SessionStore
from minerva.sessions.transfer.entry import Entry, Skipped
from minerva.sessions.transfer.lines import header_line, session_line
from minerva.sessions.transfer.read import read


class Imported(msgspec.Struct, frozen=True):
    """What came of a file: the sessions that were made, and the entries that were not read, with the reason."""

    sessions: tuple[Session, ...]
    skipped: tuple[Skipped, ...]


class Transfer:
    """Sessions in and out. What is long is done in threads; methods raise `StorageFailed` beside what they name."""

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
        while (entry := await asyncio.to_thread(_next, entries)) is not None:
            made = await self._add(entry) if isinstance(entry, SessionCopy) else entry
            if isinstance(made, Session):
                sessions.append(made)
            else:
                skipped.append(made)
        return Imported(tuple(sessions), tuple(skipped))

    async def _add(self, copy: SessionCopy) -> Session | Skipped:
        try:
            return await self._store.add_copy(copy)
        except (InvalidRequest, StorageFailed) as error:
            # With others already made, an error of the whole would hide that they are there.
            return Skipped(copy.session.title, error.message)


def _next(entries: Iterator[Entry]) -> Entry | None:
    return next(entries, None)
