"""Messages one at a time, and the path through them."""

from __future__ import annotations

import msgspec
import pytest

from minerva.core.errors import ErrorInfo, InvalidRequest, MessageNotFound, SessionNotFound, TurnRunning
from minerva.core.event import Timings, TokenAlternative, TokenLogprob, Truncation, Usage
from minerva.core.message import ToolCall
from minerva.core.session import ALONE, Branch, SessionSettings
from minerva.sessions.db import Database
from minerva.sessions.records import MessageEnd, MessageProgress, NewMessage, PathEnd, SessionCopy
from minerva.sessions.store import SessionStore
from tests.support.sessions import answer, ask, check_database, path_ids

END = MessageEnd(
    status="complete",
    content="an answer",
    reasoning="a thought",
    tool_calls=(ToolCall("1", "look", '{"at": "é"}'),),
    model="tiny",
    finish_reason="length",
    error=ErrorInfo("inference_error", "why"),
    usage=Usage(7, 2, 3),
    timings=Timings(total_s=1.5),
    ttft_s=0.25,
    reasoning_s=0.5,
    truncation=Truncation("shift", shifts=1, shifted_tokens=9),
    logprobs=(TokenLogprob(1, b"\xff", -0.5, (TokenAlternative(2, b"b", -1.0),)),),
)


