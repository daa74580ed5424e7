"""Items and responses as they are stored, and read again. Pure."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from pydantic import Field, TypeAdapter, ValidationError

from minerva.core.errors import StorageFailed
from minerva.server.openai.responses.answers import ResponseAnswer
from minerva.server.openai.responses.items import (
    FunctionCallItem,
    FunctionOutputItem,
    InputTextPart,
    Item,
    MessageItem,
    OutputTextPart,
    ReasoningItem,
    RefusalPart,
)
from minerva.sessions.responses import StoredItem, StoredResponse

_PREFIXES: dict[type[Item], str] = {
    MessageItem: "msg_",
    FunctionCallItem: "fc_",
    FunctionOutputItem: "fco_",
    ReasoningItem: "rs_",
}
_OF_CLIENTS = {"parsed_arguments"}
"""What the official client adds for itself."""


def input_items(items: Sequence[Item], new_id: Callable[[], str]) -> list[StoredItem]:
    """Return the items of a request as they are stored: each with an id that no other of them has.

    What has none, or the one of an item before it, gets `new_id` behind its kind's prefix: pages are found by ids.
    """
    stored: dict[str, StoredItem] = {}
    for item in items:
        own = item.id if item.id and item.id not in stored else _PREFIXES[type(item)] + new_id()
        stored[own] = _input_item(item, own)
    return list(stored.values())


def _input_item(item: Item, item_id: str) -> StoredItem:
    said = item.model_dump(by_alias=True, exclude_none=True, exclude=_OF_CLIENTS)
    said |= {"id": item_id, "status": item.status or "completed"}
    if isinstance(item, MessageItem):
        said["content"] = [_part(part, item.role) for part in item.content]
    return StoredItem(item_id, msgspec.json.encode(said))


def _part(part: InputTextPart | OutputTextPart | RefusalPart, role: str) -> dict[str, Any]:
    """Return a part as that API shows one of that role; a plain text may be anybody's."""
    if isinstance(part, RefusalPart):
        return {"type": part.type, "refusal": part.refusal}
    if role == "assistant":
        return {"type": "output_text", "text": part.text, "annotations": [], "logprobs": []}
    return {"type": "input_text", "text": part.text}


def stored_response(answer: ResponseAnswer, inputs: Sequence[StoredItem]) -> StoredResponse:
    """Return a response as it is stored, with the items that it was asked with."""
    return StoredResponse(
        id=answer.id,
        previous=answer.previous_response_id,
        answer=msgspec.json.encode(answer),
        inputs=inputs,
        outputs=[StoredItem(item.id, msgspec.json.encode(item)) for item in answer.output],
    )


def read_items(bodies: Sequence[bytes]) -> list[Item]:
    """Return stored items. Raises `StorageFailed` for what this version of Minerva cannot read."""
    if not bodies:
        return []
    try:
        return _adapter().validate_json(b"[" + b",".join(bodies) + b"]")
    except ValidationError as error:
        raise StorageFailed(
            "The stored conversation has an item that this version of Minerva cannot read. Send the conversation in "
            "`input`."
        ) from error


@functools.cache
def _adapter() -> TypeAdapter[list[Item]]:
    return TypeAdapter(list[Annotated[Item, Field(discriminator="type")]])
