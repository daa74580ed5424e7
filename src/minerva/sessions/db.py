"""The one connection to the database, and the one thread that uses it: nothing that is kept blocks the event loop.

A file is in WAL mode (https://www.sqlite.org/wal.html), so that another process may read it meanwhile.
"""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from minerva.core.errors import StorageFailed
from minerva.core.log import Logger
from minerva.sessions.migrations import migrate

T = TypeVar("T")

_BUSY_S = 5.0
"""How long another process may hold the file before work on it fails."""
_SETUP = (
    "PRAGMA journal_mode = WAL",
    # What was acknowledged outlives a loss of power, too: in WAL mode NORMAL would not do.
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What is deleted is overwritten, and not only out of sight.
    "PRAGMA secure_delete = ON",
)


class Database:
    """A SQLite database. It is opened by the first work: a server that keeps nothing makes no file and no thread."""

    def __init__(self, path: Path | None, log: Logger) -> None:
        """Use the file `path`, whose folder is made; `None` keeps everything in memory, until `close`."""
        self._path = path
        self._log = log
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what `work` returns, run in the thread and in one transaction: if it raises, nothing has changed.

        Raises what `work` raises, and `StorageFailed` for what SQLite or the file system raise, and after `close`.
        """
        if self._closed:
            raise StorageFailed("The server is shutting down, and its database is closed.")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)
        except StorageFailed as error:
            self._log.error("the database failed", error=error.message)
            raise

    async def close(self) -> None:
        """Let work that waits be done, then close the file. A second time nothing happens."""
        if self._closed:
            return
        self._closed = True
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()

    def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            if self._connection is None:
                self._connection = _open(self._path)
            return _transact(self._connection, work)
        except (sqlite3.Error, OSError) as error:
            place = "in memory" if self._path is None else str(self._path)
            raise StorageFailed(
                f"The database ({place}) cannot be used: {error}. Look at its folder, and at the space on its disk."
            ) from error

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _open(path: Path | None) -> sqlite3.Connection:
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What people say is theirs alone; SQLite gives its other files the mode of this one.
        path.touch(mode=0o600)
        if not os.access(path, os.W_OK):
            # SQLite would open it all the same, and leave files beside it that nobody can write, whatever comes then.
            raise PermissionError(f"{os.strerror(errno.EACCES)}: {path}")
    # No isolation level: transactions begin and end where `_transact` says, not where the module guesses.
    connection = sqlite3.connect(path or ":memory:", timeout=_BUSY_S, isolation_level=None)
    try:
        for statement in _SETUP:
            connection.execute(statement)
        _transact(connection, migrate)
    except BaseException:
        connection.close()
        raise
    return connection


def _transact(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = work(connection)
        connection.execute("COMMIT")
    except BaseException:
        # Some errors, a full disk among them, end the transaction by themselves.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return result
