"""Values that fit a JSON Schema of the OpenAPI document, more or less: what a careful client might send."""

from __future__ import annotations

import random
from typing import Any

from tests.fuzz.document import Document, Schema

_WORDS = ("", "a", "hello", "starter", "tiny", "mine", "user", "once upon a time", "🦉", "low", "0", "get_weather")
_DEEPEST = 5
_FAR = 1000


class Sampler:
    """Makes values; `chance` says which."""

    def __init__(self, chance: random.Random, document: Document) -> None:
        """Keep both."""
        self._chance = chance
        self._document = document

    def value(self, schema: Schema, depth: int = 0) -> Any:
        """Return a value for `schema`."""
        schema = self._document.resolved(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._chance.choice(schema["enum"])
        options = schema.get("anyOf") or schema.get("oneOf")
        if options:
            return self.value(self._chance.choice(options), depth + 1)
        return self._of_type(schema, depth)

    def _of_type(self, schema: Schema, depth: int) -> Any:
        match schema.get("type"):
            case "object":
                return self._object(schema, depth)
            case "array":
                return self._array(schema, depth)
            case "string":
                return self._chance.choice(_WORDS) or "x" * int(schema.get("minLength", 0))
            case "integer":
                return self._chance.choice([self._chance.randint(*self._range(schema)), *self._range(schema)])
            case "number":
                low, high = self._range(schema)
                return self._chance.choice([self._chance.uniform(low, high), low, high])
            case "boolean":
                return self._chance.random() < 0.5
            case "null":
                return None
            case _:
                return self._chance.choice([None, 1, "a", [], {}])

    def _range(self, schema: Schema) -> tuple[int, int]:
        low = int(_first(schema, "minimum", "exclusiveMinimum", default=0))
        open_end = max(low, 0) + self._chance.choice([2, _FAR])
        return low, int(_first(schema, "maximum", "exclusiveMaximum", default=open_end))

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        least = int(schema.get("minItems", 0))
        most = min(int(schema.get("maxItems", least + 2)), least + 2)
        count = least if depth > _DEEPEST else self._chance.randint(least, most)
        return [self.value(schema.get("items", {}), depth + 1) for _ in range(count)]

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        share = 0.0 if depth > _DEEPEST else self._chance.choice([0.0, 0.1, 0.5])
        fields = {
            name: self.value(field, depth + 1)
            for name, field in schema.get("properties", {}).items()
            if name in required or self._chance.random() < share
        }
        others = schema.get("additionalProperties")
        if isinstance(others, dict) and depth <= _DEEPEST and self._chance.random() < 0.5:
            fields[self._chance.choice(_WORDS)] = self.value(others, depth + 1)
        return fields


def _first(schema: Schema, *names: str, default: float) -> float:
    return next((float(schema[name]) for name in names if name in schema), default)
