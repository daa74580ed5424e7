from __future__ import annotations

from typing import Any

import msgspec
import pytest
from starlette.requests import Request
from starlette.responses import Response

from minerva.core.errors import InvalidRequest
from minerva.core.preset import Preset
from minerva.server.native.asked import (
    download,
    one_of,
    read_bytes,
    read_struct,
    seen_revision,
    tagged,
    whole_number,
)


def request(query: str = "", body: bytes = b"", **headers: str) -> Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "query_string": query.encode(), "headers": named}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(scope, receive)


@pytest.mark.parametrize(("query", "number"), [("", 20), ("n=1", 1), ("n=100", 100), ("n=007", 7)])
def test_a_number_of_the_query(query: str, number: int) -> None:
    assert whole_number(request(query), "n", 20, 100) == number


@pytest.mark.parametrize("query", ["n=", "n=0", "n=101", "n=-1", "n=1.5", "n=x", "n=%D9%A3", "n=" + "1" * 5000])
def test_a_number_out_of_range_is_refused_by_name(query: str) -> None:
    with pytest.raises(InvalidRequest, match=r"`n` is .*; it must be 1 to 100") as caught:
        whole_number(request(query), "n", 20, 100)
    assert caught.value.param == "n"


def test_a_word_of_the_query() -> None:
    assert one_of(request(), "f", ("a", "b")) == "a"
    assert one_of(request("f=b"), "f", ("a", "b")) == "b"
    with pytest.raises(InvalidRequest, match="`f` is 'c'; it must be one of 'a', 'b'"):
        one_of(request("f=c"), "f", ("a", "b"))


@pytest.mark.parametrize(
    ("said", "revision"),
    [('"3"', 3), ("3", 3), ('W/"3"', 3), ("*", None), ("", 0), (tagged(Response(), 2**48).headers["etag"], 2**48)],
)
def test_the_revision_that_was_seen(said: str, revision: int | None) -> None:
    assert seen_revision(request(if_match=said), 0) == revision


@pytest.mark.parametrize("said", ["x", '"1", "2"', '"-1"', '"' + "1" * 30 + '"'])
def test_what_is_no_revision_is_refused(said: str) -> None:
    with pytest.raises(InvalidRequest, match="If-Match"):
        seen_revision(request(if_match=said), 0)


@pytest.mark.parametrize(
    ("body", "param", "words"),
    [
        (b"", None, "empty"),
        (b"{", None, "not valid JSON"),
        (b"[]", None, "Expected `object`, got `array`"),
        (b'{"model": "m", "x": 1}', "x", "unknown field"),
        (b'{"model": 1}', "model", "Expected `str`, got `int`"),
        (b'{"model": "m", "sampling": {"top_k": 1.5}}', "sampling.top_k", "Expected `int | null`"),
        (b'{"model": "m", "sampling": {"x": 1}}', "sampling.x", "unknown field"),
        (b'{"model": "m", "messages": [{"role": "x"}]}', "messages[0].role", "Invalid enum value"),
        (b"{}", "model", "missing required field"),
        (b'{"model": NaN}', None, "not valid JSON"),
        (b'{"model": "\xff"}', None, "not valid JSON"),
        (b'{"messages":' + b"[" * 100_000, None, "not valid JSON"),
    ],
)
async def test_a_bad_body_is_refused_by_the_field(body: bytes, param: str | None, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await read_struct(request(body=body), Preset, name="p")
    assert caught.value.param == param
    assert words in caught.value.message


async def test_fields_that_are_fixed_go_before_those_of_the_body() -> None:
    preset = await read_struct(request(body=b'{"name": "q", "model": "m"}'), Preset, name="p")
    assert preset == Preset(name="p", model="m")
    assert await read_struct(request(body=msgspec.json.encode(preset)), Preset) == preset


async def test_bytes_are_taken_as_they_are() -> None:
    assert await read_bytes(request(body=b"\xff")) == b"\xff"
    with pytest.raises(InvalidRequest, match="empty"):
        await read_bytes(request())


def test_a_download_names_its_file_for_old_and_new_programs() -> None:
    said = download('grün "x"/%.txt')["content-disposition"]
    assert said == "attachment; filename=\"gr_n _x___.txt\"; filename*=UTF-8''gr%C3%BCn%20%22x%22%2F%25.txt"
    assert "\n" not in download("a\r\nb")["content-disposition"]
