"""The server's own OpenAPI document: which routes there are, what their bodies look like, and their answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

Schema = dict[str, Any]
_PREFIX = "#/components/schemas/"
_MOST_REFERENCES = 20


@dataclass(frozen=True)
class Route:
    """`path` has its variables in braces; `body` is the schema of its JSON body, `None` for a route without one."""

    method: str
    path: str
    body: Schema | None

    def __str__(self) -> str:
        """As it is printed in tables."""
        return f"{self.method} {self.path}"


class Document:
    """Read from `/openapi.json`."""

    def __init__(self, document: Schema) -> None:
        """Keep it: `content` is all of it."""
        self.content = document
        self._paths: dict[str, dict[str, Any]] = document["paths"]
        self._schemas: dict[str, Schema] = document["components"]["schemas"]
        self._judges: dict[tuple[str, str], Any] = {}

    def routes(self) -> Iterator[Route]:
        """Yield every route that is described, whoever added it."""
        for path, methods in self._paths.items():
            for method, operation in methods.items():
                content = operation.get("requestBody", {}).get("content", {})
                yield Route(method.upper(), path, content.get("application/json", {}).get("schema"))

    def resolved(self, schema: Schema) -> Schema:
        """Follow the references of `schema` itself."""
        for _ in range(_MOST_REFERENCES):
            if "$ref" not in schema:
                break
            schema = self._schemas[schema["$ref"].removeprefix(_PREFIX)]
        return schema

    def properties(self, schema: Schema) -> dict[str, Schema]:
        """Return the fields of a body."""
        found: dict[str, Schema] = self.resolved(schema).get("properties", {})
        return found

    def answer_faults(self, route: Route, kind: str, answer: Any) -> list[str]:
        """Return where `answer`, or the data of a frame, is not what the document says of the media type `kind`."""
        judge = self._judge(route, kind)
        worst = None if judge is None else best_match(judge.iter_errors(answer))
        return [] if worst is None else [f"not as described: {worst.json_path}: {worst.message[:200]}"]

    def _judge(self, route: Route, kind: str) -> Any:
        key = (str(route), kind)
        if key not in self._judges:
            operation = self._paths.get(route.path, {}).get(route.method.lower(), {})
            content = operation.get("responses", {}).get("200", {}).get("content", {})
            schema = content.get(kind, {}).get("schema")
            whole = {**(schema or {}), "components": self.content["components"]}
            self._judges[key] = None if schema is None else Draft202012Validator(whole)
        return self._judges[key]
