"""Schemas that must be refused before the first token: nothing fits them, or they ask for what cannot be enforced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.schemas.case import Case

_TEXT: dict[str, Any] = {"type": "string", "maxLength": 4}

_FAULTS: tuple[tuple[str, Any], ...] = (
    # Not enforced: silence about them would give documents that do not fit.
    ("not", {"type": "string", "not": {"const": "a"}}),
    ("if", {"if": {"type": "string"}, "then": {"maxLength": 3}, "else": {"type": "null"}}),
    ("uniqueItems", {"type": "array", "items": _TEXT, "maxItems": 3, "uniqueItems": True}),
    ("contains", {"type": "array", "items": _TEXT, "maxItems": 3, "contains": {"const": "a"}}),
    ("minContains", {"type": "array", "items": _TEXT, "maxItems": 3, "minContains": 1}),
    ("propertyNames", {"type": "object", "propertyNames": {"maxLength": 3}}),
    ("dependentRequired", {"type": "object", "dependentRequired": {"a": ["b"]}}),
    ("dependentSchemas", {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}}),
    ("dependencies", {"type": "object", "dependencies": {"a": ["b"]}}),
    ("unevaluatedProperties", {"type": "object", "unevaluatedProperties": False}),
    ("unevaluatedItems", {"type": "array", "unevaluatedItems": False}),
    ("$dynamicRef", {"$dynamicRef": "#a"}),
    ("$recursiveRef", {"$recursiveRef": "#"}),
    ("format", {"type": "string", "format": "regex"}),
    ("format", {"type": "string", "format": "idn-email", "maxLength": 9}),
    ("pattern", {"type": "string", "pattern": "^(?=a)[a-z]$"}),
    ("pattern", {"type": "string", "pattern": "^(a|b)\\1$"}),
    ("pattern", {"type": "string", "pattern": "\\bword\\b"}),
    ("oneOf", {"oneOf": [_TEXT, {"type": "string", "minLength": 2, "maxLength": 9}]}),
    ("patternProperties", {"type": "object", "patternProperties": {"^a": _TEXT, "^ab": {"type": "null"}}}),
    ("properties", {"type": "object", "properties": {"a": _TEXT, "b": _TEXT}, "maxProperties": 1, "minProperties": 0}),
    ("$ref", {"$ref": "https://schemas.example/thing.json"}),
    # What llguidance takes, and would not hold to.
    ("minProperties", {"type": "object", "additionalProperties": _TEXT, "minProperties": 2, "maxProperties": 3}),
    ("exclusiveMinimum", {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}),
    ("exclusiveMaximum", {"type": "number", "exclusiveMaximum": 2, "maximum": 2, "minimum": 1}),
    ("maximum", {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}),
    ("const", {"const": 2**53 + 1}),
    # Not well formed.
    ("$ref", {"$ref": "#/$defs/nothing"}),
    ("type", {"type": "text"}),
    ("type", {"type": 3}),
    ("enum", {"enum": "red"}),
    ("anyOf", {"anyOf": _TEXT}),
    ("required", {"type": "object", "required": "a"}),
    ("properties", {"type": "object", "properties": ["a"]}),
    ("pattern", {"type": "string", "pattern": "["}),
    ("maxLength", {"type": "string", "maxLength": -1}),
    ("minItems", {"type": "array", "minItems": 1.5}),
    ("minimum", {"type": "integer", "minimum": "0"}),
    ("multipleOf", {"type": "integer", "multipleOf": 0}),
    # Well formed, and nothing fits.
    ("enum", {"enum": []}),
    ("anyOf", {"anyOf": []}),
    ("oneOf", {"oneOf": []}),
    ("minLength", {"type": "string", "minLength": 5, "maxLength": 2}),
    ("format", {"type": "string", "format": "uuid", "maxLength": 3}),
    ("maxLength", {"type": "string", "format": "date", "maxLength": 3}),
    ("minimum", {"type": "integer", "minimum": 5, "maximum": 2}),
    ("exclusiveMinimum", {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2}),
    ("minimum", {"type": "integer", "minimum": 1, "maximum": 3, "multipleOf": 5}),
    ("minItems", {"type": "array", "items": _TEXT, "minItems": 3, "maxItems": 1}),
    ("minItems", {"type": "array", "prefixItems": [_TEXT], "items": False, "minItems": 2}),
    ("required", {"type": "object", "properties": {"a": False}, "required": ["a"]}),
    ("minProperties", {"type": "object", "minProperties": 3, "maxProperties": 1}),
    ("const", {"type": "string", "const": 5}),
    ("allOf", {"allOf": [{"type": "string"}, {"type": "integer"}]}),
)


def refused() -> Iterator[Case]:
    """Yield every fault, each in another place; its pointer is where it was put."""
    for number, (keyword, fault) in enumerate(_FAULTS):
        place, schema = _PLACES[number % len(_PLACES)](fault)
        yield Case(f"refused-{number:02}-{keyword}", schema, f"{place}/{keyword}")


def _alone(fault: Any) -> tuple[str, Any]:
    return "", fault


def _in_items(fault: Any) -> tuple[str, Any]:
    return "/items", {"type": "array", "items": fault, "minItems": 1, "maxItems": 2}


def _in_alternative(fault: Any) -> tuple[str, Any]:
    return "/anyOf/0", {"anyOf": [fault]}


def _in_definition(fault: Any) -> tuple[str, Any]:
    return "/$defs/a~1b", {"$defs": {"a/b": fault}, "$ref": "#/$defs/a~1b"}


_PLACES: tuple[Callable[[Any], tuple[str, Any]], ...] = (_alone, _in_items, _in_alternative, _in_definition)
