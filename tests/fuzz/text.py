"""JSON as it is written, with places for what no JSON library would write."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Raw:
    """Stands for a value, and is written as it is."""

    text: str


def written(value: Any) -> str:
    """Return `value` as JSON, its `Raw` parts as they are; half a surrogate pair becomes an escape."""
    match value:
        case Raw():
            return value.text
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)}: {written(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case _:
            return json.dumps(value)
