"""The Ollama API's routes that change which models there are, and what it refuses of that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.errors import InvalidRequest, ModelNotFound
from minerva.server.body import read
from minerva.server.ollama.answers import OllamaError
from minerva.server.ollama.creation import creation_of
from minerva.server.ollama.model_answers import OllamaStatus
from minerva.server.ollama.model_schema import (
    OllamaCopyRequest,
    OllamaCreateRequest,
    OllamaDeleteRequest,
    OllamaPullRequest,
)
from minerva.server.ollama.ndjson import MEDIA_TYPE
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import unless_gone
from minerva.service.services import Services

BODIES = (OllamaCreateRequest, OllamaCopyRequest, OllamaDeleteRequest, OllamaPullRequest)
ANSWERS = (OllamaStatus,)

_NOT_HERE = {
    "/push": "Models cannot be pushed from here.",
    "/blobs/{digest}": "Files cannot be sent here. Put a GGUF file into a models folder; it is found at once.",
}
"""Routes that answer with nothing but this."""


def add(api: APIRouter, services: Services) -> None:
    """Add the routes to `api`."""
    routes = _Routes(services)

    def route(method: str, path: str, endpoint: Callable[..., Awaitable[Response]], **about: Any) -> None:
        api.add_api_route(path, endpoint, methods=[method], **operation(OllamaStatus, error=OllamaError, **about))

    lines = {"chunk": OllamaStatus, "stream": MEDIA_TYPE}
    route("POST", "/create", routes.create, body=OllamaCreateRequest, **lines)
    route("POST", "/pull", routes.pull, body=OllamaPullRequest, **lines)
    route("POST", "/copy", routes.copy, body=OllamaCopyRequest)
    route("DELETE", "/delete", routes.delete, body=OllamaDeleteRequest)
    api.add_api_route("/blobs/{digest}", routes.has_blob, methods=["HEAD"], include_in_schema=False)
    for path, why in _NOT_HERE.items():
        api.add_api_route(path, _refusal(why), methods=["POST"], include_in_schema=False)


class _Routes:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def create(self, request: Request) -> Response:
        """Make a preset: another name for a model, with what requests under that name need not say."""
        body = await read(request, OllamaCreateRequest, any_type=True)
        await self._services.library.save(*creation_of(body))
        return _success(stream=body.stream is not False)

    async def pull(self, request: Request) -> Response:
        """Say that a model is here; nothing is downloaded yet."""
        body = await read(request, OllamaPullRequest, any_type=True)
        try:
            await self._services.catalog.entry(body.wanted)
        except ModelNotFound as error:
            folders = " or ".join(str(folder) for folder in self._services.registry.folders) or "a models folder"
            raise InvalidRequest(
                f"{body.wanted!r} is not here, and models cannot be downloaded yet. Put its GGUF file into {folders}; "
                "it is found at once.",
                "model",
            ) from error
        return _success(stream=body.stream is not False)

    async def copy(self, request: Request) -> Response:
        """Give a model another name. A file is not copied: its new name is that of a preset."""
        body = await read(request, OllamaCopyRequest, any_type=True)
        await self._services.library.copy(body.source, body.destination)
        return _success(stream=False)

    async def delete(self, request: Request) -> Response:
        """Delete a preset, or a model's files if they lie in Minerva's own folder of models."""
        body = await read(request, OllamaDeleteRequest, any_type=True)
        await unless_gone(request.receive, self._services.library.delete(body.wanted))
        return _success(stream=False)

    async def has_blob(self) -> Response:
        """Say that there is no such blob: none was ever sent."""
        return Response(status_code=404)


def _success(*, stream: bool) -> Response:
    done = OllamaStatus("success")
    return Response(msgspec.json.encode(done) + b"\n", media_type=MEDIA_TYPE) if stream else json_response(done)


def _refusal(why: str) -> Callable[[], Awaitable[Response]]:
    async def refuse() -> Response:
        raise InvalidRequest(why)

    return refuse
