from __future__ import annotations

import asyncio
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from minerva.core.errors import StorageFailed
from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.migrations import MIGRATIONS

LOG = get_logger("test")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "data" / "d.sqlite3", LOG)
    yield database
    await database.close()


def count(connection: sqlite3.Connection) -> int:
    [number] = connection.execute("SELECT COUNT(*) FROM responses").fetchone()
    return int(number)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def modes(folder: Path) -> list[int]:
    return [path.stat().st_mode for path in folder.iterdir()]


def insert(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO responses VALUES ('a', NULL, 0, 0, '')")


async def test_what_is_written_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    for expected in (0, 1):
        database = Database(tmp_path / "d", LOG)
        assert await database.run(count) == expected
        if not expected:
            await database.run(insert)
        await database.close()


async def test_in_memory_it_ends_with_the_database() -> None:
    for _ in range(2):
        database = Database(None, LOG)
        assert await database.run(count) == 0
        await database.run(insert)
        assert await database.run(count) == 1
        await database.close()


async def test_work_that_fails_changes_nothing(database: Database) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        insert(connection)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await database.run(fail)
    assert await database.run(count) == 0
    await database.run(insert)
    with pytest.raises(StorageFailed, match="UNIQUE"):
        await database.run(insert)
    assert await database.run(count) == 1


async def test_the_event_loop_goes_on_while_work_is_done(database: Database) -> None:
    go_on = threading.Event()
    waiting = asyncio.create_task(database.run(lambda _: go_on.wait()))
    await asyncio.sleep(0)
    go_on.set()
    assert await waiting


def _note(done: list[int], number: int, _: sqlite3.Connection) -> None:
    done.append(number)


async def test_work_is_done_in_order_and_before_the_end(tmp_path: Path) -> None:
    database = Database(tmp_path / "d", LOG)
    done: list[int] = []
    tasks = [asyncio.create_task(database.run(partial(_note, done, number))) for number in range(9)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*tasks)
    assert done == list(range(9))
    with pytest.raises(StorageFailed, match="shutting down"):
        await database.run(count)


async def test_a_database_that_is_never_used_makes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "data" / "d", LOG)
    await database.close()
    assert names(tmp_path) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="files have no such modes there")
async def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "d", LOG)
    await database.run(insert)
    assert names(tmp_path) == {"d", "d-wal", "d-shm"}
    assert {mode & 0o077 for mode in modes(tmp_path)} == {0}
    await database.close()


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(b"something else" * 100)
    database = Database(tmp_path / "d", LOG)
    with pytest.raises(StorageFailed, match=r"d\).*not a database"):
        await database.run(count)
    await database.close()


async def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "d", LOG)
    row = (len(MIGRATIONS) + 1,)
    await database.run(lambda connection: connection.execute("INSERT INTO migrations (number) VALUES (?)", row))
    await database.close()
    database = Database(tmp_path / "d", LOG)
    with pytest.raises(StorageFailed, match="newer Minerva"):
        await database.run(count)
    await database.close()


async def test_a_step_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database(tmp_path / "d", LOG)
    await database.run(insert)
    await database.close()
    monkeypatch.setattr("minerva.sessions.migrations.MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE x (y)", "NO SQL")))
    database = Database(tmp_path / "d", LOG)
    with pytest.raises(StorageFailed, match="NO"):
        await database.run(count)
    await database.close()
    monkeypatch.undo()
    database = Database(tmp_path / "d", LOG)
    assert await database.run(count) == 1
    await database.run(lambda connection: connection.execute("CREATE TABLE x (y)"))
    await database.close()
