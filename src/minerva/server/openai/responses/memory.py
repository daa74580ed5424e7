"""What requests are reminded of, and what is kept of their answers."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, nullcontext

from minerva.core.errors import ResponseNotFound, StorageFailed
from minerva.core.event import Event, Failed, Finished
from minerva.server.openai.responses.answers import ResponseAnswer
from minerva.server.openai.responses.catalog import ResponseCatalog
from minerva.server.openai.responses.fold import ending
from minerva.server.openai.responses.items import Item, ItemReference
from minerva.server.openai.responses.narration import Narration, Shown
from minerva.server.openai.responses.schema import ResponsesRequest
from minerva.server.openai.responses.stored import input_items, read_items
from minerva.sessions.responses import ResponseStore, StoredItem

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


def inputs_of(items: Sequence[Item]) -> list[StoredItem]:
    """Return the items of a request as they are stored, with ids."""
    return input_items(items, lambda: uuid.uuid4().hex)


async def kept(
    events: AsyncGenerator[Event, None], shown: Shown, inputs: Sequence[StoredItem], catalog: ResponseCatalog
) -> AsyncGenerator[Event, None]:
    """Yield `events`, having stored the answer before its end is told: who hears of it may go on from there at once.

    Until then `catalog` shows it as it grows. What cannot be stored has failed. Nothing is stored of what the client
    does not wait for, nor of what never began.
    """
    narration = Narration(shown)
    async with aclosing(events):
        with catalog.running(narration, inputs) if shown.begun.store else nullcontext():
            async for event in events:
                was_begun = narration.begun
                told = narration.tell(event)
                if isinstance(event, Finished | Failed) and was_begun:
                    yield await _ended(event, ending(told), inputs, catalog)
                else:
                    yield event


async def _ended(
    event: Finished | Failed, answer: ResponseAnswer, inputs: Sequence[StoredItem], catalog: ResponseCatalog
) -> Finished | Failed:
    try:
        await catalog.keep(answer, inputs)
    except StorageFailed as error:
        return event if isinstance(event, Failed) else Failed(error.info())
    return event
