"""The page of routes and of the shapes they take and give, from the server's OpenAPI document."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from tools.pages.document import document, shapes
from tools.pages.markdown import code, table
from tools.pages.shapes import Schema, section, type_text

JSON = "application/json"
INTRODUCTION = """\
# Routes

What the server answers. A running server has the same as OpenAPI at `/openapi.json`, shown at `/docs`; `/` is the web
chat. What is taken of each field of the OpenAI, Ollama and Anthropic APIs: [Compatibility](compat/index.md).
"""


class Route(NamedTuple):
    """One method on one path."""

    group: str
    method: str
    path: str
    operation: Schema


def page() -> str:
    """Return the page: routes by API, then every shape."""
    groups = groupby(_routes(document()), key=lambda route: route.group)
    return "\n".join(
        [
            INTRODUCTION,
            *(f"## {name}\n\n{_table(list(routes))}" for name, routes in groups),
            "\n## Shapes\n",
            *(section(name, shape) for name, shape in shapes().items()),
        ]
    )


def _routes(described: Schema) -> Iterator[Route]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield Route(operation["tags"][0], method.upper(), path, operation)


def _table(routes: list[Route]) -> str:
    rows = ([code(f"{route.method} {route.path}"), *_cells(route.operation)] for route in routes)
    return table(["Route", "Meaning", "Takes", "Gives"], rows)


def _cells(operation: Schema) -> list[str]:
    taken, given = operation.get("requestBody", {}), operation["responses"]["200"]
    shapes = _shapes(given)
    stream = next((shape for media, shape in shapes.items() if media != JSON), "")
    gives = "; ".join(filter(None, [shapes.get(JSON), stream and f"as a stream, {stream}"])) or _files(given)
    return [operation["description"], _shapes(taken).get(JSON, "") or _files(taken), gives]


def _shapes(part: Schema) -> dict[str, str]:
    """Return links to the shapes of each media type that has any."""
    schemas = {media: content.get("schema", {}) for media, content in part.get("content", {}).items()}
    return {media: type_text(schema) for media, schema in schemas.items() if schema.keys() & {"$ref", "anyOf"}}


def _files(part: Schema) -> str:
    """Return the media types of what is a file and no JSON."""
    content = part.get("content", {})
    return " or ".join(code(media) for media, of in content.items() if of.get("schema", {}).get("format") == "binary")
