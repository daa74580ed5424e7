"""Where the parts of a JSON Schema lie, draft 2020-12 and the older names of its keywords. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Schema = dict[str, Any]

DEFINITIONS = ("$defs", "definitions")

GUIDANCE = "x-guidance"
"""Options of llguidance, at the root. They are no part of JSON Schema."""

_OF_SCHEMAS = frozenset({"properties", "patternProperties", "dependentSchemas", *DEFINITIONS})
"""Keywords whose values map names to schemas; a name there is no keyword, whatever it is."""

_OF_VALUES = frozenset({"const", "enum", "default", "examples", GUIDANCE})
"""Keywords whose values are no schemas."""


def parts(node: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield the schemas that are directly in `node`, with their JSON pointers in it. Booleans are left out."""
    for keyword, value in node.items():
        if keyword in _OF_VALUES:
            continue
        path = f"/{escape(keyword)}"
        if isinstance(value, list):
            named = [(str(index), item) for index, item in enumerate(value)]
        elif keyword in _OF_SCHEMAS and isinstance(value, dict):
            named = [(escape(name), item) for name, item in value.items()]
        else:
            named = []
            if isinstance(value, dict):
                yield path, value
        yield from ((f"{path}/{name}", item) for name, item in named if isinstance(item, dict))


def all_parts(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Yield `schema` and every schema within it, with their JSON pointers. One may be changed when it is yielded.

    A pointer is as long as its schema is deep, so those of schemas that are still to come are not kept.
    """
    yield "", schema
    open_ = [("", parts(schema))]
    while open_:
        path, left = open_[-1]
        if (found := next(left, None)) is None:
            open_.pop()
            continue
        step, node = found
        yield path + step, node
        open_.append((path + step, parts(node)))


def required_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the members that an object must have."""
    names = schema.get("required")
    return frozenset(name for name in names if isinstance(name, str)) if isinstance(names, list) else frozenset()


def escape(key: str) -> str:
    """Return `key` as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
