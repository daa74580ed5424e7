"""The owner of a database: the one server of several on it that tidies up after those that are gone."""

from __future__ import annotations

import asyncio
from pathlib import Path

from filelock import FileLock, Timeout

from minerva.core.errors import StorageFailed
from minerva.core.log import Logger
from minerva.sessions.store import SessionStore


class Owner:
    """A lock beside the database, and what is done by who has it. The system lets go of it however a process ends.

    A second server leaves everything as it is, for its neighbour may be writing it, and goes on without the lock.
    """

    def __init__(self, database: Path | None, store: SessionStore, log: Logger) -> None:
        """`database` is the file of `store`; `None`: it is in memory, where nobody leaves anything behind."""
        self._database = database
        self._store = store
        self._lock = None if database is None else FileLock(database.with_suffix(".lock"), mode=0o600)
        self._log = log
        self._purge: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the lock. Whoever gets it ends what nobody writes any more, and begins to forget what was deleted.

        A database that cannot be used is in the log: most of what a server does goes on without it.
        """
        if self._database is None or not self._take(self._database):
            return
        if self._database.exists():
            try:
                interrupted = await self._store.interrupt_orphans()
            except StorageFailed:
                return  # It is in the log.
            if interrupted:
                self._log.warning("answers were interrupted when the last server ended", messages=interrupted)
            self._purge = asyncio.create_task(self._forget(), name="purge of sessions")

    async def tidied(self) -> None:
        """Return when there is nothing left to tidy up."""
        if self._purge is not None:
            await self._purge

    async def close(self) -> None:
        """Give the lock back."""
        if self._purge is not None:
            self._purge.cancel()
            await asyncio.wait({self._purge})
        if self._lock is not None:
            self._lock.release()

    def _take(self, database: Path) -> bool:
        """Return whether nobody else has the lock; if it cannot be told, somebody may have it."""
        if self._lock is None:
            return False
        try:
            database.parent.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(blocking=False)
        except Timeout:
            self._log.info("another server uses the data folder", folder=str(database.parent))
            return False
        except (OSError, NotImplementedError) as error:
            self._log.warning("the data folder cannot be locked", folder=str(database.parent), error=str(error))
            return False
        return True

    async def _forget(self) -> None:
        try:
            gone = await self._store.purge()
        except StorageFailed:
            return  # It is in the log.
        if gone:
            self._log.info("what was deleted is gone for good", sessions_messages_and_files=gone)
