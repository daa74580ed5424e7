"""Stored responses: each with what it was asked and what it answered, and after which other one it came."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence

import msgspec

from minerva.core.errors import InvalidRequest, PreviousResponseNotFound, ResponseNotFound
from minerva.core.units import format_size
from minerva.sessions.db import Database

_CHAIN = """
    WITH RECURSIVE chain (id, previous, depth) AS (
        SELECT id, previous, 0 FROM responses WHERE id = ?
        UNION ALL
        SELECT earlier.id, earlier.previous, depth + 1 FROM responses AS earlier JOIN chain
            ON earlier.id = chain.previous
    )
    SELECT id, previous FROM chain ORDER BY depth DESC
"""
"""A response and all before it, the first one first."""


class ResponseLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is kept: for so long after it was made or last continued, so many, and so many bytes together."""

    keep_s: float = 30 * 24 * 3600.0
    most: int = 10_000
    size_limit_bytes: int = 1024 * 1024 * 1024


class StoredItem(msgspec.Struct, frozen=True):
    """An item of a conversation; `body` is its JSON, the id included."""

    id: str
    body: bytes


class StoredResponse(msgspec.Struct, frozen=True, kw_only=True):
    """A response. `answer` is its JSON; `inputs` and `outputs` are what it added to the conversation of `previous`."""

    id: str
    previous: str | None
    answer: bytes
    inputs: Sequence[StoredItem]
    outputs: Sequence[StoredItem]


class ResponseStore:
    """All stored responses. Methods raise `StorageFailed` beside what they name."""

    def __init__(self, database: Database, limits: ResponseLimits, clock: Callable[[], float] = time.time) -> None:
        """Keep within `limits`; `clock` gives seconds since 1970."""
        self._database = database
        self._limits = limits
        self._clock = clock

    async def check(self) -> None:
        """Return if something can be stored now: an answer is not worth computing otherwise."""
        await self._database.run(lambda _: None)

    async def add(self, response: StoredResponse) -> None:
        """Keep `response`, and forget what is beyond the limits."""
        now_s, limits = self._clock(), self._limits
        items = [*response.inputs, *response.outputs]
        size_bytes = len(response.answer) + sum(len(item.body) for item in items)

        def work(connection: sqlite3.Connection) -> None:
            row = (response.id, response.previous, now_s, size_bytes, response.answer)
            connection.execute("INSERT INTO responses VALUES (?, ?, ?, ?, ?)", row)
            rows = (
                (response.id, position, position >= len(response.inputs), item.id, item.body)
                for position, item in enumerate(items)
            )
            connection.executemany("INSERT INTO items VALUES (?, ?, ?, ?, ?)", rows)
            _forget(connection, limits, now_s)

        await self._database.run(work)

    async def answer(self, response_id: str) -> bytes:
        """Return the JSON of a response. Raises `ResponseNotFound`."""

        def work(connection: sqlite3.Connection) -> bytes:
            found = connection.execute("SELECT answer FROM responses WHERE id = ?", (response_id,)).fetchone()
            if found is None:
                raise _not_found(response_id)
            answer: bytes = found[0]
            return answer

        return await self._database.run(work)

    async def inputs(self, response_id: str) -> list[StoredItem]:
        """Return what a response was asked with, in order. Raises `ResponseNotFound`."""

        def work(connection: sqlite3.Connection) -> list[StoredItem]:
            if connection.execute("SELECT 1 FROM responses WHERE id = ?", (response_id,)).fetchone() is None:
                raise _not_found(response_id)
            rows = connection.execute(
                "SELECT id, body FROM items WHERE response = ? AND NOT is_output ORDER BY position", (response_id,)
            )
            return [StoredItem(*row) for row in rows]

        return await self._database.run(work)

    async def delete(self, response_id: str) -> None:
        """Forget a response. Raises `ResponseNotFound`."""

        def work(connection: sqlite3.Connection) -> None:
            if connection.execute("DELETE FROM responses WHERE id = ?", (response_id,)).rowcount == 0:
                raise _not_found(response_id)

        await self._database.run(work)

    async def conversation(self, response_id: str, most_bytes: int) -> list[bytes]:
        """Return the JSON of all items up to the end of a response, the first one first; it is being continued.

        Raises `PreviousResponseNotFound` if it is not here, or one before it, without which it makes no sense, and
        `InvalidRequest` if all of it is more than `most_bytes`.
        """
        now_s = self._clock()

        def work(connection: sqlite3.Connection) -> list[bytes]:
            chain = connection.execute(_CHAIN, (response_id,)).fetchall()
            missing = chain[0][1] if chain else response_id
            if missing is not None:
                raise _gone(missing, response_id)
            ids = [(one,) for one, _ in chain]
            size = "SELECT COALESCE(SUM(LENGTH(body)), 0) FROM items WHERE response = ?"
            _check_size(
                sum(connection.execute(size, one).fetchone()[0] for one in ids), most_bytes, "previous_response_id"
            )
            connection.executemany("UPDATE responses SET used_s = ? WHERE id = ?", [(now_s, *one) for one in ids])
            query = "SELECT body FROM items WHERE response = ? ORDER BY position"
            return [body for one in ids for (body,) in connection.execute(query, one)]

        return await self._database.run(work)

    async def items(self, ids: Sequence[str], most_bytes: int) -> dict[str, bytes]:
        """Return the JSON of those items that are kept, by their ids; of several with one id the last.

        Raises `InvalidRequest` if they are more than `most_bytes`, each as often as it is in `ids`.
        """

        def work(connection: sqlite3.Connection) -> dict[str, bytes]:
            query = "SELECT body FROM items WHERE id = ? ORDER BY rowid DESC LIMIT 1"
            found: dict[str, bytes] = {}
            size_bytes = 0
            for one in ids:
                row = connection.execute(query, (one,)).fetchone() if one not in found else (found[one],)
                if row is not None:
                    found[one] = row[0]
                    size_bytes += len(row[0])
                _check_size(size_bytes, most_bytes, "input")
            return found

        return await self._database.run(work)


