"""Twenty writers, in five processes, on one file."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from minerva.core.log import get_logger
from minerva.core.session import StoredMessage
from minerva.sessions.db import Database
from minerva.sessions.records import NewMessage
from minerva.sessions.store import SessionStore
from tests.integration.sessions.writer import TASKS, TURNS
from tests.project.tree import ROOT
from tests.support.sessions import check_database

PROCESSES = 5


async def test_twenty_writers_lose_nothing_and_lock_nobody_out(tmp_path: Path) -> None:
    path = tmp_path / "d.sqlite3"
    database = Database(path, get_logger("test"))
    store = SessionStore(database)
    shared = (await store.create(title="shared")).id
    kept = await _written(path, shared)
    assert len(kept) == len(set(kept)) == PROCESSES * TASKS * TURNS * 2
    assert {(await store.message(one)).status for one in kept} == {"complete"}
    page = await store.list(limit=100)
    assert len(page.sessions) == PROCESSES * TASKS + 1
    for session in page.sessions:
        messages = await store.path(session.id)
        if session.id != shared:
            assert [message.content for message in messages] == _contents()
    _check_shared(await store.tree(shared))
    await database.run(check_database)
    await database.close()


async def test_twenty_tasks_share_a_connection(tmp_path: Path) -> None:
    database = Database(tmp_path / "d.sqlite3", get_logger("test"))
    store = SessionStore(database)
    shared = (await store.create()).id
    await asyncio.gather(*(_add_all(store, shared, name) for name in range(PROCESSES * TASKS)))
    _check_shared(await store.tree(shared))
    await database.close()


async def _add_all(store: SessionStore, shared: str, name: int) -> None:
    for turn in range(TURNS):
        await store.add(NewMessage(session=shared, parent=None, role="user", content=f"{name} {turn}"))


async def _written(path: Path, shared: str) -> list[str]:
    """Start all processes, let them begin at once, and return the ids that they say are kept."""
    arguments = [sys.executable, "-m", "tests.integration.sessions.writer", str(path)]
    pipe = asyncio.subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(
            *arguments, f"process {number}", shared, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe
        )
        for number in range(PROCESSES)
    ]
    told = await asyncio.gather(*(process.communicate(b"\n") for process in processes))
    assert [process.returncode for process in processes] == [0] * PROCESSES, [errors for _, errors in told]
    return [line for output, _ in told for line in output.decode().split()]


def _contents() -> list[str]:
    return [text for turn in range(TURNS) for text in (f"question {turn}", f"half an answer {turn}")]


def _check_shared(messages: tuple[StoredMessage, ...]) -> None:
    """All that was added is there once, and they are siblings in one order."""
    assert len({message.content for message in messages}) == len(messages) == PROCESSES * TASKS * TURNS
    order = [message.id for message in messages]
    before, after = [None, *order[:-1]], [*order[1:], None]
    assert [(one.branch.index, one.branch.count) for one in messages] == [(at, len(order)) for at in range(len(order))]
    assert [(one.branch.previous, one.branch.next) for one in messages] == list(zip(before, after, strict=True))
