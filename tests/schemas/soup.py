"""Schemas that nobody would write: keywords thrown together, so that they meet in ways that nobody thought of."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

Schema = Any

_SIMPLE: tuple[Schema, ...] = (
    *(True, {"type": "null"}, {"type": "boolean"}, {"const": "a"}, {"const": [1]}, {"const": {"a": 1}}),
    {"type": "integer", "minimum": 0, "maximum": 9},
)
_TYPES: tuple[Any, ...] = (
    *("string", "integer", "number", "array", "object", "object"),
    *(["string", "null"], ["integer", "array"], ["object", "boolean"]),
)
_LIMITS = (0, 1, -1, 2, 5, 0.5, -0.5, 10, 99, 1.0, 2.5)
_PATTERNS = ("^a", "b$", "^[a-c]*$", "x", "^.{1,2}$", "^a|b$", "^(ab|c)+$")
_VALUES: tuple[Any, ...] = (1, 2, "a", "ab", "abc", None, 0.5, [1], [], {"a": 1}, {}, {"a": 1, "b": 2}, True)


def soup(number: int) -> Schema:
    """Return the schema of this number, the same one every time."""
    chance = random.Random(number)  # noqa: S311 - the same ones every time
    schema = _Soup(chance, {}).schema(2)
    if '"$ref"' in json.dumps(schema):
        schema = {"$defs": {name: _Soup(chance, {}).schema(1) for name in "pqr"}, **schema}
    return schema


class _Soup:
    def __init__(self, chance: random.Random, keywords: dict[str, Any]) -> None:
        self._chance = chance
        self._keywords = keywords

    def schema(self, depth: int) -> Schema:
        """Return a schema; one of no `depth` has few others in it."""
        if depth <= 0 and self._chance.random() < 0.5:
            return self._pick(_SIMPLE)
        inner = _Soup(self._chance, {})
        return inner.fill(depth)

    def fill(self, depth: int) -> Schema:
        type_ = self._pick(_TYPES)
        self._put("type", 0.75, lambda: type_)
        fill = {"string": self._text, "array": self._array, "object": self._object}
        fill.get(type_ if isinstance(type_, str) else type_[0], self._number)(depth - 1)
        if depth > 0:
            self._put("anyOf", 0.15, lambda: self._some(depth - 1))
            self._put("oneOf", 0.1, lambda: self._some(depth - 1))
            self._put("allOf", 0.2, lambda: self._some(depth - 1))
            self._put("$ref", 0.08, lambda: f"#/$defs/{self._pick('pqr')}")
        self._put("enum", 0.08, lambda: self._chance.sample(_VALUES, 4))
        self._put("const", 0.03, lambda: self._pick(_VALUES))
        names = list(self._keywords)
        self._chance.shuffle(names)
        return {name: self._keywords[name] for name in names}

    def _number(self, _: int) -> None:
        for keyword in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"):
            self._put(keyword, 0.35, lambda: self._pick(_LIMITS))
        self._put("multipleOf", 0.3, lambda: self._pick((1, 2, 3, 0.5, 0.1, 2.5, 1.0)))

    def _text(self, _: int) -> None:
        self._put("minLength", 0.4, lambda: self._pick((0, 1, 2)))
        self._put("maxLength", 0.6, lambda: self._pick((1, 2, 4, 12)))
        self._put("pattern", 0.4, lambda: self._pick(_PATTERNS))
        self._put("format", 0.15, lambda: self._pick(("date", "ipv4", "uuid", "time")))

    def _array(self, depth: int) -> None:
        self._put("items", 0.6, lambda: self.schema(depth))
        self._put("prefixItems", 0.3, lambda: self._some(depth))
        self._put("minItems", 0.4, lambda: self._pick((0, 1, 2)))
        self._put("maxItems", 0.7, lambda: self._pick((0, 1, 2, 3)))

    def _object(self, depth: int) -> None:
        others = (False, False, True, {"type": "null"}, {"type": "integer", "minimum": 3, "maximum": 7})
        self._put("properties", 0.7, lambda: {name: self.schema(depth) for name in self._names("abc")})
        self._put("required", 0.4, lambda: self._names("abz"))
        self._put("additionalProperties", 0.6, lambda: self._pick(others))
        self._put("patternProperties", 0.25, lambda: {self._pick(("^a", "^x", "b")): self.schema(depth)})
        self._put("minProperties", 0.2, lambda: self._pick((0, 1, 2, 3)))
        self._put("maxProperties", 0.2, lambda: self._pick((0, 1, 2, 3)))

    def _some(self, depth: int) -> list[Schema]:
        return [self.schema(depth) for _ in range(self._pick((1, 2)))]

    def _names(self, letters: str) -> list[str]:
        return self._chance.sample(letters, self._pick((1, 2)))

    def _put(self, keyword: str, likelihood: float, value: Callable[[], Any]) -> None:
        if self._chance.random() < likelihood:
            self._keywords[keyword] = value()

    def _pick(self, options: Any) -> Any:
        return self._chance.choice(options)
