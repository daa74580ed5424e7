"""The owner of a database: the one server of several on it that tidies up after those that are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path

from filelock import FileLock, Timeout

from minerva.core.errors import StorageFailed
from minerva.core.log import Logger
from minerva.sessions.store import SessionStore

_LOOK_S = 5.0
"""So often a server that is not the owner looks whether there is none any more."""
_PURGE_S = 3600.0
"""So often what was deleted too long ago is looked for: it is kept for days, an hour more is no matter."""


class Owner:
    """A lock beside the database, and what is done by who has it. The system lets go of it however a process ends.

    A second server leaves everything as it is, for its neighbour may be writing it, goes on without the lock, and takes
    it over when the neighbour has ended.
    """

    def __init__(
        self,
        database: Path | None,
        store: SessionStore,
        log: Logger,
        writing: Callable[[], Collection[str]],
        *,
        look_s: float = _LOOK_S,
        purge_s: float = _PURGE_S,
    ) -> None:
        """`database` is the file of `store`; `None`: it is in memory, where nobody leaves anything behind.

        `writing` gives the ids of the messages that this server itself is writing.
        """
        self._store = store
        self._place = None if database is None else (database, FileLock(database.with_suffix(".lock"), mode=0o600))
        self._log = log
        self._writing = writing
        self._look_s = look_s
        self._purge_s = purge_s
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take the lock. Whoever gets it ends what nobody writes any more, and forgets what was deleted from then on.

        A database that cannot be used is in the log: most of what a server does goes on without it.
        """
        if self._place is None:
            return
        database, lock = self._place
        if (reason := _take(lock)) is None:
            await self._interrupt(database)
        else:
            self._tell_why(database, reason)
        work = self._own(database, lock, is_owner=reason is None)
        self._task = asyncio.create_task(work, name="owner of sessions")

    async def close(self) -> None:
        """Give the lock back."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self._place is not None:
            self._place[1].release()

    def _tell_why(self, database: Path, reason: Exception) -> None:
        folder = str(database.parent)
        if isinstance(reason, Timeout):
            self._log.info("another server uses the data folder", folder=folder)
        else:
            self._log.warning("the data folder cannot be locked", folder=folder, error=str(reason))

    async def _own(self, database: Path, lock: FileLock, *, is_owner: bool) -> None:
        """Wait until this is the owner, and then forget again and again."""
        while not is_owner:
            await asyncio.sleep(self._look_s)
            is_owner = _take(lock) is None
            if is_owner:
                self._log.info("this server looks after the data folder now", folder=str(database.parent))
                await self._interrupt(database)
        while True:
            await self._forget(database)
            await asyncio.sleep(self._purge_s)

    async def _interrupt(self, database: Path) -> None:
        if not _exists(database):
            return
        try:
            # Nothing comes between the two: what is begun after this is stored after it too.
            interrupted = await self._store.interrupt_orphans(self._writing())
        except StorageFailed:
            return  # It is in the log.
        if interrupted:
            self._log.warning("answers were interrupted when the last server ended", messages=interrupted)

    async def _forget(self, database: Path) -> None:
        if not _exists(database):
            return
        try:
            gone = await self._store.purge()
        except StorageFailed:
            return  # It is in the log.
        if gone:
            self._log.info("what was deleted is gone for good", sessions_messages_and_files=gone)


def _exists(database: Path) -> bool:
    """To look into it would make a database where there is none."""
    return database.exists()


def _take(lock: FileLock) -> Exception | None:
    """Return why the lock cannot be had: somebody else has it, or it cannot be told whether somebody has."""
    try:
        Path(lock.lock_file).parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except (Timeout, OSError, NotImplementedError) as error:
        return error
    return None
