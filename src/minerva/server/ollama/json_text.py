"""JSON as text again, where a neutral request carries it so. Pure."""

from __future__ import annotations

import json

from minerva.core.errors import InvalidRequest


def json_text(value: dict[str, object], field: str) -> str:
    """Return the JSON text of `value`, with integers of any size. Raises `InvalidRequest` for NaN and the like."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise InvalidRequest(f"`{field}` has a number that is no JSON: NaN or infinite.", field) from error
