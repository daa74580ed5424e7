"""All responses that can be read: those that are stored, and those whose stream has not ended yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from minerva.core.errors import InvalidRequest, ResponseNotFound
from minerva.server.openai.responses.answers import ResponseAnswer
from minerva.server.openai.responses.narration import Narration
from minerva.server.openai.responses.stored import stored_response
from minerva.sessions.responses import ResponseStore, StoredItem


class ResponseCatalog:
    """The store, and beside it what runs. Methods raise `ResponseNotFound` and `StorageFailed` beside what they name.

    The store is asked first, for a response is stored before the end of its stream is told.
    """

    def __init__(self, store: ResponseStore) -> None:
        """Nothing runs yet."""
        self._store = store
        self._running: dict[str, tuple[Narration, Sequence[StoredItem]]] = {}

    @contextmanager
    def running(self, narration: Narration, inputs: Sequence[StoredItem]) -> Iterator[None]:
        """Show the response of `narration`, which was asked with `inputs`, until the context is left."""
        response_id = narration.so_far.id
        self._running[response_id] = narration, inputs
        try:
            yield
        finally:
            del self._running[response_id]

    async def keep(self, answer: ResponseAnswer, inputs: Sequence[StoredItem]) -> None:
        """Store `answer`, which was asked with `inputs`, if it says that it is stored."""
        if answer.store:
            await self._store.add(stored_response(answer, inputs))

    async def answer(self, response_id: str) -> bytes:
        """Return the JSON of a response: as it ended, or as far as it came."""
        try:
            return await self._store.answer(response_id)
        except ResponseNotFound:
            if response_id not in self._running:
                raise
            narration, _ = self._running[response_id]
            return msgspec.json.encode(narration.so_far)

    async def inputs(self, response_id: str) -> Sequence[StoredItem]:
        """Return the items that a response was asked with."""
        try:
            return await self._store.inputs(response_id)
        except ResponseNotFound:
            if response_id not in self._running:
                raise
            _, inputs = self._running[response_id]
            return inputs

    async def delete(self, response_id: str) -> None:
        """Forget a stored response. Raises `InvalidRequest` for one that still runs."""
        try:
            await self._store.delete(response_id)
        except ResponseNotFound:
            if response_id not in self._running:
                raise
            raise InvalidRequest(
                f"Response with id {response_id!r} is still in progress. Delete it when its stream has ended; of a "
                "stream that its client closes nothing is kept."
            ) from None
