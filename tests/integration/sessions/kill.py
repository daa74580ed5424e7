"""Kill a writer again and again, at every statement, and see that nothing is lost that was said to be kept.

`python -m tests.integration.sessions.kill --cycles 100` prints the figures. Each cycle forks a process that writes
conversations through the store, and says after each call what is kept now. It kills itself with SIGKILL at the n-th
statement that SQLite begins, those of triggers and of opening included, or is killed from outside after the n-th call,
at whatever it is doing then. What it has said is compared with what a fresh connection reads. Two thirds of the cycles
go on with one file, the others begin a new one, and are killed while its tables are made. 720 cycles reach every
statement.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from minerva.core.log import get_logger
from minerva.core.session import SessionSettings
from minerva.sessions.db import Database
from minerva.sessions.records import MessageEnd, MessageProgress, NewMessage, SessionChanges
from minerva.sessions.store import SessionStore
from tests.support.sessions import check_database

_RANKS = {"streaming": 0, "interrupted": 0, "complete": 1}
_STEPS = 3
_STATEMENTS_OF_A_FILE = 78
"""Up to the first session in a new file; then follow"""
_STATEMENTS = 240
"""up to the end of its second turn, which has all that a later one has."""
_CALLS = 20


class Kept(msgspec.Struct, frozen=True):
    """What a writer says is kept: a message with its text and status, or a session (no status) with its title."""

    id: str
    text: str
    status: str = ""


def _spread(number: int, stride: int, end: int) -> int:
    """Return 1 to `end`, each once in `end` numbers, and few numbers are far apart. `stride` shares no divisor."""
    return number * stride % end + 1


class Lost(AssertionError):
    """Something that was said to be kept is not there."""


class Killer:
    """The cycles on one folder, and what all writers have said so far."""

    def __init__(self, folder: Path) -> None:
        self.kept: dict[str, Kept] = {}
        self._folder = folder
        self._all = folder / "all.sqlite3"
        self._said = 0

    def run(self, cycles: int) -> None:
        """Kill so many writers. Raises `Lost`, or `AssertionError` for a file that is broken."""
        for cycle in range(cycles):
            round_, kind = divmod(cycle, 3)
            if kind == 0:
                # A file of its own, which is killed while the tables are made, and a little later.
                fresh = self._folder / f"{cycle}.sqlite3"
                self._check(fresh, self._write(fresh, cycle, statement=_spread(round_, 7, _STATEMENTS_OF_A_FILE)))
            elif kind == 1:
                said = self._write(self._all, cycle, statement=_spread(round_, 61, _STATEMENTS))
                self.kept |= said
                self._check(self._all, self.kept)
            else:
                said = self._write(self._all, cycle, call=_spread(round_, 1, _CALLS))
                self.kept |= said
                self._check(self._all, self.kept)

    def report(self, cycles: int, took_s: float) -> str:
        """Return the figures."""
        return (
            f"{cycles} writers killed in {took_s:.1f} s: {self._said} acknowledged writes, 0 lost; "
            f"integrity_check ok {cycles} times of {cycles}"
        )

    def _write(self, path: Path, cycle: int, statement: int = 0, call: int = 0) -> dict[str, Kept]:
        """Return what a writer said before it was killed."""
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            os.close(reading)
            _live(path, cycle, writing, statement)
        os.close(writing)
        said: dict[str, Kept] = {}
        with os.fdopen(reading, "rb") as lines:
            for number, line in enumerate(lines, 1):
                kept = msgspec.json.decode(line, type=Kept)
                said[kept.id] = kept
                self._said += 1
                if number == call:
                    os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        assert os.WIFSIGNALED(status), f"the writer ended by itself, with {status}"
        assert os.WTERMSIG(status) == signal.SIGKILL
        return said

    def _check(self, path: Path, kept: dict[str, Kept]) -> None:
        if not path.exists():
            assert not kept
            return
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'messages'").fetchone():
                check_database(connection)
            else:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            for one in kept.values():
                _check_kept(connection, one)
        finally:
            connection.close()


def _check_kept(connection: sqlite3.Connection, kept: Kept) -> None:
    if not kept.status:
        found = connection.execute("SELECT title FROM sessions WHERE id = ?", (kept.id,)).fetchone()
        if found is None or found[0] != kept.text:
            raise Lost(f"{kept}: {found}")
        return
    found = connection.execute("SELECT content, status FROM messages WHERE id = ?", (kept.id,)).fetchone()
    # The write that was under way when the writer was killed may be there too.
    if found is None or not found[0].startswith(kept.text) or _RANKS[found[1]] < _RANKS[kept.status]:
        raise Lost(f"{kept}: {found}")


def _live(path: Path, cycle: int, writing: int, statement: int) -> None:
    """Write until the end, which comes from `statement` or from outside."""
    signal.alarm(60)
    try:
        if statement:
            _die_at(statement)
        asyncio.run(_write(path, cycle, lambda kept: os.write(writing, msgspec.json.encode(kept) + b"\n")))
    except BaseException as error:  # noqa: BLE001 # whatever it is, the parent's code must not run here as well
        os.write(2, f"{error!r}\n".encode())
    os._exit(1)


def _die_at(statement: int) -> None:
    """Kill this process when the connection that is opened next begins its n-th statement."""
    connect = sqlite3.connect
    count = itertools.count(1)

    def trace(_: str) -> None:
        if next(count) == statement:
            os.kill(os.getpid(), signal.SIGKILL)

    def traced(*args: Any, **options: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*args, **options)
        connection.set_trace_callback(trace)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment] # it has overloads, one for each way of calling it


async def _write(path: Path, cycle: int, say: Callable[[Kept], object]) -> None:
    """Have conversations, and `say` after each call what it has kept."""
    store = SessionStore(Database(path, get_logger("kill")))
    await store.interrupt_orphans()
    for number in itertools.count():
        title = f"session {cycle} {number}"
        session = (await store.create(SessionSettings(), title, ["tag"])).id
        say(Kept(session, title))
        parent = None
        for turn in range(3):
            parent = await _take_turn(store, session, parent, f"turn {turn}", say)
        title = f"{title} renamed"
        await store.update(session, SessionChanges(title=title, pinned=True), revision=1)
        say(Kept(session, title))


async def _take_turn(
    store: SessionStore, session: str, parent: str | None, text: str, say: Callable[[Kept], object]
) -> str:
    """Ask and answer; return the id of the answer."""
    file = await store.attach(session, "a.txt", "text/plain", bytes(10_000), "text")
    asked = NewMessage(session=session, parent=parent, role="user", content=text, attachments=(file.id,))
    question = await store.add(asked)
    say(Kept(question.id, text, "complete"))
    new = NewMessage(session=session, parent=question.id, role="assistant", status="streaming")
    answer = (await store.add(new)).id
    say(Kept(answer, "", "streaming"))
    content = ""
    for _ in range(_STEPS):
        content += f"words of an answer to {text} "
        await store.progress(answer, MessageProgress(content=content))
        say(Kept(answer, content, "streaming"))
    await store.finish(answer, MessageEnd(status="complete", content=content))
    say(Kept(answer, content, "complete"))
    await store.delete_message(question.id)
    await store.restore_message(question.id)
    return answer


def main() -> None:
    """Run the cycles that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=100)
    cycles = parser.parse_args().cycles
    begin_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        killer = Killer(Path(folder))
        killer.run(cycles)
    sys.stdout.write(killer.report(cycles, time.monotonic() - begin_s) + "\n")


if __name__ == "__main__":
    main()
