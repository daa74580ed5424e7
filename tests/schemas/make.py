"""JSON Schemas of growing complexity, the same ones every time, none of which lets a document go on for long."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from tests.schemas.case import Case

Schema = Any
_LEVELS = 9

_KEYS = (
    *("id", "name", "kind", "count", "größe", "名前", "🦉", "a b", "it's", 'say "hi"', "back\\slash", "a/b", "til~de"),
    *("$ref", "type", "properties", "required", "enum", "line\nbreak", "", "__proto__", "0", "ключ", "é"),
)
"""Names of properties, among them those of keywords, and what JSON pointers or JSON itself have to escape."""

_PATTERNS = (
    *("^[A-Z]{2}-[0-9]{3}$", "^(yes|no|maybe)$", "^[0-9a-f]{8}$", "^\\d{4}/\\d{2}$", "^[^\\s]{1,6}$", "^a{2}b{0,3}c?$"),
    *("^[^a-zA-Z0-9]{2}$", "^#[0-9A-Fa-f]{6}$", "^(?:[a-z]{1,4}\\.){1,2}(com|org)$", "^\\+?[1-9][0-9]{1,5}$"),
    *('^"[a-z]{1,3}"$', "^[äöü]{1,4}$", "^(a|b(c|d)){1,3}$", "^\\\\[nrt]$", "^$"),
)
_FORMATS = {
    "date": None,
    "uuid": None,
    "ipv4": None,
    "ipv6": None,
    "time": 20,
    "date-time": 32,
    "duration": 14,
    "email": 24,
    "hostname": 20,
    "uri": 30,
}
"""With the most characters that are asked for where the format alone has no end."""

_VALUES: tuple[Any, ...] = (
    *("red", "", "two words", 'quo"te', "日本", "🦉🦉", "a\\b", "tab\there", "é", "null"),
    *(0, 7, -3, 12345, 0.5, -2.25, True, False, None, [], {}, [1, [2]], {"a": None}, ["x", {"y": [0]}]),
)


def made(count: int) -> Iterator[Case]:
    """Yield `count` schemas that have to be answered, the simplest first."""
    for number in range(count):
        level = number * _LEVELS // count
        maker = _Maker(random.Random(number), level)  # noqa: S311 - the same ones every time
        yield Case(f"{number:03}-level-{level}", maker.whole())


class _Maker:
    """Makes one schema. `level` says how deep it may nest, and how much of it there may be."""

    def __init__(self, chance: random.Random, level: int) -> None:
        self._chance = chance
        self._level = level
        self._left = 2 + 2 * level
        self._definitions: dict[str, Schema] = {}

    def whole(self) -> Schema:
        """Return the schema, with its definitions."""
        depth = self._level // 2
        schema = self._any(depth)
        if self._level == _LEVELS - 1 and self._chance.random() < 0.5:
            schema = self._deep(schema)
        if self._definitions:
            schema = {"$defs": self._definitions, **schema} if self._coin() else {**schema, "$defs": self._definitions}
        return self._annotated(schema)

    def _any(self, depth: int) -> Schema:
        self._left -= 1
        if depth <= 0 or self._left <= 0:
            return self._one_of(self._leaves())()
        return self._one_of(self._nodes())(depth - 1)

    def _leaves(self) -> list[Callable[[], Schema]]:
        simple = [self._type, self._const, self._enum, self._integer, self._number, self._string]
        return simple if self._level < 2 else [*simple, self._pattern, self._format, self._types]

    def _nodes(self) -> list[Callable[[int], Schema]]:
        simple: list[Callable[[int], Schema]] = [self._object, self._object, self._array]
        richer: list[Callable[[int], Schema]] = [
            self._tuple,
            self._any_of,
            self._one_of_kinds,
            self._map,
            self._reference,
        ]
        return simple if self._level < 4 else [*simple, *richer, self._all_of, self._chain]

    # What has no parts.

    def _type(self) -> Schema:
        return {"type": self._pick("null", "boolean")}

    def _const(self) -> Schema:
        return {"const": self._pick(*_VALUES)}

    def _enum(self) -> Schema:
        return {"enum": self._chance.sample(_VALUES, self._chance.randint(1, 6))}

    def _integer(self) -> Schema:
        low = self._chance.randint(-1000, 1000)
        high = low + self._pick(0, 1, 9, 10**6)
        if self._coin():
            return {"type": "integer", "exclusiveMinimum": low - 1, "exclusiveMaximum": high + 1}
        if self._coin():
            return {"type": "integer", "minimum": low, "maximum": high + 12, "multipleOf": self._pick(2, 5, 12)}
        return {"type": "integer", "minimum": low, "maximum": high}

    def _number(self) -> Schema:
        low = self._chance.randint(-40, 40) / 4
        step = self._pick(0.25, 0.5, 0.1, 0.01, 2.5)
        return {"type": "number", "minimum": low, "exclusiveMaximum": low + 40, "multipleOf": step}

    def _string(self) -> Schema:
        least = self._pick(0, 0, 1, 3)
        return {"type": "string", "minLength": least, "maxLength": least + self._pick(0, 1, 8)}

    def _pattern(self) -> Schema:
        return {"type": "string", "pattern": self._pick(*_PATTERNS)}

    def _format(self) -> Schema:
        name, most = self._pick(*_FORMATS.items())
        return {"type": "string", "format": name, **({} if most is None else {"maxLength": most})}

    def _types(self) -> Schema:
        types = self._chance.sample(["null", "boolean", "integer", "string"], self._chance.randint(2, 4))
        return {"type": types, "minimum": 0, "maximum": 99, "maxLength": 5}

    # What has parts.

    def _object(self, depth: int) -> Schema:
        keys = self._chance.sample(_KEYS, self._chance.randint(1, 2 + self._level // 2))
        properties = {key: self._any(depth) for key in keys}
        required = keys if self._coin() else [key for key in keys if self._coin()]
        return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}

    def _array(self, depth: int) -> Schema:
        least = self._chance.randint(0, 2)
        most = least + self._chance.randint(0, 2)
        return {"type": "array", "items": self._any(depth), "minItems": least, "maxItems": most}

    def _tuple(self, depth: int) -> Schema:
        first = [self._any(depth) for _ in range(self._chance.randint(1, 3))]
        return {"type": "array", "prefixItems": first, "items": False, "minItems": len(first)}

    def _map(self, depth: int) -> Schema:
        pattern = self._pick("^[a-z]{2}$", "^x-[0-9]{1,3}$", "^[äöü]{3}$")
        return {
            "type": "object",
            "patternProperties": {pattern: self._any(depth)},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": self._chance.randint(1, 2),
        }

    def _any_of(self, depth: int) -> Schema:
        return {"anyOf": [self._any(depth) for _ in range(self._chance.randint(1, 3))]}

    def _one_of_kinds(self, depth: int) -> Schema:
        """Alternatives that exclude one another, told apart by a property as unions mostly are."""
        kinds = self._chance.sample(["circle", "line", "text"], self._chance.randint(2, 3))
        alternatives = []
        for kind in kinds:
            properties = {"kind": {"const": kind}, f"of {kind}": self._any(depth)}
            alternatives.append({"type": "object", "properties": properties, "required": list(properties)})
        return {"oneOf": [{**one, "additionalProperties": False} for one in alternatives]}

    def _all_of(self, depth: int) -> Schema:
        low = self._chance.randint(0, 20)
        limited = {"type": "integer", "minimum": low}
        first = {"type": "object", "properties": {"a": limited, "b": self._any(depth)}, "required": ["a"]}
        second = {"properties": {"a": {"maximum": low + 30}, "b": True}, "additionalProperties": False}
        return {"allOf": [first, second]}

    def _reference(self, depth: int) -> Schema:
        name = self._pick("one", "two/halves", "til~de", "größe")
        if name not in self._definitions:
            self._definitions[name] = True
            self._definitions[name] = self._any(depth)
        if self._definitions[name] is True:
            return {"type": "null"}
        return {"$ref": "#/$defs/" + quote(name.replace("~", "~0").replace("/", "~1"), safe="~")}

    def _chain(self, depth: int) -> Schema:
        """A list whose items hold one another. It ends soon: what follows an item is one of several, mostly none."""
        name = f"item{len(self._definitions)}"
        reference = {"$ref": f"#/$defs/{name}"}
        ends = [{"type": "null"}, {"const": "end"}, {"type": "boolean"}, {"enum": [0, 1]}]
        properties = {"value": self._any(min(depth, 0)), "next": {"anyOf": [*ends, reference]}}
        self._definitions[name] = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
        return reference

    def _deep(self, schema: Schema) -> Schema:
        for _ in range(self._chance.randint(10, 40)):
            if self._coin():
                schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": 1}
            else:
                schema = {
                    "type": "object",
                    "properties": {"in": schema},
                    "required": ["in"],
                    "additionalProperties": False,
                }
        return schema

    def _annotated(self, schema: Schema) -> Schema:
        """Add what says something to people and nothing of documents."""
        said = {
            "title": "A title",
            "description": 'What it "is".',
            "$comment": "none",
            "examples": [1],
            "default": None,
        }
        names = self._chance.sample(list(said), self._chance.randint(0, 2))
        return {**{name: said[name] for name in names}, **schema}

    def _coin(self) -> bool:
        return self._chance.random() < 0.5

    def _pick(self, *options: Any) -> Any:
        return self._chance.choice(options)

    def _one_of(self, makers: list[Any]) -> Any:
        return self._chance.choice(makers)
