"""Which keyword of a JSON Schema llguidance refuses. Its words seldom say, so parts of the schema are tried alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

_LIMIT_S = 2.0
"""How long the fault is searched for: others wait for their grammars."""

_OF_SCHEMAS = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords whose values map names to schemas; a name there is no keyword, whatever it is."""

_OF_VALUES = frozenset({"const", "enum", "default", "examples"})
"""Keywords whose values are no schemas."""

_DEFINITIONS = ("$defs", "definitions")
"""A part refers to them by their place at the root, so each is tried together with them."""

_FRAME = ("items", "properties", "type", *_DEFINITIONS)
"""What most schemas have: without it little is left to be refused, so it is suspected last."""

_OURS = "x-guidance"
"""What `chat/form.py` puts in."""

Schema = dict[str, Any]
ReasonOf = Callable[[str], str]
"""Why the text of a schema is refused; an empty string if it is not."""


def find_place(text: str, reason: str, reason_of: ReasonOf) -> str | None:
    """Return the JSON pointer of what makes `reason_of` refuse the schema `text` for `reason`; `None` if unknown.

    It is that of a keyword, or of a schema if no keyword alone is at fault.
    """
    try:
        schema = json.loads(text)
        return _Search(schema, reason, reason_of).place() if isinstance(schema, dict) else None
    except (ValueError, RecursionError):
        return None


class _Search:
    """Goes down as long as a part is refused for the same reason, then takes keywords away until it is not."""

    def __init__(self, schema: Schema, reason: str, reason_of: ReasonOf) -> None:
        self._schema = schema
        self._shared = {name: schema[name] for name in (*_DEFINITIONS, _OURS) if name in schema}
        self._reason = reason
        self._reason_of = reason_of
        self._until_s = time.monotonic() + _LIMIT_S

    def place(self) -> str | None:
        if not self._is_refused(self._schema):
            return None
        path, node = "", self._schema
        while (part := self._refused_part(node)) is not None:
            path, node = path + part[0], part[1]
        return f"{path}{self._guilty(node)}"

    def _refused_part(self, node: Schema) -> tuple[str, Schema] | None:
        return next(((path, part) for path, part in _parts(node) if self._is_refused(part)), None)

    def _guilty(self, node: Schema) -> str:
        keywords = [keyword for keyword in node if keyword != _OURS]
        for keyword in sorted(keywords, key=self._innocence):
            rest = {name: value for name, value in node.items() if name != keyword}
            # A definition is refused without it too, for it is still among the shared ones.
            if len(keywords) == 1 or (not self._is_refused(rest) and self._has_time):
                return f"/{_escape(keyword)}"
        return ""

    def _innocence(self, keyword: str) -> int:
        """Those that the reason names come first; what is the frame of any schema comes last."""
        if re.search(rf"(?<!\w){re.escape(keyword)}(?!\w)", self._reason):
            return 0
        return 2 if keyword in _FRAME else 1

    def _is_refused(self, part: Schema) -> bool:
        """Whether `part` alone is refused for the reason; never once the time is over."""
        return self._has_time and self._reason_of(json.dumps({**self._shared, **part})) == self._reason

    @property
    def _has_time(self) -> bool:
        return time.monotonic() < self._until_s


def _parts(node: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the schemas that are directly in `node`, with their paths in it."""
    for keyword, value in node.items():
        path = f"/{_escape(keyword)}"
        if isinstance(value, list):
            named = [(str(index), item) for index, item in enumerate(value)]
        elif keyword in _OF_SCHEMAS and isinstance(value, dict):
            named = [(_escape(name), item) for name, item in value.items()]
        else:
            named = []
            if isinstance(value, dict) and keyword not in {_OURS, *_OF_VALUES}:
                yield path, value
        if keyword not in _OF_VALUES:
            yield from ((f"{path}/{name}", item) for name, item in named if isinstance(item, dict))


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