def _forget(connection: sqlite3.Connection, limits: ResponseLimits, now_s: float) -> None:
    """Delete what is too old, and of what is too much the longest unused; never the newest one."""
    connection.execute("DELETE FROM responses WHERE used_s < ?", (now_s - limits.keep_s,))
    count, size_bytes = connection.execute("SELECT COUNT(*), TOTAL(size_bytes) FROM responses").fetchone()
    too_much: list[tuple[int]] = []
    for row, row_bytes in connection.execute("SELECT rowid, size_bytes FROM responses ORDER BY used_s, rowid"):
        if count == 1 or (count <= limits.most and size_bytes <= limits.size_limit_bytes):
            break
        too_much.append((row,))
        count, size_bytes = count - 1, size_bytes - row_bytes
    connection.executemany("DELETE FROM responses WHERE rowid = ?", too_much)


def _check_size(size_bytes: int, most_bytes: int, param: str) -> None:
    """A few words may refer to any amount of what is stored, and all of it would have to be read."""
    if size_bytes > most_bytes:
        raise InvalidRequest(
            f"`{param}` brings back a conversation of {format_size(size_bytes)}; at most {format_size(most_bytes)} can "
            "go on. Begin a new one.",
            param,
        )


def _not_found(response_id: str) -> ResponseNotFound:
    return ResponseNotFound(
        f"Response with id {response_id!r} not found: it was deleted, it was asked for with `store` false, or it is "
        "older than what is kept."
    )


def _gone(missing: str, response_id: str) -> PreviousResponseNotFound:
    before = "" if missing == response_id else f", which comes before {response_id!r},"
    return PreviousResponseNotFound(
        f"Previous response with id {missing!r}{before} not found: it was deleted, it was asked for with `store` "
        "false, or it is older than what is kept. Send the conversation in `input`.",
        "previous_response_id",
    )
