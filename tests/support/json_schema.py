"""Whether a value fits a JSON Schema: as much of it as the tests' schemas use, and an error for anything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Keyword = Callable[[Any, Any, Any, Any], bool]
"""Whether a value (first) fits what a keyword wants (second), within a schema and its root."""

_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def fits(value: Any, schema: Any, root: Any = None) -> bool:
    """Return whether `value` fits `schema`; `#/$defs/...` is looked up in `root`."""
    if isinstance(schema, bool):
        return schema
    root = schema if root is None else root
    return all(_KEYWORDS[key](value, wanted, schema, root) for key, wanted in schema.items())


def _lookup(value: Any, path: str, _schema: Any, root: Any) -> bool:
    target = root
    for name in path.removeprefix("#/").split("/"):
        target = target[name]
    return fits(value, target, root)


def _type(value: Any, wanted: Any, _schema: Any, _root: Any) -> bool:
    return any(_TYPES[name](value) for name in ([wanted] if isinstance(wanted, str) else wanted))


def _properties(value: Any, wanted: Any, _schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(fits(value[key], wanted[key], root) for key in wanted if key in value)


def _others(value: Any, wanted: Any, schema: Any, root: Any) -> bool:
    if not isinstance(value, dict):
        return True
    named, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
    others = {key for key in value if key not in named and not any(re.search(one, key) for one in patterns)}
    return all(fits(value[key], wanted, root) for key in others)


def _by_pattern(value: Any, wanted: Any, _schema: Any, root: Any) -> bool:
    return not isinstance(value, dict) or all(
        fits(value[key], wanted[one], root) for one in wanted for key in value if re.search(one, key)
    )


def _prefix(value: Any, wanted: Any, _schema: Any, root: Any) -> bool:
    return not isinstance(value, list) or all(fits(a, b, root) for a, b in zip(value, wanted, strict=False))


def _items(value: Any, wanted: Any, schema: Any, root: Any) -> bool:
    start = len(schema.get("prefixItems", ()))
    return not isinstance(value, list) or all(fits(item, wanted, root) for item in value[start:])


def _same(value: Any, wanted: Any) -> bool:
    return type(value) is type(wanted) and bool(value == wanted)


def _number(holds: Callable[[Any, Any], bool]) -> Keyword:
    return lambda value, wanted, _schema, _root: not _TYPES["number"](value) or holds(value, wanted)


def _size(kind: type[str] | type[list[Any]] | type[dict[Any, Any]], holds: Callable[[int, int], bool]) -> Keyword:
    return lambda value, wanted, _schema, _root: not isinstance(value, kind) or holds(len(value), wanted)


_KEYWORDS: dict[str, Keyword] = {
    "$ref": _lookup,
    "$defs": lambda _value, _wanted, _schema, _root: True,
    "type": _type,
    "const": lambda value, wanted, _schema, _root: _same(value, wanted),
    "enum": lambda value, wanted, _schema, _root: any(_same(value, one) for one in wanted),
    "anyOf": lambda value, wanted, _schema, root: any(fits(value, one, root) for one in wanted),
    "allOf": lambda value, wanted, _schema, root: all(fits(value, one, root) for one in wanted),
    "properties": _properties,
    "required": lambda value, wanted, _schema, _root: not isinstance(value, dict) or set(wanted) <= set(value),
    "patternProperties": _by_pattern,
    "additionalProperties": _others,
    "prefixItems": _prefix,
    "items": _items,
    "minItems": _size(list, lambda length, bound: length >= bound),
    "maxItems": _size(list, lambda length, bound: length <= bound),
    "minProperties": _size(dict, lambda length, bound: length >= bound),
    "maxProperties": _size(dict, lambda length, bound: length <= bound),
    "minLength": _size(str, lambda length, bound: length >= bound),
    "maxLength": _size(str, lambda length, bound: length <= bound),
    "pattern": lambda value, wanted, _schema, _root: not isinstance(value, str) or bool(re.search(wanted, value)),
    "minimum": _number(lambda value, bound: bool(value >= bound)),
    "maximum": _number(lambda value, bound: bool(value <= bound)),
    "exclusiveMinimum": _number(lambda value, bound: bool(value > bound)),
    "multipleOf": _number(lambda value, step: bool(value % step == 0)),
}
