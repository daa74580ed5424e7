"""Thirty JSON Schemas of growing complexity, none of which allows a document without end."""

from __future__ import annotations

from typing import Any

_WORD: dict[str, Any] = {"type": "string", "maxLength": 8}
_DIGIT: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": 9}
_COLOUR: dict[str, Any] = {"enum": ["red", "green", "blue"]}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: Any, most: int = 3, least: int = 0) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


SCHEMAS: list[dict[str, Any]] = [
    {"type": "null"},
    {"type": "boolean"},
    {"const": "on"},
    {"enum": ["a", 1, True, None]},
    _COLOUR,
    _DIGIT,
    {"type": "integer", "minimum": -20, "maximum": 120},
    {"type": "integer", "minimum": 10, "maximum": 60, "multipleOf": 5},
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1, "multipleOf": 0.25},
    _WORD,
    {"type": "string", "minLength": 3, "maxLength": 5},
    {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
    {"type": ["boolean", "null"]},
    _array({"type": "boolean"}),
    _array(_DIGIT, most=4, least=2),
    _array(_array({"type": "null"}, most=2), most=2),
    {"type": "array", "prefixItems": [_DIGIT, {"const": "x"}], "items": False, "minItems": 2},
    {"type": "object", "properties": {}, "additionalProperties": False},
    _object(name=_WORD),
    _object(name=_WORD, age={"type": "integer", "minimum": 0, "maximum": 150}),
    {"type": "object", "properties": {"a": _DIGIT, "b": _COLOUR}, "required": ["b"], "additionalProperties": False},
    {
        "type": "object",
        "patternProperties": {"^[a-c]{1,2}$": _DIGIT},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 2,
    },
    _object(point=_object(x=_DIGIT, y=_DIGIT), colour=_COLOUR),
    _object(items=_array(_object(id=_DIGIT, tags=_array(_COLOUR, most=2)), most=2)),
    {
        "anyOf": [
            _object(kind={"const": "circle"}, radius=_DIGIT),
            _object(kind={"const": "line"}, ends=_array(_DIGIT, 2, 2)),
        ]
    },
    _object(value={"anyOf": [{"type": "null"}, _DIGIT, _WORD]}),
    {
        "allOf": [
            {"type": "object", "properties": {"a": _DIGIT}, "required": ["a"]},
            {"additionalProperties": False, "properties": {"a": {"maximum": 4}}},
        ]
    },
    {"$ref": "#/$defs/pair", "$defs": {"pair": _array({"$ref": "#/$defs/one"}, 2, 2), "one": _object(of=_COLOUR)}},
    {
        "$ref": "#/$defs/tree",
        "$defs": {
            "tree": _object(leaf={"type": "boolean"}, below={"anyOf": [{"type": "null"}, {"$ref": "#/$defs/twig"}]}),
            "twig": _object(leaf={"const": True}),
        },
    },
    _object(
        id={"type": "string", "pattern": "^[0-9a-f]{8}$"},
        customer=_object(name={"type": "string", "minLength": 1, "maxLength": 12}, vip={"type": "boolean"}),
        lines=_array(
            _object(sku={"type": "string", "pattern": "^[A-Z]{3}[0-9]{2}$"}, count=_DIGIT, price={"enum": [0.5, 1.25]}),
            most=2,
            least=1,
        ),
        note={"anyOf": [{"type": "null"}, _WORD]},
    ),
]
