"""Databases of earlier versions, each with something in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.migrations import MIGRATIONS
from minerva.sessions.responses import ResponseLimits, ResponseStore, StoredItem, StoredResponse
from minerva.sessions.store import SessionStore
from tests.support.sessions import ask, check_database

LOG = get_logger("test")
RESPONSE = StoredResponse(
    id="resp_1", previous=None, answer=b"{}", inputs=[StoredItem("in", b"?")], outputs=[StoredItem("out", b"!")]
)


@pytest.mark.parametrize("steps", range(len(MIGRATIONS) + 1))
async def test_every_earlier_version_is_brought_up_with_all_that_is_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    monkeypatch.setattr("minerva.sessions.migrations.MIGRATIONS", MIGRATIONS[:steps])
    old = Database(tmp_path / "d", LOG)
    await old.run(lambda _: None)
    if steps:
        await ResponseStore(old, ResponseLimits()).add(RESPONSE)
    await old.close()
    monkeypatch.undo()

    new = Database(tmp_path / "d", LOG)
    session = (await SessionStore(new).create()).id
    message = await ask(SessionStore(new), session, None, "some words")
    if steps:
        responses = ResponseStore(new, ResponseLimits())
        assert await responses.answer("resp_1") == b"{}"
        assert await responses.conversation("resp_1", 100) == [b"?", b"!"]
    await new.run(check_database)
    assert await new.run(_steps) == list(range(1, len(MIGRATIONS) + 1))
    await new.close()

    again = Database(tmp_path / "d", LOG)
    assert await SessionStore(again).path(session) == (message,)
    await again.close()


def _steps(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT number FROM migrations ORDER BY number")]
