"""The items that a response was asked with, in pages (API reference, "Responses: List input items"). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.server.openai.responses.answers import InputItemPage
from minerva.sessions.responses import StoredItem

MOST = 100
_USUAL = 20
QUERY: dict[str, dict[str, Any]] = {
    "after": {"type": "string", "description": "The id of the item that the page begins behind."},
    "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": _USUAL},
    "order": {"type": "string", "enum": ["asc", "desc"], "default": "desc"},
}
"""What may stand in the query, as JSON schemas."""


def input_page(items: Sequence[StoredItem], query: Mapping[str, str]) -> InputItemPage:
    """Return the items behind `after`, the last one first unless `order` is `asc`. Raises `InvalidRequest`."""
    order = query.get("order", "desc")
    if order not in ("asc", "desc"):
        raise InvalidRequest(f"`order` is {order[:20]!r}; it must be 'asc' or 'desc'.", "order")
    limit = _limit(query.get("limit"))
    ordered = list(items) if order == "asc" else list(reversed(items))
    start = _start([item.id for item in ordered], query.get("after"))
    shown = ordered[start : start + limit]
    return InputItemPage(
        [msgspec.Raw(item.body) for item in shown],
        start + limit < len(ordered),
        shown[0].id if shown else None,
        shown[-1].id if shown else None,
    )


def _limit(text: str | None) -> int:
    if text is None:
        return _USUAL
    if not (text.isascii() and text.isdecimal() and len(text) <= 3 and 1 <= int(text) <= MOST):
        raise InvalidRequest(f"`limit` is {text[:20]!r}; it must be 1 to {MOST}.", "limit")
    return int(text)


def _start(ids: Sequence[str], after: str | None) -> int:
    if after is None:
        return 0
    if after not in ids:
        raise InvalidRequest(f"`after` is {after[:80]!r}, which is no input item of this response.", "after")
    return ids.index(after) + 1
