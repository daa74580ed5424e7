"""Answers as JSON bodies."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec
import pytest
from starlette.responses import Response
from starlette.types import Message

from minerva.server.reply import json_response, long_json_response


class Row(msgspec.Struct, frozen=True, tag_field="object", tag="row"):
    numbers: list[float]


class Rows(msgspec.Struct, frozen=True, tag_field="object", tag="list"):
    data: list[Row]
    model: str
    note: str | msgspec.UnsetType = msgspec.UNSET


async def sent_by(response: Response) -> list[Message]:
    """Return what `response` sends."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        raise AssertionError("nobody is asked")

    await response({"type": "http"}, receive, send)
    return sent


@pytest.mark.parametrize("model", ["m", 'data":[]\0,\n"'])
@pytest.mark.parametrize("count", [0, 1, 3])
async def test_a_long_answer_is_the_same_in_parts_and_is_made_in_a_thread(count: int, model: str) -> None:
    rows = [Row([number / 3, 1.0]) for number in range(count)]
    threads = set[int]()

    def made() -> Iterator[Row]:
        for row in rows:
            threads.add(threading.get_ident())
            yield row

    start, *parts = await sent_by(await long_json_response(Rows([], model), "data", made()))
    plain, whole = await sent_by(json_response(Rows(rows, model)))
    assert (start["status"], sorted(start["headers"])) == (plain["status"], sorted(plain["headers"]))
    assert b"".join(part["body"] for part in parts) == whole["body"]
    assert [part["more_body"] for part in parts] == [True, False]
    assert len(threads) == min(count, 1)
    assert threading.get_ident() not in threads


async def test_parts_are_neither_long_nor_many() -> None:
    rows = [Row([1.0] * 1000)] * 200
    start, *parts = await sent_by(await long_json_response(Rows([], "m"), "data", rows))
    assert msgspec.json.decode(b"".join(part["body"] for part in parts), type=Rows) == Rows(rows, "m")
    assert 10 < len(parts) < 20
    assert max(len(part["body"]) for part in parts) < 2 * 64 * 1024
    assert dict(start["headers"])[b"content-length"] == str(sum(len(part["body"]) for part in parts)).encode()


async def test_an_error_on_the_way_is_raised_before_anything_is_sent() -> None:
    def made() -> Iterator[Row]:
        yield Row([1.0])
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await long_json_response(Rows([], "m"), "data", made())
