"""A struct as the JSON body of an answer."""

from __future__ import annotations

import msgspec
from starlette.responses import Response


def json_response(answer: msgspec.Struct, status: int = 200) -> Response:
    """Return `answer` as JSON that nobody stores."""
    return json_bytes(msgspec.json.encode(answer), status)


def json_bytes(body: bytes, status: int = 200) -> Response:
    """Return `body`, which is JSON already, as `json_response` does."""
    return Response(body, status, {"cache-control": "no-store"}, "application/json")
