"""Sessions by themselves: begun, read, changed."""

from __future__ import annotations

import pytest

from minerva.core.errors import InvalidRequest, RevisionConflict, SessionNotFound
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings
from minerva.sessions.records import NewMessage, SessionChanges
from minerva.sessions.session import drawn_title
from minerva.sessions.store import SessionStore
from tests.support.sessions import answer, ask

SETTINGS = SessionSettings(
    model="tiny", system="Be brief.", sampling=SamplingOptions(seed=2**64 - 1, logit_bias={5: -1.5}), stop=("a", "b")
)


async def test_a_session_is_read_as_it_was_begun(sessions: SessionStore) -> None:
    made = await sessions.create(SETTINGS, "  My \n title ", ["b", " a  c ", "B"])
    assert await sessions.get(made.id) == made
    assert made.id.startswith("ses_")
    assert (made.title, made.titled, made.tags, made.settings) == ("My title", True, ("b", "a c"), SETTINGS)
    assert (made.revision, made.messages, made.pinned, made.archived, made.deleted_s) == (1, 0, False, False, None)
    assert made.created_s == made.updated_s


async def test_a_session_that_is_not_there_is_named(sessions: SessionStore) -> None:
    for call in (sessions.get, sessions.path, sessions.tree, sessions.delete, sessions.restore, sessions.export):
        with pytest.raises(SessionNotFound, match="'ses_no' not found"):
            await call("ses_no")
    with pytest.raises(SessionNotFound):
        await sessions.get("\ud800")


async def test_what_is_changed_is_changed_and_the_rest_stays(sessions: SessionStore) -> None:
    made = await sessions.create(SETTINGS, "a", ["x"])
    pinned = await sessions.update(made.id, SessionChanges(pinned=True))
    assert (pinned.title, pinned.tags, pinned.settings, pinned.pinned) == ("a", ("x",), SETTINGS, True)
    assert pinned.revision == 2
    assert pinned.updated_s > made.updated_s
    other = SessionSettings(max_tokens=5)
    changes = SessionChanges(title="b", pinned=False, archived=True, tags=("y", "z"), settings=other)
    changed = await sessions.update(made.id, changes, revision=2)
    assert (changed.title, changed.titled, changed.tags) == ("b", True, ("y", "z"))
    assert (changed.settings, changed.pinned, changed.archived) == (other, False, True)
    assert await sessions.update(made.id, SessionChanges(), revision=3) == changed


async def test_who_has_not_seen_the_last_change_overwrites_nothing(sessions: SessionStore) -> None:
    made = await sessions.create()
    await sessions.update(made.id, SessionChanges(title="first"), revision=1)
    with pytest.raises(RevisionConflict, match="at revision 2, and the change is of revision 1") as caught:
        await sessions.update(made.id, SessionChanges(title="second"), revision=1)
    assert caught.value.revision == 2
    assert (await sessions.get(made.id)).title == "first"


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        (SessionChanges(title="a" * 201), "title"),
        (SessionChanges(tags=("a", " ")), "tags[1]"),
        (SessionChanges(tags=("a" * 51,)), "tags[0]"),
        (SessionChanges(tags=tuple(map(str, range(33)))), "tags"),
    ],
)
async def test_what_cannot_be_kept_is_refused_by_its_name(
    sessions: SessionStore, changes: SessionChanges, param: str
) -> None:
    made = await sessions.create()
    with pytest.raises(InvalidRequest) as caught:
        await sessions.update(made.id, changes)
    assert caught.value.param == param
    assert await sessions.get(made.id) == made


async def test_the_first_thing_a_user_says_is_the_title(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    first = await ask(sessions, session, None, "\n  What is \t a cat?\nTell me.")
    await answer(sessions, session, first.id, "An animal.", "complete")
    await ask(sessions, session, None, "Something else")
    found = await sessions.get(session)
    assert (found.title, found.titled, found.revision, found.messages) == ("What is a cat?", False, 2, 3)


async def test_a_title_that_a_person_gave_stays_until_it_is_taken_away(sessions: SessionStore) -> None:
    session = (await sessions.create(title="Mine")).id
    await ask(sessions, session, None, "hello")
    assert (await sessions.get(session)).title == "Mine"
    cleared = await sessions.update(session, SessionChanges(title=" "))
    assert (cleared.title, cleared.titled) == ("", False)
    await ask(sessions, session, None, "hello again")
    assert (await sessions.get(session)).title == "hello again"


async def test_a_message_that_is_a_file_alone_gives_the_files_name(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    file = await sessions.attach(session, "notes.md", "text/markdown", b"a", "a")
    await sessions.add(NewMessage(session=session, parent=None, role="user", content=" ", attachments=(file.id,)))
    assert (await sessions.get(session)).title == "notes.md"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("a" * 60, "a" * 60),
        ("a" * 61, "a" * 59 + "…"),
        ("word " * 12 + "word", ("word " * 11)[:-1] + " word…"),
        ("x" * 55 + " " + "y" * 55, "x" * 55 + "…"),
        (" \n\t\n", ""),
    ],
)
def test_a_drawn_title_is_short_and_ends_with_a_word(text: str, title: str) -> None:
    assert drawn_title(text) == title
    assert len(title) <= 60


async def test_half_a_surrogate_pair_is_kept_as_what_utf_8_has_for_it(sessions: SessionStore) -> None:
    made = await sessions.create(SessionSettings(system="\udc00a", stop=("\ud800",)), "a\ud800", ["\ud800"])
    assert (made.title, made.tags, made.settings.system, made.settings.stop) == ("a�", ("�",), "�a", ("�",))
