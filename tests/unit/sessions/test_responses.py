from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from minerva.core.errors import InvalidRequest, PreviousResponseNotFound, ResponseNotFound
from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.responses import ResponseLimits, ResponseStore, StoredItem, StoredResponse

LOG = get_logger("test")


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database() -> AsyncIterator[Database]:
    database = Database(None, LOG)
    yield database
    await database.close()


@pytest.fixture
def store(database: Database, clock: Clock) -> ResponseStore:
    return ResponseStore(database, ResponseLimits(keep_s=100, most=3, size_limit_bytes=1000), clock)


def response(name: str, previous: str | None = None, size: int = 1) -> StoredResponse:
    return StoredResponse(
        id=name,
        previous=previous,
        answer=b"x" * size,
        inputs=[StoredItem(f"in-{name}", f"{name}?".encode())],
        outputs=[StoredItem(f"out-{name}", f"{name}!".encode())],
    )


async def there(store: ResponseStore, *names: str) -> list[str]:
    found = []
    for name in names:
        try:
            await store.answer(name)
        except ResponseNotFound:
            continue
        found.append(name)
    return found


async def test_a_response_is_there_until_it_is_deleted(store: ResponseStore) -> None:
    await store.add(response("a", size=3))
    assert await store.answer("a") == b"xxx"
    assert await store.inputs("a") == [StoredItem("in-a", b"a?")]
    await store.delete("a")
    for method in (store.answer, store.inputs, store.delete):
        with pytest.raises(ResponseNotFound, match="'a' not found"):
            await method("a")
    assert await store.items(["in-a", "out-a"], 1000) == {}


async def test_a_conversation_is_all_that_was_said_in_order(store: ResponseStore) -> None:
    await store.add(response("a"))
    await store.add(response("b", "a"))
    await store.add(response("c", "b"))
    assert await store.conversation("c", 1000) == [b"a?", b"a!", b"b?", b"b!", b"c?", b"c!"]
    assert await store.conversation("b", 1000) == [b"a?", b"a!", b"b?", b"b!"]


async def test_a_conversation_without_its_beginning_is_refused_by_the_name_of_what_is_missing(
    store: ResponseStore,
) -> None:
    with pytest.raises(PreviousResponseNotFound, match="'a' not found") as caught:
        await store.conversation("a", 1000)
    assert caught.value.param == "previous_response_id"
    await store.add(response("a"))
    await store.add(response("b", "a"))
    await store.delete("a")
    assert await store.answer("b") == b"x"
    with pytest.raises(PreviousResponseNotFound, match="'a', which comes before 'b', not found"):
        await store.conversation("b", 1000)


async def test_items_are_found_by_their_ids_and_the_last_of_one_id_counts(store: ResponseStore) -> None:
    await store.add(response("a"))
    again = StoredResponse(id="b", previous=None, answer=b"", inputs=[StoredItem("in-a", b"new")], outputs=[])
    await store.add(again)
    assert await store.items(["out-a", "in-a", "nowhere"], 1000) == {"out-a": b"a!", "in-a": b"new"}


async def test_no_more_is_brought_back_than_a_request_could_send(store: ResponseStore) -> None:
    await store.add(response("a"))
    await store.add(response("b", "a"))
    assert len(await store.conversation("b", 8)) == 4
    with pytest.raises(InvalidRequest, match="8 B; at most 7 B"):
        await store.conversation("b", 7)
    assert await store.items(["in-a", "in-a", "no"], 4) == {"in-a": b"a?"}
    with pytest.raises(InvalidRequest, match="`input`"):
        await store.items(["in-a", "in-a"], 3)


async def test_what_is_old_is_forgotten_unless_it_is_continued(store: ResponseStore, clock: Clock) -> None:
    await store.add(response("a"))
    await store.add(response("b"))
    clock.now_s += 60
    await store.conversation("a", 1000)
    clock.now_s += 60
    await store.add(response("c"))
    assert await there(store, "a", "b", "c") == ["a", "c"]


async def test_of_too_many_the_longest_unused_go(store: ResponseStore, clock: Clock) -> None:
    for name in ("a", "b", "c"):
        await store.add(response(name))
        clock.now_s += 1
    await store.conversation("a", 1000)
    await store.add(response("d"))
    assert await there(store, "a", "b", "c", "d") == ["a", "c", "d"]


async def test_of_too_large_ones_the_newest_stays_whatever_its_size(store: ResponseStore, clock: Clock) -> None:
    await store.add(response("a", size=500))
    clock.now_s += 1
    await store.add(response("b", size=480))
    assert await there(store, "a", "b") == ["a", "b"]
    clock.now_s += 1
    await store.add(response("c", size=400))
    assert await there(store, "a", "b", "c") == ["b", "c"]
    clock.now_s += 1
    await store.add(response("d", size=5000))
    assert await there(store, "b", "c", "d") == ["d"]
