"""A disk that is full, and files and folders that cannot be written: a typed error, and nothing half written."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from minerva.core.errors import StorageFailed
from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.records import MessageEnd, MessageProgress, NewMessage, SessionChanges
from minerva.sessions.store import SessionStore
from tests.support.sessions import answer, ask, check_database

LOG = get_logger("test")
LONG = "many words " * 20_000
"""More than the free space of a page or two."""


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "d.sqlite3", LOG)
    yield database
    await database.close()


def _fill(connection: sqlite3.Connection) -> None:
    """Let the file grow no more, as on a full disk."""
    [pages] = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def _empty(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA max_page_count = 1000000")


async def test_a_full_disk_is_an_error_and_nothing_is_half_written(database: Database) -> None:
    store = SessionStore(database)
    session = (await store.create()).id
    question = await ask(store, session, None, "some words")
    begun = await answer(store, session, question.id)
    await store.progress(begun.id, MessageProgress(content="so far"))
    before = await store.export(session)
    long = tuple(msgspec.structs.replace(message, content=LONG) for message in before.messages)
    await database.run(_fill)
    writes: list[Callable[[], Awaitable[object]]] = [
        lambda: ask(store, session, question.id, LONG),
        lambda: store.add(NewMessage(session=session, parent=begun.id, role="assistant", content=LONG)),
        lambda: store.progress(begun.id, MessageProgress(content=LONG)),
        lambda: store.finish(begun.id, MessageEnd(status="complete", content=LONG)),
        lambda: store.attach(session, "a", "text/plain", LONG.encode(), LONG),
        lambda: store.put_template("a", LONG),
        lambda: store.add_copy(msgspec.structs.replace(before, messages=long)),
    ]
    for write in writes:
        with pytest.raises(StorageFailed, match=r"full.*the space on its disk"):
            await write()
    assert await store.export(session) == before
    await database.run(check_database)

    await database.run(_empty)
    await store.progress(begun.id, MessageProgress(content="so far, so good"))
    ended = await store.finish(begun.id, MessageEnd(status="complete", content="so far and further"))
    assert await store.path(session) == (question, ended)
    await database.run(check_database)


def _read_only(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")


async def test_a_file_that_cannot_be_written_any_more_is_left_as_it_was(tmp_path: Path, database: Database) -> None:
    store = SessionStore(database)
    session = await store.create(title="before")
    message = await ask(store, session.id, None)
    await database.run(_read_only)
    writes: list[Callable[[], Awaitable[object]]] = [
        lambda: ask(store, session.id, message.id),
        lambda: store.update(session.id, SessionChanges(title="after")),
        lambda: store.delete(session.id),
    ]
    for write in writes:
        with pytest.raises(StorageFailed, match="readonly"):
            await write()
    again = Database(tmp_path / "d.sqlite3", LOG)
    assert (await SessionStore(again).get(session.id)).title == "before"
    assert await SessionStore(again).path(session.id) == (message,)
    await again.close()


async def _fails(path: Path) -> str:
    database = Database(path, LOG)
    store = SessionStore(database)
    with pytest.raises(StorageFailed, match=r"Look at its folder") as caught:
        await store.create()
    await database.close()
    return caught.value.message


async def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    assert str(tmp_path / "folder") in await _fails(tmp_path / "folder")
    assert str(tmp_path / "file" / "d") in await _fails(tmp_path / "file" / "d")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="permissions hold nobody back")
async def test_a_read_only_folder_or_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = Database(folder / "d", LOG)
    session = await SessionStore(database).create()
    await database.close()
    (folder / "d").chmod(0o400)
    assert "denied" in await _fails(folder / "d")
    (folder / "d").chmod(0o600)
    folder.chmod(0o500)
    assert str(folder / "e") in await _fails(folder / "e")
    folder.chmod(0o700)
    database = Database(folder / "d", LOG)
    assert await SessionStore(database).get(session.id) == session
    await database.close()
