from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.event import Timings, TokenLogprob, Usage
from minerva.core.log import get_logger
from minerva.core.sampling import SamplingOptions
from minerva.core.session import SessionSettings
from minerva.service.transfer import Transfer
from minerva.sessions.db import Database
from minerva.sessions.records import MessageEnd, NewMessage, SessionChanges, SessionCopy
from minerva.sessions.store import SessionStore

SAMPLES = Path(__file__).parents[1] / "sessions" / "transfer" / "samples"


@pytest.fixture
async def store() -> AsyncIterator[SessionStore]:
    database = Database(None, get_logger("test"))
    yield SessionStore(database)
    await database.close()


@pytest.fixture
def transfer(store: SessionStore) -> Transfer:
    return Transfer(store)


async def _conversation(store: SessionStore) -> str:
    """A session with all there is: branches, a choice that is not the last, a file, figures, log probabilities."""
    session = await store.create(SessionSettings(model="starter", system="Be brief."), "Mine", ["one", "two"])
    await store.update(session.id, SessionChanges(pinned=True))
    file = await store.attach(session.id, "a.txt", "text/plain", b"\xffdata", "text")
    asked = await store.add(
        NewMessage(session=session.id, parent=None, role="user", content="Hi", attachments=(file.id,))
    )
    answers = [
        await store.add(NewMessage(session=session.id, parent=asked.id, role="assistant", status="streaming"))
        for _ in range(3)
    ]
    for number, answer in enumerate(answers[:2]):
        end = MessageEnd(
            status="complete",
            content=f"Answer {number}",
            reasoning="Hm",
            model="starter",
            finish_reason="stop",
            usage=Usage(5, 6),
            timings=Timings(prefill_s=0.1, decode_s=0.25),
            ttft_s=0.5,
            logprobs=(TokenLogprob(1, b"\xf0", -0.5),),
        )
        await store.finish(answer.id, end)
    await store.choose(answers[1].id)
    return session.id


def _plain(copy: SessionCopy) -> object:
    """What has to be the same after a round trip: all but ids, which are numbered here, and the revision."""
    ids = [copy.session.id, *(message.id for message in copy.messages), *copy.files]
    text = msgspec.json.encode(
        {
            "session": msgspec.structs.replace(copy.session, revision=0),
            "messages": copy.messages,
            "chosen": sorted(ids.index(one) for one in copy.chosen),
            "files": copy.files,
        }
    ).decode()
    for number, one in enumerate(ids):
        text = text.replace(one, f"id-{number}")
    return json.loads(text.replace('"streaming"', '"interrupted"'))


async def test_a_session_comes_back_as_it_was(store: SessionStore, transfer: Transfer) -> None:
    await _conversation(store)
    data = b"".join([line async for line in transfer.export_lines()])
    imported = await transfer.import_file(data)
    [session] = imported.sessions
    assert (imported.skipped, imported.left_out) == ((), ())
    before, after = [await transfer.export(one.id) for one in (await store.list()).sessions]
    assert {before.session.id, after.session.id} > {session.id}
    assert len(before.messages) == 4
    assert _plain(before) == _plain(after)
    assert [message.content for message in await store.path(session.id)] == ["Hi", "Answer 1"]


async def test_all_but_the_bin_is_exported_a_session_at_a_time(store: SessionStore, transfer: Transfer) -> None:
    ids = [(await store.create(title=f"S{number}")).id for number in range(250)]
    await store.update(ids[0], SessionChanges(archived=True))
    await store.delete(ids[1])
    lines = transfer.export_lines()
    header = await anext(lines)
    assert json.loads(header)["format"] == "minerva-sessions"
    first = await anext(lines)
    # Gone before its turn came.
    await store.delete(ids[2])
    titles = {json.loads(line)["session"]["title"] for line in [first, *[line async for line in lines]]}
    assert titles == {f"S{number}" for number in range(250)} - {"S1", "S2"}


@pytest.mark.parametrize(
    ("name", "titles", "skipped"),
    [
        ("chatgpt.json", ["Sorting in Python"], ["New chat"]),
        ("open_webui.json", ["Weather and a picture", "An old one"], ["Broken"]),
    ],
)
async def test_exports_of_others_are_imported(
    store: SessionStore, transfer: Transfer, name: str, titles: list[str], skipped: list[str]
) -> None:
    imported = await transfer.import_file((SAMPLES / name).read_bytes())
    assert [session.title for session in imported.sessions] == titles
    assert [one.title for one in imported.skipped] == skipped
    path = await store.path(imported.sessions[0].id)
    assert [message.role for message in path][:2] == ["user", "assistant"]
    hits = await store.search("lisbon" if "weather" in titles[0].lower() else "sorted")
    assert imported.sessions[0].id in {hit.session for hit in hits}


async def test_what_the_store_refuses_is_skipped_and_leaves_nothing(store: SessionStore, transfer: Transfer) -> None:
    await store.create(title="Good")
    data = b"".join([line async for line in transfer.export_lines()])
    header, line = data.splitlines(keepends=True)
    tags = line.replace(b'"tags":[]', msgspec.json.encode({"tags": ["x" * 999]})[1:-1])
    imported = await transfer.import_file(header + tags + line)
    assert [session.title for session in imported.sessions] == ["Good"]
    assert [one.title for one in imported.skipped] == ["Good"]
    assert "tag" in imported.skipped[0].reason
    assert len((await store.list()).sessions) == 2


async def test_settings_that_no_session_may_have_are_left_out_and_told(store: SessionStore, transfer: Transfer) -> None:
    sampling = SamplingOptions(temperature=9.0, top_k=3)
    session = await store.create(SessionSettings(model="m", sampling=sampling, logprobs=99), "Odd")
    asked = await store.add(NewMessage(session=session.id, parent=None, role="user", content="Hi"))
    for _ in range(2):
        settings = SessionSettings(max_tokens=-5, sampling=sampling)
        await store.add(
            NewMessage(session=session.id, parent=asked.id, role="assistant", content="Ho", settings=settings)
        )
    data = b"".join([line async for line in transfer.export_lines()])
    imported = await transfer.import_file(data)
    [made] = imported.sessions
    assert made.settings == SessionSettings(model="m", sampling=SamplingOptions(top_k=3))
    assert {message.settings for message in await store.tree(made.id)} == {
        None,
        SessionSettings(sampling=SamplingOptions(top_k=3)),
    }
    assert {(one.session, one.title) for one in imported.left_out} == {(made.id, "Odd")}
    assert [(one.field, one.messages) for one in imported.left_out] == [
        ("settings.sampling.temperature", 0),
        ("settings.logprobs", 0),
        ("settings.max_tokens", 2),
        ("settings.sampling.temperature", 2),
    ]
    assert imported.left_out[0].reason == "`settings.sampling.temperature` is 9.0; it must be 0 to 2."


async def test_a_file_of_no_known_format_changes_nothing(store: SessionStore, transfer: Transfer) -> None:
    with pytest.raises(InvalidRequest, match="Known are"):
        await transfer.import_file(b"Dear diary")
    assert (await store.list()).sessions == ()
