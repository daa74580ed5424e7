"""Sessions as a list, in pages."""

from __future__ import annotations

import pytest

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import SessionChanges, TagCount
from minerva.sessions.store import SessionStore
from tests.support.sessions import Clock, ask


async def titles(store: SessionStore, limit: int = 2, *, archived: bool | None = False, tag: str | None = None) -> str:
    """Return the titles of all pages."""
    found: list[str] = []
    before = None
    while True:
        page = await store.list(archived=archived, tag=tag, before=before, limit=limit)
        assert 0 < len(page.sessions) <= limit or not found
        found += [session.title for session in page.sessions]
        if page.next is None:
            return "".join(found)
        before = page.next


async def test_pinned_ones_are_first_then_what_has_changed_last(sessions: SessionStore) -> None:
    made = {title: await sessions.create(title=title) for title in "abcdefg"}
    for title in "bd":
        await sessions.update(made[title].id, SessionChanges(pinned=True))
    await ask(sessions, made["a"].id, None)
    for limit in (1, 2, 3, 7, 8):
        assert await titles(sessions, limit) == "dbagfec"


@pytest.mark.parametrize("now_s", [-5.0, -1e-7, 1e300])
async def test_pages_go_on_behind_any_time(
    sessions: SessionStore, monkeypatch: pytest.MonkeyPatch, now_s: float
) -> None:
    monkeypatch.setattr(Clock, "__call__", lambda _: now_s)
    for title in "abc":
        await sessions.create(title=title)
    assert await titles(sessions) == "cba"


async def test_all_ids_come_at_once_in_the_order_of_the_list(sessions: SessionStore) -> None:
    made = {title: (await sessions.create(title=title)).id for title in "abcd"}
    await sessions.update(made["a"], SessionChanges(pinned=True))
    await sessions.update(made["b"], SessionChanges(archived=True))
    await sessions.delete(made["c"])
    assert await sessions.ids() == (made["a"], made["b"], made["d"])


async def test_pages_hold_while_the_clock_stands(sessions: SessionStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Clock, "__call__", lambda _: 0.1 + 0.2)
    for title in "abcde":
        await sessions.create(title=title)
    assert await titles(sessions) == "edcba"


async def test_what_changes_between_two_pages_is_not_told_twice_nor_left_out(sessions: SessionStore) -> None:
    made = {title: await sessions.create(title=title) for title in "abcdef"}
    page = await sessions.list(limit=2)
    await ask(sessions, made["a"].id, None)
    await sessions.create(title="g")
    rest = await sessions.list(before=page.next, limit=10)
    assert [session.title for session in rest.sessions] == list("dcb")


async def test_archived_and_deleted_ones_are_lists_of_their_own(sessions: SessionStore) -> None:
    made = {title: await sessions.create(title=title) for title in "abcd"}
    await sessions.update(made["a"].id, SessionChanges(archived=True))
    await sessions.update(made["b"].id, SessionChanges(archived=True))
    for title in "bc":
        await sessions.delete(made[title].id)
    assert await titles(sessions) == "d"
    assert await titles(sessions, archived=True) == "a"
    assert await titles(sessions, archived=None) == "ad"
    deleted = (await sessions.list(deleted=True)).sessions
    assert {session.title for session in deleted} == {"b", "c"}
    assert all(session.deleted_s for session in deleted)


async def test_tags_are_counted_and_choose(sessions: SessionStore) -> None:
    for title, tags in (("a", ["work"]), ("b", ["work", "Home"]), ("c", []), ("d", ["work"])):
        await sessions.create(title=title, tags=tags)
    assert await sessions.tags() == (TagCount("Home", 1), TagCount("work", 3))
    assert await titles(sessions, tag="work") == "dba"
    assert await titles(sessions, tag="nothing") == ""
    await sessions.delete((await sessions.list()).sessions[0].id)
    assert await titles(sessions, tag="work") == "ba"
    assert await sessions.tags() == (TagCount("Home", 1), TagCount("work", 2))


@pytest.mark.parametrize("before", ["", "ses_1", "1_2", "1_x_3", "1_2_3_4", "\ud800", "1_nan_3", f"1_2_{2**64}"])
async def test_what_no_page_had_is_refused(sessions: SessionStore, before: str) -> None:
    with pytest.raises(InvalidRequest, match="is not where a page ends") as caught:
        await sessions.list(before=before)
    assert caught.value.param == "before"


@pytest.mark.parametrize("seconds", ["1e-07", "1.5e+300", "9" * 400])
async def test_any_time_may_be_where_a_page_ends(sessions: SessionStore, seconds: str) -> None:
    await sessions.list(before=f"0_{seconds}_1")


@pytest.mark.parametrize("limit", [0, -1, 501])
async def test_a_page_has_a_size(sessions: SessionStore, limit: int) -> None:
    with pytest.raises(InvalidRequest, match=f"`limit` is {limit}"):
        await sessions.list(limit=limit)
