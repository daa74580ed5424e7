"""A struct as the JSON body of an answer."""

from __future__ import annotations

import msgspec
from starlette.responses import Response


def json_response(answer: msgspec.Struct, status: int = 200) -> Response:
    """Return `answer` as JSON that nobody stores."""
    return Response(msgspec.json.encode(answer), status, {"cache-control": "no-store"}, "application/json")
