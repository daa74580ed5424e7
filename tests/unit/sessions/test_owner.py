"""Who owns a database tidies it up, and nobody else does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.owner import Owner
from minerva.sessions.records import SessionLimits
from minerva.sessions.store import SessionStore
from tests.support.sessions import answer, ask

LOG = get_logger("test")


class Server:
    """What a server has of the database `d` in a folder."""

    def __init__(self, folder: Path | None) -> None:
        path = None if folder is None else folder / "d.sqlite3"
        self.database = Database(path, LOG)
        self.store = SessionStore(self.database, SessionLimits(bin_s=0.0))
        self.writing: set[str] = set()
        self.owner = Owner(path, self.store, LOG, lambda: self.writing, look_s=0.001, purge_s=0.001)

    async def close(self) -> None:
        await self.owner.close()
        await self.database.close()


async def test_the_first_server_ends_what_nobody_writes_and_the_second_leaves_it(tmp_path: Path) -> None:
    first = Server(tmp_path / "data")
    await first.owner.start()
    session = (await first.store.create()).id
    begun = await answer(first.store, session, (await ask(first.store, session, None)).id, "so far")

    second = Server(tmp_path / "data")
    await second.owner.start()
    assert (await second.store.message(begun.id)).status == "streaming"
    await second.close()
    # The first has the lock still, though the second has let go of its own.
    third = Server(tmp_path / "data")
    await third.owner.start()
    assert (await third.store.message(begun.id)).status == "streaming"
    await third.close()
    await first.close()

    fourth = Server(tmp_path / "data")
    await fourth.owner.start()
    assert (await fourth.store.message(begun.id)).status == "interrupted"
    await fourth.close()


async def test_the_owner_empties_the_bin(tmp_path: Path) -> None:
    first = Server(tmp_path)
    session = (await first.store.create()).id
    await first.store.delete(session)
    await first.close()
    second = Server(tmp_path)
    await second.owner.start()
    await _emptied(second)
    # And it does so for as long as it runs.
    await second.store.delete((await second.store.create()).id)
    await _emptied(second)
    await second.close()


async def test_a_server_that_outlives_the_owner_takes_over(tmp_path: Path) -> None:
    first, second = Server(tmp_path), Server(tmp_path)
    await first.owner.start()
    await second.owner.start()
    session = (await first.store.create()).id
    question = (await ask(first.store, session, None)).id
    left = await answer(first.store, session, question, "left")
    own = await answer(second.store, session, question, "still being written")
    second.writing.add(own.id)
    await first.close()
    async with asyncio.timeout(10):
        while (await second.store.message(left.id)).status == "streaming":
            pass
    assert (await second.store.message(left.id)).status == "interrupted"
    assert (await second.store.message(own.id)).status == "streaming"
    third = Server(tmp_path)
    await third.owner.start()
    assert (await third.store.message(own.id)).status == "streaming"
    await third.close()
    await second.close()


async def _emptied(server: Server) -> None:
    async with asyncio.timeout(10):
        while (await server.store.list(deleted=True)).sessions:
            pass


async def test_a_server_that_keeps_nothing_yet_makes_no_database(tmp_path: Path) -> None:
    for folder in (tmp_path / "data", None):
        server = Server(folder)
        await server.owner.start()
        await server.close()
    assert list((tmp_path / "data").glob("*.sqlite3")) == []


@pytest.mark.parametrize("content", [None, b"no database" * 100])
async def test_a_folder_that_cannot_be_used_stops_no_server(tmp_path: Path, content: bytes | None) -> None:
    if content is None:
        (tmp_path / "data").write_bytes(b"not a folder")
    else:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "d.sqlite3").write_bytes(content)
    server = Server(tmp_path / "data")
    await server.owner.start()
    await server.close()
