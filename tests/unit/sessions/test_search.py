"""What was said, and titles, by their words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import MessageEnd, SearchHit, SessionChanges, SnippetPart
from minerva.sessions.search import expression
from minerva.sessions.store import SessionStore
from tests.support.sessions import answer, ask


def marked(hit: SearchHit) -> str:
    return "".join(f"[{part.text}]" if part.hit else part.text for part in hit.snippet)


async def test_words_are_found_in_titles_and_messages_newest_first(sessions: SessionStore) -> None:
    one = await sessions.create(title="Of cats and dogs")
    two = await sessions.create(title="Birds")
    first = await ask(sessions, one.id, None, "Do cats\nlike Crème brûlée?")
    second = await ask(sessions, two.id, None, "CATS? No.")
    hits = await sessions.search("cats")
    assert [(hit.session, hit.title, hit.message, marked(hit)) for hit in hits] == [
        (one.id, "Of cats and dogs", None, "Of [cats] and dogs"),
        (two.id, "Birds", second.id, "[CATS]? No."),
        (one.id, "Of cats and dogs", first.id, "Do [cats]\nlike Crème brûlée?"),
    ]
    assert hits[1].updated_s == (await sessions.get(two.id)).updated_s
    assert [hit.message for hit in await sessions.search("creme BRULEE")] == [first.id]
    assert [hit.message for hit in await sessions.search("cats brul")] == [first.id]
    assert await sessions.search("cats brul ") == ()
    assert await sessions.search("cats birds") == ()


async def test_a_long_text_is_cut_around_what_was_found(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    await ask(sessions, session, None, "hay " * 500 + "needle" + " hay" * 500)
    [hit] = await sessions.search("needle")
    text = marked(hit)
    assert "[needle]" in text
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) < 150
    assert SnippetPart("needle", hit=True) in hit.snippet


async def test_what_is_being_written_is_found_when_it_has_ended(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    begun = await answer(sessions, session, (await ask(sessions, session, None)).id, "cat")
    assert await sessions.search("cat") == ()
    await sessions.finish(begun.id, MessageEnd(status="complete", content="a cat"))
    assert [hit.message for hit in await sessions.search("cat")] == [begun.id]


async def test_a_changed_title_is_found_by_its_new_words(sessions: SessionStore) -> None:
    session = (await sessions.create(title="old")).id
    await sessions.update(session, SessionChanges(title="new"))
    assert await sessions.search("old") == ()
    assert [hit.session for hit in await sessions.search("new")] == [session]


async def test_one_session_does_not_take_all_the_places(sessions: SessionStore) -> None:
    other = (await sessions.create()).id
    await ask(sessions, other, None, "a cat there")
    many = (await sessions.create(title="cat")).id
    for _ in range(9):
        await ask(sessions, many, None, "a cat here")
    hits = await sessions.search("cat", limit=20)
    assert [hit.session for hit in hits if hit.message] == [many] * 3 + [other]
    assert len(await sessions.search("cat", limit=2)) == 2
    for limit in (0, 101):
        with pytest.raises(InvalidRequest, match="`limit`"):
            await sessions.search("cat", limit)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("", ""),
        (' "" * ( ) - ^ : ', ""),
        ("a", '"a"'),
        ("世", '"世"*'),
        ("ab", '"ab"*'),
        ("ab ", '"ab"'),
        ('say "hi" NOT you', '"say" """hi""" "NOT" "you"*'),
        ("c++ a:b", '"c++" "a:b"*'),
    ],
)
def test_nothing_in_a_query_is_an_operator(query: str, asked: str) -> None:
    assert expression(query) == asked


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text() | st.text(alphabet="\"'*()-:^{}+ \0ANDOR NOTNEARab\ud800"))
async def test_no_query_fails(sessions: SessionStore, query: str) -> None:
    await sessions.search(query)


async def test_marks_in_a_text_do_no_harm(sessions: SessionStore) -> None:
    session = (await sessions.create(title="a")).id
    await ask(sessions, session, None, "\ue001 cat \ue000 x")
    [hit] = await sessions.search("cat")
    assert SnippetPart("cat", hit=True) in hit.snippet