async def test_a_conversation_is_the_path_that_was_added(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    first = await ask(sessions, session, None)
    said = await answer(sessions, session, first.id, "an answer", "complete")
    new = NewMessage(session=session, parent=said.id, role="tool", content="42", tool_call_id="1", reasoning="r")
    third = await sessions.add(new)
    assert await sessions.path(session) == (first, said, third)
    assert await sessions.path_end(session, 2) == PathEnd((said, third), 1)
    assert await sessions.path_end(session, 4) == PathEnd((first, said, third), 0)
    assert await sessions.path_to(session, said.id) == (first, said)
    assert await sessions.tree(session) == (first, said, third)
    assert await sessions.message(third.id) == third
    assert (third.parent, third.branch, third.tool_call_id, third.reasoning) == (said.id, ALONE, "1", "r")
    assert (await sessions.get(session)).messages == 3


async def test_another_child_is_a_sibling_and_chosen(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    first = await ask(sessions, session, None)
    one, two = [await answer(sessions, session, first.id) for _ in "ab"]
    below = await ask(sessions, session, one.id)
    edited = await ask(sessions, session, None)
    assert await path_ids(sessions, session) == [edited.id]
    await sessions.choose(first.id)
    assert await path_ids(sessions, session) == [first.id, one.id, below.id]
    await sessions.choose(two.id)
    assert [message.branch for message in await sessions.path(session)] == [
        Branch(index=0, count=2, next=edited.id),
        Branch(index=1, count=2, previous=one.id),
    ]
    assert (await sessions.message(two.id)).branch == Branch(index=1, count=2, previous=one.id)
    await sessions.choose(edited.id)
    again = await ask(sessions, session, below.id)
    assert await path_ids(sessions, session) == [first.id, one.id, below.id, again.id]


async def test_a_parent_is_one_of_the_sessions_messages(sessions: SessionStore) -> None:
    session, other = (await sessions.create()).id, (await sessions.create()).id
    elsewhere = await ask(sessions, other, None)
    gone = await ask(sessions, session, None)
    await sessions.delete_message(gone.id)
    for parent in ("msg_no", elsewhere.id, gone.id, "\ud800"):
        with pytest.raises(InvalidRequest, match="`parent`") as caught:
            await ask(sessions, session, parent)
        assert caught.value.param == "parent"
    with pytest.raises(SessionNotFound):
        await ask(sessions, "ses_no", None)
    with pytest.raises(MessageNotFound, match="belongs to another"):
        await sessions.path_to(session, elsewhere.id)
    assert await sessions.path(session) == ()


async def test_an_id_is_there_once(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    new = NewMessage(session=session, parent=None, role="user", id="msg_mine")
    assert (await sessions.add(new)).id == "msg_mine"
    with pytest.raises(InvalidRequest, match="which another message has") as caught:
        await sessions.add(new)
    assert caught.value.param == "id"
    assert len(await sessions.tree(session)) == 1


async def test_an_answer_is_kept_while_it_comes_and_when_it_ends(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    question = await ask(sessions, session, None)
    settings = SessionSettings(model="preset", logprobs=1)
    begun = await sessions.add(
        NewMessage(
            session=session, parent=question.id, role="assistant", model="x", settings=settings, status="streaming"
        )
    )
    assert begun.settings == settings
    await sessions.progress(begun.id, MessageProgress(content="an", reasoning="a thought", tool_calls=END.tool_calls))
    partial = (await sessions.path(session))[-1]
    assert (partial.status, partial.content, partial.reasoning) == ("streaming", "an", "a thought")
    assert partial.tool_calls == END.tool_calls
    before_s = (await sessions.get(session)).updated_s
    ended = await sessions.finish(begun.id, END)
    for name in MessageEnd.__struct_fields__:
        assert getattr(ended, name) == getattr(END, name), name
    assert ended == await sessions.message(begun.id)
    assert (ended.created_s, ended.settings, ended.parent) == (begun.created_s, settings, question.id)
    assert (await sessions.path(session))[-1].logprobs is None
    assert (await sessions.get(session)).updated_s > before_s


async def test_a_model_that_is_not_told_stays(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    new = NewMessage(session=session, parent=None, role="assistant", model="tiny", status="streaming")
    begun = await sessions.add(new)
    ended = await sessions.finish(begun.id, MessageEnd(status="stopped", content="a"))
    assert (ended.model, ended.status, ended.usage, ended.logprobs) == ("tiny", "stopped", None, None)


async def test_a_model_may_have_a_name_that_is_no_unicode(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    begun = await answer(sessions, session, (await ask(sessions, session, None)).id)
    ended = await sessions.finish(begun.id, MessageEnd(status="complete", model="m\udcff"))
    assert ended.model == "m\N{REPLACEMENT CHARACTER}"


async def test_what_has_ended_cannot_grow_until_it_is_reopened(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    question = await ask(sessions, session, None)
    begun = await answer(sessions, session, question.id)
    with pytest.raises(TurnRunning, match="is being written"):
        await sessions.reopen(begun.id)
    await sessions.finish(begun.id, END)
    with pytest.raises(InvalidRequest, match="has ended"):
        await sessions.progress(begun.id, MessageProgress())
    again = await sessions.reopen(begun.id)
    assert (again.status, again.content, again.reasoning_s) == ("streaming", "an answer", END.reasoning_s)
    assert (again.usage, again.finish_reason, again.error) == (None, None, None)
    await sessions.progress(begun.id, MessageProgress(content="an answer that"))
    await sessions.finish(begun.id, MessageEnd(status="complete", content="an answer that goes on"))
    assert [hit.message for hit in await sessions.search("goes")] == [begun.id]
    with pytest.raises(InvalidRequest, match="only an answer can go on"):
        await sessions.reopen(question.id)


async def test_what_nobody_writes_is_interrupted_and_who_does_goes_on(
    sessions: SessionStore, database: Database
) -> None:
    session = (await sessions.create()).id
    question = await ask(sessions, session, None)
    one, two, three = [await answer(sessions, session, question.id, "so far") for _ in range(3)]
    await sessions.finish(three.id, END)
    assert await sessions.interrupt_orphans() == 2
    assert await sessions.interrupt_orphans() == 0
    assert [m.status for m in await sessions.tree(session)] == ["complete", "interrupted", "interrupted", "complete"]
    assert {hit.message for hit in await sessions.search("far")} == {one.id, two.id}
    await sessions.progress(one.id, MessageProgress(content="so far so good"))
    assert (await sessions.message(one.id)).status == "streaming"
    assert {hit.message for hit in await sessions.search("far")} == {two.id}
    await database.run(check_database)


async def test_a_message_that_is_not_there_is_named(sessions: SessionStore) -> None:
    for name in ("msg_no", "\ud800"):
        for call in (
            sessions.message,
            sessions.choose,
            sessions.reopen,
            sessions.delete_message,
            sessions.restore_message,
            lambda one: sessions.progress(one, MessageProgress()),
            lambda one: sessions.finish(one, END),
        ):
            with pytest.raises(MessageNotFound):
                await call(name)


async def test_half_a_surrogate_pair_loses_nothing_else(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    begun = await answer(sessions, session, (await ask(sessions, session, None, "a\ud83d")).id)
    calls = (ToolCall("1", "a", "\ude00b"),)
    ended = await sessions.finish(begun.id, MessageEnd(status="complete", content="\ude00c", tool_calls=calls))
    assert (ended.content, ended.tool_calls[0].arguments) == ("�c", "�b")
    assert (await sessions.path(session))[0].content == "a�"


async def test_a_path_may_be_as_long_as_it_likes(sessions: SessionStore, database: Database) -> None:
    made = await sessions.create()
    first = await ask(sessions, made.id, None)
    chain = tuple(
        msgspec.structs.replace(first, id=f"{number}", parent=f"{number - 1}" if number else None, content=f"{number}")
        for number in range(1100)
    )
    session = (await sessions.add_copy(SessionCopy(session=made, messages=chain))).id
    path = await sessions.path(session)
    assert [message.content for message in path] == [message.content for message in chain]
    assert await sessions.path_to(session, path[-1].id) == path
    await ask(sessions, session, path[-1].id)
    await sessions.delete_message(path[0].id)
    assert await sessions.path(session) == ()
    await sessions.restore_message(path[0].id)
    assert len(await sessions.path(session)) == 1101
    await database.run(check_database)


async def test_a_message_with_very_many_siblings_is_as_large_as_any(sessions: SessionStore) -> None:
    session = (await sessions.create()).id
    above = await ask(sessions, session, None)
    made = [await answer(sessions, session, above.id) for _ in range(500)]
    tree = await sessions.tree(session)
    assert [one.branch.index for one in tree[1:]] == list(range(500))
    assert tree[250].branch == Branch(index=249, count=500, previous=made[248].id, next=made[250].id)
    assert len(msgspec.json.encode(tree)) < 1.1 * sum(len(msgspec.json.encode(one)) for one in made)
    assert await sessions.message(made[249].id) == tree[250]
