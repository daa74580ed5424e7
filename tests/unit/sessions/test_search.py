"""What was said, and titles, by their words."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import MessageEnd, NewMessage, SearchHit, SessionChanges, SnippetPart
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
        ("世", '"\x1f世\x1f"*'),
        ("a世界 b", '"a\x1f世\x1f\x1f界\x1f" "b"'),
        ("ab", '"ab"*'),
        ("ab ", '"ab"'),
        ('say "hi" NOT you', '"say" """hi""" "NOT" "you"*'),
        ("c++ a:b", '"c++" "a:b"*'),
    ],
)
def test_nothing_in_a_query_is_an_operator(query: str, asked: str) -> None:
    assert expression(query) == asked


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(query=st.text() | st.text(alphabet="\"'*()-:^{}+ \0\x1fANDOR NOTNEARab\ud800世กิ"))
async def test_no_query_fails(sessions: SessionStore, query: str) -> None:
    await sessions.search(query)


@pytest.mark.parametrize(
    ("text", "query", "snippet"),
    [
        ("我今天去了東京大学図書館。", "図書館", "我今天去了東京大学[図書館]。"),
        ("我今天去了東京大学図書館。", "京大", "我今天去了東[京大]学図書館。"),
        ("我今天去了東京大学図書館。", "館", "我今天去了東京大学図書[館]。"),
        ("Python入門書を読む", "入門", "Python[入門]書を読む"),
        ("Python入門書を読む", "python入", "[Python入]門書を読む"),
        ("カタカナとひらがな", "ひら", "カタカナと[ひら]がな"),
        ("ผมกินข้าวที่โรงเรียน", "เรียน", "ผมกินข้าวที่โรง[เรียน]"),
        ("ผมกินข้าวที่โรงเรียน", "กิน", "ผม[กิน]ข้าวที่โรงเรียน"),
    ],
)
async def test_any_part_of_writing_without_spaces_is_found(
    sessions: SessionStore, text: str, query: str, snippet: str
) -> None:
    session = await sessions.create(title=text)
    message = await ask(sessions, session.id, None, text)
    hits = await sessions.search(query)
    assert [(hit.message, marked(hit)) for hit in hits] == [(None, snippet), (message.id, snippet)]


@pytest.mark.parametrize(
    ("text", "query"),
    [("東京と大阪", "東大"), ("東京と大阪", "京東"), ("ฉันกันเขา", "กิน"), ("入 門", "門入")],
)
async def test_characters_that_do_not_follow_one_another_are_not_found(
    sessions: SessionStore, text: str, query: str
) -> None:
    session = await sessions.create()
    await ask(sessions, session.id, None, text)
    assert await sessions.search(query) == ()


async def test_a_long_text_without_spaces_is_cut_around_what_was_found(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    await ask(sessions, session, None, "草" * 300 + "縫針" + "草" * 300)
    [hit] = await sessions.search("縫針")
    text = marked(hit)
    assert "[縫針]" in text
    assert (text[0], text[-1]) == ("…", "…")
    assert 40 < len(text) < 60


async def test_thoughts_are_found_as_such_when_the_text_does_not_say_it(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    question = await ask(sessions, session, None, "Which animal?")
    begun = await answer(sessions, session, question.id)
    end = MessageEnd(status="complete", content="A zebra.", reasoning="A zebra, or an okapi? 熊猫も")
    await sessions.finish(begun.id, end)
    [hit] = await sessions.search("okapi")
    assert (hit.found_in, hit.message, hit.file) == ("thoughts", begun.id, None)
    assert marked(hit) == "A zebra, or an [okapi]? 熊猫も"
    assert [one.found_in for one in await sessions.search("熊猫")] == ["thoughts"]
    # Once, though both have it.
    assert [one.found_in for one in await sessions.search("zebra")] == ["text"]
    await sessions.reopen(begun.id)
    assert await sessions.search("okapi") == ()
    await sessions.finish(begun.id, MessageEnd(status="complete", content="A zebra.", reasoning="A gnu?"))
    assert await sessions.search("okapi") == ()
    assert [one.found_in for one in await sessions.search("gnu")] == ["thoughts"]


async def test_files_are_found_by_their_text_and_name_in_the_newest_message_that_has_them(
    sessions: SessionStore,
) -> None:
    session = (await sessions.create(title="Recipes")).id
    file = await sessions.attach(session, "soup.txt", "text/plain", b"", "First chop the leeks.\nThen 葱を切る.")
    assert await sessions.search("leeks") == ()
    messages = [
        await sessions.add(
            NewMessage(session=session, parent=None, role="user", content=content, attachments=(file.id,))
        )
        for content in ("Read this", "Read that")
    ]
    for query, snippet in (("leeks", "[leeks]"), ("葱を", "[葱を]"), ("soup", "[soup].txt")):
        [hit] = await sessions.search(query)
        assert (hit.found_in, hit.file, hit.message) == ("file", "soup.txt", messages[1].id)
        assert snippet in marked(hit)
    await sessions.delete_message(messages[1].id)
    assert [hit.message for hit in await sessions.search("leeks")] == [messages[0].id]
    await sessions.delete(session)
    assert await sessions.search("leeks") == ()


async def test_hits_of_all_kinds_come_newest_first_and_a_few_of_each_session(sessions: SessionStore) -> None:
    one, two = [(await sessions.create(title=title)).id for title in ("One", "Two")]
    file = await sessions.attach(one, "a.txt", "text/plain", b"", "of a cat")
    asked = await sessions.add(NewMessage(session=one, parent=None, role="user", content="", attachments=(file.id,)))
    begun = await answer(sessions, one, asked.id)
    await sessions.finish(begun.id, MessageEnd(status="complete", content="no", reasoning="a cat"))
    last = await ask(sessions, two, None, "a cat")
    hits = await sessions.search("cat")
    assert [(hit.message, hit.found_in) for hit in hits] == [
        (last.id, "text"),
        (begun.id, "thoughts"),
        (asked.id, "file"),
    ]
    assert len(await sessions.search("cat", limit=2)) == 2


async def test_marks_in_a_text_do_no_harm(sessions: SessionStore) -> None:
    session = (await sessions.create(title="a")).id
    await ask(sessions, session, None, "\ue001 cat \ue000 x")
    [hit] = await sessions.search("cat")
    assert SnippetPart("cat", hit=True) in hit.snippet
