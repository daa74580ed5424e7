"""What a tool's JSON Schema says of its parameters, as far as formats need it that write values without quotes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from minerva.chat.formats.json_text import parse, quote
from minerva.chat.formats.literals import parse_python
from minerva.core.schema_parts import DEFINITIONS, required_of
from minerva.core.tools import Tool

Schema = Mapping[str, Any]

_STRING = frozenset({"string"})
_ANY: frozenset[str] = frozenset()
_MOST_STEPS = 16


class Parameters:
    """The parameters of one tool. `properties` are their schemas; `required` names those that a call must have."""

    def __init__(self, tool: Tool) -> None:
        """A schema that is no object, or no JSON, counts as one that allows anything."""
        self.schema = mapping_of(_parse(tool.parameters))
        self.properties = properties_of(self.schema)
        self.required = required_of(self.schema) & frozenset(self.properties)

    def types(self, name: str) -> frozenset[str]:
        """Return the JSON types that parameter `name` may have; the empty set if nothing is said of them."""
        return types_of(self.properties.get(name, {}), self.schema)

    def with_definitions(self, schema: Schema) -> dict[str, Any]:
        """Return a part of the schema that stands for itself: with the definitions that it may refer to."""
        return {**{key: self.schema[key] for key in DEFINITIONS if key in self.schema}, **schema}


def mapping_of(value: object) -> Schema:
    """Return `value` if it is a JSON object, else an empty one: schemas come from outside."""
    return value if isinstance(value, Mapping) else {}


def properties_of(schema: Schema) -> dict[str, Schema]:
    """Return the schemas of an object's members."""
    return {name: mapping_of(inner) for name, inner in mapping_of(schema.get("properties")).items()}


def types_of(schema: object, root: Schema) -> frozenset[str]:
    """Return the JSON types that `schema` allows; the empty set if it does not say. `root` holds its definitions."""
    return _types(mapping_of(schema), root, set(), _MOST_STEPS)


def _types(schema: Schema, root: Schema, seen: set[str], steps: int) -> frozenset[str]:
    """Do as `types_of`. Each reference is followed once, which bounds the work for any schema."""
    if isinstance(kind := schema.get("type"), str | list):
        return frozenset([kind] if isinstance(kind, str) else (one for one in kind if isinstance(one, str)))
    if "const" in schema or isinstance(schema.get("enum"), list):
        return frozenset(map(type_of, schema.get("enum", [schema.get("const")])))
    if steps == 0:
        return _ANY
    if isinstance(target := schema.get("$ref"), str) and target not in seen:
        seen.add(target)
        return _types(resolved(schema, root), root, seen, steps - 1)
    for key in ("anyOf", "oneOf", "allOf"):
        if isinstance(choices := schema.get(key), list) and choices:
            found = [_types(mapping_of(choice), root, seen, steps - 1) for choice in choices]
            if key == "allOf":
                return next(filter(None, found), _ANY)
            return frozenset().union(*found) if all(found) else _ANY
    return _ANY


def resolve(target: str, root: Schema) -> object:
    """Return what the local reference `target` (`#/$defs/name`) names in `root`; `{}` if there is no such thing."""
    found: object = root
    for step in target.removeprefix("#").split("/")[1:]:
        found = mapping_of(found).get(step.replace("~1", "/").replace("~0", "~"))
    return {} if found is None else found


def resolved(schema: object, root: Schema) -> Schema:
    """Return `schema`, or what it refers to in `root`."""
    known = mapping_of(schema)
    target = known.get("$ref")
    return mapping_of(resolve(target, root)) if isinstance(target, str) else known


def type_of(value: object) -> str:
    """Return the JSON type of a value that JSON was parsed to."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def allows(types: frozenset[str], value: object) -> bool:
    """Whether a value has one of `types`; the empty set allows all."""
    kind = type_of(value)
    if kind == "integer" and "number" in types:
        return True
    if kind == "number" and "integer" in types:
        return isinstance(value, float) and value.is_integer()
    return not types or kind in types


def json_of(text: str, types: frozenset[str]) -> str:
    """Return as JSON the value that a model wrote as `text`, without quotes, where one of `types` is expected.

    Python's way of writing values is understood as well. What can only be a string is one.
    """
    if types == _STRING:
        return quote(text)
    expected = types - _STRING
    for read in (_read_json, _read_python):
        try:
            value, written = read(text.strip())
        except ValueError:
            continue
        if allows(expected, value) and not isinstance(value, str):
            return written
    return quote(text)


def _read_json(text: str) -> tuple[object, str]:
    return parse(text), text


def _read_python(text: str) -> tuple[object, str]:
    value = parse_python(text)
    return value, json.dumps(value, ensure_ascii=False)


def _parse(text: str) -> object:
    try:
        return parse(text)
    except ValueError:
        return {}
