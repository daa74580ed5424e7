"""A struct as the JSON body of an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_HEADERS = {"cache-control": "no-store"}
_GAP = b"\0"
"""Stands for what comes later. No JSON has this byte: in a string it is written as an escape."""
_PART_BYTES = 64 * 1024


def json_response(answer: msgspec.Struct, status: int = 200) -> Response:
    """Return `answer` as JSON that nobody stores."""
    return json_bytes(msgspec.json.encode(answer), status)


def json_bytes(body: bytes, status: int = 200) -> Response:
    """Return `body`, which is JSON already, as `json_response` does."""
    return Response(body, status, _HEADERS, "application/json")


async def long_json_response(answer: msgspec.Struct, field: str, items: Iterable[object]) -> Response:
    """Return `answer` as `json_response` does, with `items` for its list `field`, however long they are.

    They are made and encoded one by one, in a thread: one call of the encoder holds the interpreter, and with it every
    stream of this server, to its end. They are sent as the client takes them.
    """
    first, *others = await asyncio.to_thread(_encode_each, items)
    head, tail = msgspec.json.encode(msgspec.structs.replace(answer, **{field: [msgspec.Raw(_GAP)]})).split(_GAP)
    return _Parts([head + first, *others, tail])


class _Parts(Response):
    """A body of JSON in parts, none of which is copied to make one of them."""

    media_type = "application/json"

    def __init__(self, parts: Sequence[bytes]) -> None:
        self.status_code = 200
        self.background = None
        self._parts = parts
        self.init_headers({**_HEADERS, "content-length": str(sum(map(len, parts)))})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        *most, last = self._parts
        for part in most:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": last, "more_body": False})


def _encode_each(items: Iterable[object]) -> list[bytes]:
    """Return the items as JSON with commas between them, in parts that are neither long nor many; at least one."""
    parts, part = [], bytearray()
    for index, item in enumerate(items):
        part += b"," if index else b""
        part += msgspec.json.encode(item)
        if len(part) >= _PART_BYTES:
            parts.append(bytes(part))
            part = bytearray()
    return [*parts, bytes(part)]
