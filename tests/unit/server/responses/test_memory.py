"""What is kept of an answer, and when."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest

from minerva.core.errors import ErrorInfo, InvalidRequest, ResponseNotFound
from minerva.core.event import ChoiceFinished, Event, Failed, Finished, Started, TextDelta, Timings, Usage
from minerva.core.log import get_logger
from minerva.server.openai.responses.begin import begun
from minerva.server.openai.responses.catalog import ResponseCatalog
from minerva.server.openai.responses.memory import given, history, inputs_of, kept
from minerva.server.openai.responses.narration import Shown
from minerva.server.openai.responses.schema import ResponsesRequest
from minerva.sessions.db import Database
from minerva.sessions.responses import ResponseLimits, ResponseStore, StoredItem

ANSWER: list[Event] = [Started("m", 1, 0), TextDelta(0, "Hello"), ChoiceFinished(0, "stop")]
END = Finished(Usage(1, 1), Timings())
FAILED = Failed(ErrorInfo("worker_crashed", "it died", model="m"))

LOG = get_logger("test")


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database(None, LOG)
    yield database
    await database.close()


@pytest.fixture
def store(database: Database) -> ResponseStore:
    return ResponseStore(database, ResponseLimits())


@pytest.fixture
def catalog(store: ResponseStore) -> ResponseCatalog:
    return ResponseCatalog(store)


INPUTS = [StoredItem("msg_in", b"{}")]


def body(**fields: Any) -> ResponsesRequest:
    return ResponsesRequest.decode(json.dumps({"input": "Hi", **fields}).encode())


def shown(**fields: Any) -> Shown:
    return begun(body(**fields), "resp_1", 5)


async def stream(*events: Event) -> AsyncGenerator[Event, None]:
    for event in events:
        yield event


async def test_an_answer_is_stored_before_its_end_is_told(store: ResponseStore, catalog: ResponseCatalog) -> None:
    async with aclosing(kept(stream(*ANSWER, END), shown(), INPUTS, catalog)) as events:
        async for event in events:
            if event is END:
                assert json.loads(await store.answer("resp_1"))["status"] == "completed"
            else:
                with pytest.raises(ResponseNotFound):
                    await store.answer("resp_1")
    assert await store.inputs("resp_1") == INPUTS


async def test_an_answer_is_read_as_it_grows(catalog: ResponseCatalog) -> None:
    async with aclosing(kept(stream(*ANSWER, END), shown(), INPUTS, catalog)) as events:
        seen: list[Any] = []
        async for _ in events:
            seen.append(json.loads(await catalog.answer("resp_1")))
            assert await catalog.inputs("resp_1") == INPUTS
    assert [one["status"] for one in seen] == ["in_progress", "in_progress", "in_progress", "completed"]
    texts = [[(item["status"], item["content"][0]["text"]) for item in one["output"]] for one in seen]
    assert texts == [[], [("in_progress", "Hello")], [("completed", "Hello")], [("completed", "Hello")]]


async def test_what_runs_is_not_deleted_and_what_ended_is(catalog: ResponseCatalog) -> None:
    async with aclosing(kept(stream(*ANSWER, END), shown(), INPUTS, catalog)) as events:
        await anext(events)
        with pytest.raises(InvalidRequest, match="in progress"):
            await catalog.delete("resp_1")
        async for _ in events:
            pass
    await catalog.delete("resp_1")
    for gone in (catalog.answer, catalog.inputs, catalog.delete):
        with pytest.raises(ResponseNotFound):
            await gone("resp_1")


async def test_a_stream_that_its_client_leaves_is_read_no_more(catalog: ResponseCatalog) -> None:
    events = kept(stream(*ANSWER, END), shown(), INPUTS, catalog)
    await anext(events)
    await catalog.answer("resp_1")
    await events.aclose()
    with pytest.raises(ResponseNotFound):
        await catalog.answer("resp_1")


async def test_what_fails_is_stored_as_far_as_it_came_but_not_what_never_began(
    store: ResponseStore, catalog: ResponseCatalog
) -> None:
    assert [event async for event in kept(stream(FAILED), shown(), [], catalog)] == [FAILED]
    with pytest.raises(ResponseNotFound):
        await store.answer("resp_1")
    told = [event async for event in kept(stream(*ANSWER[:2], FAILED), shown(), [], catalog)]
    assert told == [*ANSWER[:2], FAILED]
    stored = json.loads(await store.answer("resp_1"))
    assert (stored["status"], stored["output"][0]["content"][0]["text"]) == ("failed", "Hello")


async def test_nothing_is_stored_or_shown_where_that_is_not_wanted(catalog: ResponseCatalog) -> None:
    async for _ in kept(stream(*ANSWER, END), shown(store=False), [], catalog):
        with pytest.raises(ResponseNotFound):
            await catalog.answer("resp_1")


async def test_what_cannot_be_stored_has_failed(database: Database, catalog: ResponseCatalog) -> None:
    await database.close()
    *_, last = [event async for event in kept(stream(*ANSWER, END), shown(), [], catalog)]
    assert isinstance(last, Failed)
    assert last.error.code == "storage_failed"
    *_, last = [event async for event in kept(stream(*ANSWER, FAILED), shown(), [], catalog)]
    assert last is FAILED


async def test_what_was_stored_is_remembered_as_a_conversation_and_by_reference(
    store: ResponseStore, catalog: ResponseCatalog
) -> None:
    asked: Any = body().input
    async for _ in kept(stream(*ANSWER, END), shown(), inputs_of(asked), catalog):
        pass
    [item] = await store.inputs("resp_1")
    assert json.loads(item.body)["content"] == [{"type": "input_text", "text": "Hi"}]
    before = await history(body(previous_response_id="resp_1"), store)
    assert [item.type for item in before] == ["message", "message"]
    reference = {"type": "item_reference", "id": "msg_10"}
    found = await given(body(input=[reference, {"role": "user", "content": "And?"}, reference]), store)
    assert [getattr(item, "role", None) for item in found] == ["assistant", "user", "assistant"]
    assert await history(body(), store) == []
