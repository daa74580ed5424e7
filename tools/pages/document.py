"""The server's OpenAPI document, which several pages are made of."""

from functools import cache

from minerva.server.app import create_app
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings
from tools.pages.shapes import Schema


@cache
def document() -> Schema:
    """Return the document of a server without models."""
    return create_app(Services(ServiceSettings(folders=())), ServerOptions()).openapi()


def shapes() -> dict[str, Schema]:
    """Return the shapes that routes take and give, by name."""
    found: dict[str, Schema] = document()["components"]["schemas"]
    return found
