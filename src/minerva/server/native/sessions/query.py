"""What stands in the query and the headers of requests about sessions."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request

from minerva.core.errors import InvalidRequest
from minerva.server.native.asked import one_of, seen_revision, whole_number

_NUMBER = re.compile(r"[0-9]{1,18}")
_ARCHIVED = {"false": False, "true": True, "all": None}
_DELETED = {"false": False, "true": True}
_MOST_SESSIONS, _USUAL_SESSIONS = 500, 50
_MOST_LAST = 1000

LIST_QUERY: dict[str, dict[str, Any]] = {
    "archived": {"type": "string", "enum": list(_ARCHIVED), "default": "false"},
    "deleted": {"type": "string", "enum": list(_DELETED), "default": "false"},
    "tag": {"type": "string"},
    "before": {"type": "string", "description": "The `next` of the page before."},
    "limit": {"type": "integer", "minimum": 1, "maximum": _MOST_SESSIONS, "default": _USUAL_SESSIONS},
}
PATH_QUERY: dict[str, dict[str, Any]] = {
    "last": {
        "type": "integer",
        "minimum": 1,
        "maximum": _MOST_LAST,
        "description": "So many of the last messages; without it all.",
    }
}
MODEL_QUERY: dict[str, dict[str, Any]] = {
    "model": {"type": "string", "description": "Who goes on; without it the model that wrote the answer does."}
}
AFTER_QUERY: dict[str, dict[str, Any]] = {"after": {"type": "integer", "description": "As `Last-Event-ID`."}}


def list_options(request: Request) -> dict[str, Any]:
    """Return the arguments of `SessionStore.list` that a query says. Raises `InvalidRequest`."""
    return {
        "archived": _ARCHIVED[one_of(request, "archived", tuple(_ARCHIVED))],
        "deleted": _DELETED[one_of(request, "deleted", tuple(_DELETED))],
        "tag": request.query_params.get("tag") or None,
        "before": request.query_params.get("before") or None,
        "limit": whole_number(request, "limit", _USUAL_SESSIONS, _MOST_SESSIONS),
    }


def last_messages(request: Request) -> int | None:
    """Return how many messages of a path's end a query asks for; `None`: all. Raises `InvalidRequest`."""
    return whole_number(request, "last", 0, _MOST_LAST) or None


def after(request: Request) -> int | None:
    """Return the number of the last event that the client has, by its query or `Last-Event-ID`.

    Raises `InvalidRequest` for a query that says none. A header may be of another stream: that is no fault.
    """
    asked = request.query_params.get("after")
    if asked is not None and _NUMBER.fullmatch(asked) is None:
        raise InvalidRequest(f"`after` is {asked[:40]!r}; it must be the `id` of an event, a number.", "after")
    seen = request.headers.get("last-event-id", "") if asked is None else asked
    return int(seen) if _NUMBER.fullmatch(seen) else None


def base_revision(request: Request, said: int | None) -> int | None:
    """Return the revision that a change starts from, by `If-Match` or as the body `said`. Raises `InvalidRequest`."""
    seen = seen_revision(request, said)
    if said is not None and seen not in (said, None):
        raise InvalidRequest(f"`revision` is {said}, and `If-Match` says {seen}; send one of them.", "revision")
    return said if seen is None else seen
