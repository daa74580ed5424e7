"""Whole sessions, out and in again."""

from __future__ import annotations

import msgspec
import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.event import TokenLogprob, Usage
from minerva.core.session import ALONE, SessionSettings, StoredMessage
from minerva.sessions.db import Database
from minerva.sessions.records import MessageEnd, NewMessage, SessionChanges, SessionCopy
from minerva.sessions.store import SessionStore
from tests.support.sessions import answer, ask, check_database


async def made(store: SessionStore) -> str:
    session = (await store.create(SessionSettings(system="s"), tags=["a"])).id
    file = await store.attach(session, "a.txt", "text/plain", b"abc", "abc")
    first = await store.add(
        NewMessage(session=session, parent=None, role="user", content="first", attachments=(file.id,))
    )
    one, two = [await answer(store, session, first.id) for _ in "ab"]
    await store.finish(one.id, MessageEnd(status="complete", content="one", logprobs=(TokenLogprob(1, b"o", -1.0),)))
    await store.finish(two.id, MessageEnd(status="failed", content="two", usage=Usage(1, 2)))
    await ask(store, session, one.id, "below")
    below = await ask(store, session, one.id, "below again")
    gone = await ask(store, session, below.id, "gone")
    await store.delete_message(gone.id)
    await ask(store, session, two.id, "other")
    await store.choose(one.id)
    await store.update(session, SessionChanges(pinned=True, archived=True))
    return session


def shown(copy: SessionCopy) -> tuple[object, ...]:
    """Return all that is the same in a copy: ids are replaced by places, and times of files are not kept."""
    places = {message.id: place for place, message in enumerate(copy.messages)}
    about = msgspec.structs.replace(copy.session, id="", revision=0)
    messages = [
        (
            None if one.parent is None else places[one.parent],
            [None if beside is None else places[beside] for beside in (one.branch.previous, one.branch.next)],
            one.id in copy.chosen,
            [(copy.files[file.id].data, copy.files[file.id].text, file.name) for file in one.attachments],
            msgspec.structs.replace(one, id="", session="", parent=None, branch=ALONE, attachments=()),
        )
        for one in copy.messages
    ]
    return about, messages


async def test_what_goes_out_comes_in_again(sessions: SessionStore, database: Database) -> None:
    copy = await sessions.export(await made(sessions))
    assert len(copy.messages) == 6
    assert {one.content for one in copy.messages if one.id in copy.chosen} == {"first", "one", "below again", "other"}
    again = await sessions.add_copy(copy)
    assert again.id != copy.session.id
    stored = await sessions.export(again.id)
    assert shown(stored) == shown(copy)
    assert [one.content for one in await sessions.path(again.id)] == ["first", "one", "below again"]
    assert {one.id for one in stored.messages}.isdisjoint(one.id for one in copy.messages)
    assert stored.files.keys().isdisjoint(copy.files)
    await database.run(check_database)


async def test_a_copy_that_says_less_is_completed(sessions: SessionStore) -> None:
    copy = await sessions.export(await made(sessions))
    bare = SessionCopy(
        session=msgspec.structs.replace(copy.session, title="", titled=True, deleted_s=1.0),
        messages=tuple(msgspec.structs.replace(one, status="streaming") for one in copy.messages),
    )
    again = await sessions.add_copy(bare)
    assert (again.deleted_s, again.titled, again.messages) == (None, False, 6)
    path = await sessions.path(again.id)
    assert [(one.content, one.status, one.attachments) for one in path] == [
        ("first", "interrupted", ()),
        ("two", "interrupted", ()),
        ("other", "interrupted", ()),
    ]


async def test_a_copy_that_makes_no_tree_changes_nothing(sessions: SessionStore) -> None:
    copy = await sessions.export(await made(sessions))
    broken: list[tuple[StoredMessage, ...]] = [copy.messages[1:], copy.messages + copy.messages[:1]]
    for messages, param in zip(broken, ("messages[0]", "messages[6]"), strict=True):
        with pytest.raises(InvalidRequest, match="a parent before its children") as caught:
            await sessions.add_copy(msgspec.structs.replace(copy, messages=messages))
        assert caught.value.param == param
    assert len((await sessions.list(archived=None)).sessions) == 1
