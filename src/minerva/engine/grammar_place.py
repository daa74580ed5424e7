"""Which keyword of a JSON Schema llguidance refuses. Its words seldom say, so parts of the schema are tried alone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

from minerva.core.schema_parts import DEFINITIONS, GUIDANCE, Schema, escape, parts

_LIMIT_S = 2.0
"""How long the fault is searched for: others wait for their grammars."""

_FRAME = ("items", "properties", "type", *DEFINITIONS)
"""What most schemas have: without it little is left to be refused, so it is suspected last."""

_NEEDED = re.compile(
    r"required property '(?P<name>.*)' is unsatisfiable$|(?:required item|prefixItems\[\d+\]) is unsatisfiable",
    re.DOTALL,
)
"""Says that a part is refused, and not why."""

ReasonOf = Callable[[str], str]
"""Why the text of a schema is refused; an empty string if it is not."""


def find_place(text: str, reason: str, reason_of: ReasonOf) -> tuple[str, str] | None:
    """Return the JSON pointer of what makes `reason_of` refuse the schema `text` for `reason`; `None` if unknown.

    It is that of a keyword, or of a schema if no keyword alone is at fault. With it comes `reason`, or what is behind
    it: where it says only that a part is refused, why that is.
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
        # A part refers to definitions by their place at the root, so each is tried together with them.
        self._shared = {name: schema[name] for name in (*DEFINITIONS, GUIDANCE) if name in schema}
        self._reason = reason
        self._reason_of = reason_of
        self._until_s = time.monotonic() + _LIMIT_S

    def place(self) -> tuple[str, str] | None:
        if not self._is_refused(self._schema):
            return None
        path, node = "", self._schema
        while (part := self._refused_part(node) or self._needed_part(node)) is not None:
            path, node = path + part[0], part[1]
        return f"{path}{self._guilty(node)}", self._reason

    def _refused_part(self, node: Schema) -> tuple[str, Schema] | None:
        return next(((path, part) for path, part in parts(node) if self._is_refused(part)), None)

    def _needed_part(self, node: Schema) -> tuple[str, Schema] | None:
        """Return the part that `node` is refused for, and from here on search for the reason why that one is."""
        if (needed := _NEEDED.search(self._reason)) is None:
            return None
        name = needed["name"]
        for path, part in parts(node):
            is_item = name is None and path.startswith(("/items", "/prefixItems/"))
            is_named = name is not None and path == f"/properties/{escape(name)}"
            if (is_item or is_named) and self._has_time and (reason := self._reason_of(self._alone(part))):
                self._reason = reason
                return path, part
        return None

    def _guilty(self, node: Schema) -> str:
        keywords = [keyword for keyword in node if keyword != GUIDANCE]
        for keyword in sorted(keywords, key=self._innocence):
            rest = {name: value for name, value in node.items() if name != keyword}
            # A definition is refused without it too, for it is still among the shared ones.
            if len(keywords) == 1 or (not self._is_refused(rest) and self._has_time):
                return f"/{escape(keyword)}"
        return ""

    def _innocence(self, keyword: str) -> int:
        """Those that the reason names come first; what is the frame of any schema comes last."""
        if re.search(rf"(?<!\w){re.escape(keyword)}(?!\w)", self._reason):
            return 0
        return 2 if keyword in _FRAME else 1

    def _is_refused(self, part: Schema) -> bool:
        """Whether `part` alone is refused for the reason; never once the time is over."""
        return self._has_time and self._reason_of(self._alone(part)) == self._reason

    def _alone(self, part: Schema) -> str:
        return json.dumps({**self._shared, **part})

    @property
    def _has_time(self) -> bool:
        return time.monotonic() < self._until_s
