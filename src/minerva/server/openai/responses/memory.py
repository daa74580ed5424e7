"""What requests are reminded of, and what is kept of their answers."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from minerva.core.errors import ResponseNotFound, StorageFailed
from minerva.core.event import Event, Failed, Finished
from minerva.server.openai.responses.answers import ResponseAnswer
from minerva.server.openai.responses.fold import ending
from minerva.server.openai.responses.items import Item, ItemReference
from minerva.server.openai.responses.narration import Narration, Shown
from minerva.server.openai.responses.schema import ResponsesRequest
from minerva.server.openai.responses.stored import input_item, read_items, stored_response
from minerva.sessions.responses import ResponseStore

MOST_BYTES = 64 * 1024 * 1024
"""Of stored items that one request may bring back: as much as a body has that sends them."""


async def history(body: ResponsesRequest, store: ResponseStore) -> list[Item]:
    """Return the conversation that `body` continues. Raises `PreviousResponseNotFound` and `InvalidRequest`."""
    if body.previous_response_id is None:
        return []
    return read_items(await store.conversation(body.previous_response_id, MOST_BYTES))


async def given(body: ResponsesRequest, store: ResponseStore) -> list[Item]:
    """Return the items that `body` gives, those it refers to in their places.

    Raises `ResponseNotFound` and `InvalidRequest`.
    """
    places = {index: item.id for index, item in enumerate(body.input) if isinstance(item, ItemReference)}
    found = await store.items(list(places.values()), MOST_BYTES) if places else {}
    for index, item_id in places.items():
        if item_id not in found:
            raise ResponseNotFound(
                f"Item with id {item_id!r} not found: items are kept with the response that was stored with them. "
                "Send the item itself.",
                f"input[{index}].id",
            )
    read = dict(zip(found, read_items(list(found.values())), strict=True))
    return [read[item.id] if isinstance(item, ItemReference) else item for item in body.input]


async def keep(answer: ResponseAnswer, items: Sequence[Item], store: ResponseStore) -> None:
    """Store `answer`, which was asked with `items`, if it says that it is stored. Raises `StorageFailed`."""
    if answer.store:
        inputs = [input_item(item, lambda: uuid.uuid4().hex) for item in items]
        await store.add(stored_response(answer, inputs))


async def kept(
    events: AsyncGenerator[Event, None], shown: Shown, items: Sequence[Item], store: ResponseStore
) -> AsyncGenerator[Event, None]:
    """Yield `events`, having stored the answer before its end is told: who hears of it may go on from there at once.

    What cannot be stored has failed. Nothing is stored of what the client does not wait for, nor of what never began.
    """
    narration = Narration(shown)
    async with aclosing(events):
        async for event in events:
            was_begun = narration.begun
            told = narration.tell(event)
            if isinstance(event, Finished | Failed) and was_begun:
                yield await _ended(event, ending(told), items, store)
            else:
                yield event


async def _ended(
    event: Finished | Failed, answer: ResponseAnswer, items: Sequence[Item], store: ResponseStore
) -> Finished | Failed:
    try:
        await keep(answer, items, store)
    except StorageFailed as error:
        return event if isinstance(event, Failed) else Failed(error.info())
    return event
