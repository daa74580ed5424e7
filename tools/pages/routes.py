"""The page of routes and of the shapes they take and give, from the server's OpenAPI document."""

from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from minerva.server.app import create_app
from minerva.server.openai.schema import NO_OPS, NOT_YET
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings
from tools.pages.markdown import code, table
from tools.pages.shapes import Schema, reference, section

JSON, STREAM = "application/json", "text/event-stream"
INTRODUCTION = """\
# Routes

What the server answers. A running server has the same as OpenAPI at `/openapi.json`, shown at `/docs`; `/` is a small
page.
"""
NO_OPS_TEXT = (
    "\n## Fields of the OpenAI API that change nothing\n\nThey are taken, since clients send them as a habit.\n"
)
NOT_YET_TEXT = """
## Fields of the OpenAI API that are refused for now

Each is a 400 that names it, unless its value is `null` or asks for nothing.
"""


class Route(NamedTuple):
    """One method on one path."""

    group: str
    method: str
    path: str
    operation: Schema


def page() -> str:
    """Return the page: routes by API, the OpenAI API's special fields, every shape."""
    services = Services(ServiceSettings(folders=()))
    document = create_app(services, ServerOptions()).openapi()
    groups = groupby(_routes(document), key=lambda route: route.group)
    shapes = document["components"]["schemas"]
    return "\n".join(
        [
            INTRODUCTION,
            *(f"## {name}\n\n{_table(list(routes))}" for name, routes in groups),
            NO_OPS_TEXT,
            table(["Field", "Why"], ([code(name), why] for name, why in NO_OPS.items())),
            NOT_YET_TEXT,
            ", ".join(map(code, sorted(NOT_YET))) + ".",
            "\n## Shapes\n",
            *(section(name, shapes[name]) for name in shapes),
        ]
    )


def _routes(document: Schema) -> Iterator[Route]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield Route(operation["tags"][0], method.upper(), path, operation)


def _table(routes: list[Route]) -> str:
    rows = ([code(f"{route.method} {route.path}"), *_cells(route.operation)] for route in routes)
    return table(["Route", "Meaning", "Takes", "Gives"], rows)


def _cells(operation: Schema) -> list[str]:
    taken, given = _contents(operation.get("requestBody", {})), _contents(operation["responses"]["200"])
    stream = given.get(STREAM, "")
    gives = f"{given.get(JSON, '')}; as a stream, {stream}" if stream else given.get(JSON, "")
    return [operation["description"], taken.get(JSON, ""), gives]


def _contents(part: Schema) -> dict[str, str]:
    """Return a link to the shape of each media type that has one."""
    schemas = {media: content.get("schema", {}) for media, content in part.get("content", {}).items()}
    return {media: reference(schema) for media, schema in schemas.items() if "$ref" in schema}
