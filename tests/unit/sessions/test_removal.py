"""What is deleted, can be had back, and is gone at last."""

from __future__ import annotations

import sqlite3

import pytest

from minerva.core.errors import MessageNotFound, SessionNotFound
from minerva.core.session import ALONE, Branch, StoredMessage
from minerva.sessions.db import Database
from minerva.sessions.records import MessageEnd, MessageProgress, NewMessage
from minerva.sessions.store import SessionStore
from minerva.sessions.text_index import INDEXES
from tests.support.sessions import Clock, answer, ask, check_database, path_ids


async def chain(store: SessionStore, session: str, parent: str | None, *contents: str) -> list[StoredMessage]:
    made = []
    for content in contents:
        made.append(await ask(store, session, parent, content))
        parent = made[-1].id
    return made


async def test_a_deleted_session_is_nowhere_until_it_is_restored(sessions: SessionStore) -> None:
    made = await sessions.create(title="cats")
    message = await ask(sessions, made.id, None, "about cats")
    await sessions.delete(made.id)
    for call in (sessions.get, sessions.delete, sessions.path):
        with pytest.raises(SessionNotFound):
            await call(made.id)
    for change in (sessions.message, sessions.delete_message, sessions.choose):
        with pytest.raises(MessageNotFound):
            await change(message.id)
    with pytest.raises(SessionNotFound):
        await sessions.restore_message(message.id)
    assert await sessions.search("cats") == ()
    back = await sessions.restore(made.id)
    assert back.deleted_s is None
    assert back == await sessions.restore(made.id) == await sessions.get(made.id)
    assert await path_ids(sessions, made.id) == [message.id]
    assert len(await sessions.search("cats")) == 2


async def test_a_deleted_message_takes_what_is_below_along_and_brings_it_back(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    a, b, c, d = await chain(sessions, session, None, *"abcd")
    assert (await sessions.delete_message(b.id)).messages == 1
    assert await path_ids(sessions, session) == [a.id]
    for one in (b, c, d):
        with pytest.raises(MessageNotFound):
            await sessions.message(one.id)
    with pytest.raises(MessageNotFound, match=f"below '{b.id}', which is deleted"):
        await sessions.restore_message(c.id)
    assert (await sessions.restore_message(b.id)).content == "b"
    assert await path_ids(sessions, session) == [a.id, b.id, c.id, d.id]
    assert (await sessions.restore_message(b.id)).content == "b"


async def test_what_was_deleted_before_stays_deleted(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    a, b, c, _ = await chain(sessions, session, None, *"abcd")
    await sessions.delete_message(c.id)
    await sessions.delete_message(a.id)
    assert await sessions.tree(session) == ()
    await sessions.restore_message(a.id)
    assert await path_ids(sessions, session) == [a.id, b.id]
    await sessions.restore_message(c.id)
    assert len(await sessions.path(session)) == 4


@pytest.mark.parametrize(("deleted", "shown"), [(0, 1), (1, 0), (2, 1), (3, 2)])
async def test_the_choice_moves_to_the_nearest_sibling(sessions: SessionStore, deleted: int, shown: int) -> None:
    session = (await sessions.create()).id
    above = await ask(sessions, session, None)
    made = [await answer(sessions, session, above.id) for _ in range(4)]
    await sessions.choose(made[deleted].id)
    await sessions.delete_message(made[deleted].id)
    assert await path_ids(sessions, session) == [above.id, made[shown].id]


async def test_what_is_not_chosen_leaves_the_choice_as_it_is(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    one, two = [await ask(sessions, session, None) for _ in "ab"]
    await sessions.delete_message(one.id)
    assert await path_ids(sessions, session) == [two.id]
    assert (await sessions.message(two.id)).branch == ALONE
    await sessions.delete_message(two.id)
    assert await path_ids(sessions, session) == []


async def test_who_writes_a_message_that_is_deleted_writes_on(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    begun = await answer(sessions, session, (await ask(sessions, session, None)).id)
    await sessions.delete_message(begun.id)
    await sessions.progress(begun.id, MessageProgress(content="all"))
    ended = await sessions.finish(begun.id, MessageEnd(status="stopped", content="all of it"))
    assert (ended.content, ended.branch) == ("all of it", Branch(count=0))
    assert await sessions.search("all") == ()
    assert (await sessions.restore_message(begun.id)).content == "all of it"
    assert len(await sessions.search("all")) == 1


async def test_what_was_deleted_too_long_ago_is_gone_with_all_its_words(
    sessions: SessionStore, database: Database, clock: Clock
) -> None:
    kept, gone = [(await sessions.create(title=f"title {name}")).id for name in ("kept", "gone")]
    file = await sessions.attach(gone, "gone", "text/plain", b"a", "a secret")
    first = await sessions.add(
        NewMessage(session=gone, parent=None, role="user", content="secret plan", attachments=(file.id,))
    )
    await chain(sessions, gone, first.id, "secret answer")
    a, b, c = await chain(sessions, kept, None, "open word", "secret word", "hidden word")
    await sessions.delete_message(c.id)
    clock.now_s += 50
    await sessions.delete_message(b.id)
    await sessions.delete(gone)
    assert await sessions.purge() == 0
    clock.now_s += 60
    assert await sessions.purge() == 1
    await sessions.restore_message(b.id)
    await sessions.delete_message(b.id)
    clock.now_s += 110
    assert await sessions.purge() == 2
    assert await path_ids(sessions, kept) == [a.id]
    with pytest.raises(SessionNotFound):
        await sessions.restore(gone)
    await database.run(check_database)
    await database.run(_check_gone)


def _check_gone(connection: sqlite3.Connection) -> None:
    for table, rows in (("messages", 1), ("sessions", 1), ("attachments", 0), ("message_attachments", 0)):
        assert connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (rows,)  # noqa: S608
    # The words are not even in the parts of the index that nobody reads.
    for index in INDEXES:
        blocks = b"".join(block for (block,) in connection.execute(f"SELECT block FROM {index}_data"))  # noqa: S608
        assert b"secret" not in blocks
        assert b"gone" not in blocks
