"""Databases of earlier versions, each with something in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.migrations import MIGRATIONS
from minerva.sessions.records import MessageEnd
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
    if steps >= 2:
        await old.run(_talk_of_old)
    await old.close()
    monkeypatch.undo()

    new = Database(tmp_path / "d", LOG)
    if steps >= 2:
        await _check_old_is_found(SessionStore(new))
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


def _talk_of_old(connection: sqlite3.Connection) -> None:
    """Write what a version from the second step on would have: nothing of the code is as it was then."""
    connection.execute(
        "INSERT INTO sessions (n, id, title, titled, pinned, archived, revision, created_s, updated_s, settings) "
        "VALUES (1, 'ses_old', '東京大学', 1, 0, 0, 1, 1.0, 1.0, '{}')"
    )
    message = "INSERT INTO messages (n, id, session, parent, role, status, created_s, updated_s, reasoning, content) "
    for row in (
        "(1, 'msg_1', 1, NULL, 'user', 'complete', 1.0, 1.0, '', 'old words')",
        "(2, 'msg_2', 1, 1, 'assistant', 'complete', 1.0, 1.0, 'old thoughts', 'an answer')",
        "(3, 'msg_3', 1, 1, 'assistant', 'streaming', 1.0, 1.0, 'unfinished', 'begun')",
    ):
        connection.execute(f"{message} VALUES {row}")
    connection.execute(
        "INSERT INTO attachments VALUES (1, 'att_1', 1, 'old.txt', 'text/plain', 0, 0, 1.0, 'text of old', x'')"
    )
    connection.execute("INSERT INTO message_attachments VALUES (1, 0, 1)")


async def _check_old_is_found(store: SessionStore) -> None:
    found = {
        query: [(hit.message, hit.found_in) for hit in await store.search(query)]
        for query in ("words", "大学", "thoughts", "text", "begun", "unfinished")
    }
    assert found == {
        "words": [("msg_1", "text")],
        "大学": [(None, "title")],
        "thoughts": [("msg_2", "thoughts")],
        "text": [("msg_1", "file")],
        "begun": [],
        "unfinished": [],
    }
    await store.finish("msg_3", MessageEnd(status="complete", content="begun"))
    assert [hit.message for hit in await store.search("begun")] == ["msg_3"]


def _steps(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute("SELECT number FROM migrations ORDER BY number")]
