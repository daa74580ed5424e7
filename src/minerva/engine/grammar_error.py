"""What llguidance says of a grammar it does not take, in a sentence, with the place in the schema that it means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_MOST_CHARACTERS = 600
_EXCERPT = re.compile(r"\n\s*\d+ \| .*|\n<(?:non-verbose/|state)>.*", re.DOTALL)
_IN_SCHEMA = re.compile(r".*?failed to compile JSON schema: ", re.DOTALL)

_UNKNOWN_KEYS = re.compile(r"Unimplemented keys: (\[.*\])")
_UNKNOWN_FORMAT = re.compile(r"Unknown format: (.+)")
_REQUIRED = re.compile(r"required property '(.+)' is unsatisfiable")
_BOUND = re.compile(r"(\w+) \((-?[\d.]+)\)")

_OF_SCHEMAS = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
"""Keywords whose values map names to schemas; a name there is no keyword, whatever it is."""

_OF_VALUES = {"const", "enum", "default", "examples"}
"""Keywords whose values are no schemas."""


def explain(grammar: str, error: str) -> str:
    """Return the reason in `error`, and the path of the keyword if it is about one of the schemas in `grammar`."""
    reason = _EXCERPT.sub("", error)
    about_schema = _IN_SCHEMA.match(reason)
    if about_schema is not None:
        reason = reason[about_schema.end() :]
        path = _located(grammar, reason)
        reason = reason if path is None else f"{reason} (at `#{path}`)"
    return " ".join(reason.split())[:_MOST_CHARACTERS]


def _located(grammar: str, reason: str) -> str | None:
    """Return `_locate`'s path; a schema may be odd in any way, and then the reason is given without a place."""
    try:
        return _locate(grammar, reason)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None


def _locate(grammar: str, reason: str) -> str | None:
    """Return the JSON pointer of the first keyword that `reason` may mean."""
    for schema in _schemas_of(grammar):
        for path, node in _walk(schema, ""):
            keyword = _guilty(node, reason)
            if keyword is not None:
                return f"{path}/{keyword}"
    return None


def _schemas_of(grammar: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    for found in re.finditer(r"%json\s+", grammar):
        try:
            yield decoder.raw_decode(grammar, found.end())[0]
        except (ValueError, RecursionError):
            continue


def _walk(node: Any, path: str, *, names: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema in `node` with its path, outer ones first; `names` says that `node` maps names to schemas."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(item, f"{path}/{index}")
    elif isinstance(node, dict):
        if not names:
            yield path, node
        for key, value in node.items():
            if names or key not in _OF_VALUES:
                yield from _walk(value, f"{path}/{_escape(key)}", names=not names and key in _OF_SCHEMAS)


def _guilty(schema: dict[str, Any], reason: str) -> str | None:
    if found := _UNKNOWN_KEYS.search(reason):
        keys = json.loads(found[1])
        return _escape(keys[0]) if keys and all(key in schema for key in keys) else None
    if found := _UNKNOWN_FORMAT.search(reason):
        return "format" if schema.get("format") == found[1] else None
    if found := _REQUIRED.search(reason):
        return "required" if found[1] in schema.get("required", ()) else None
    bounds: list[tuple[str, str]] = _BOUND.findall(reason)
    if bounds and all(key in schema and float(schema[key]) == float(value) for key, value in bounds):
        return bounds[0][0]
    return None


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
