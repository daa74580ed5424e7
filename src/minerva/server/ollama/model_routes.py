"""The Ollama API's routes about models themselves: list, describe, and say honestly what is not there yet."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva import __version__
from minerva.core.errors import InvalidRequest, ModelNotFound
from minerva.core.model import ModelFile
from minerva.server.body import read
from minerva.server.ollama.answers import OllamaError
from minerva.server.ollama.describe import listed, running, shown
from minerva.server.ollama.model_answers import (
    OllamaModelAnswer,
    OllamaModels,
    OllamaRunningModels,
    OllamaStatus,
    OllamaVersion,
)
from minerva.server.ollama.model_schema import (
    OllamaCopyRequest,
    OllamaDeleteRequest,
    OllamaPullRequest,
    OllamaShowRequest,
)
from minerva.server.ollama.ndjson import MEDIA_TYPE
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.services import Services

API_VERSION = "0.13.0"
"""The version of Ollama whose API this is."""

BODIES = (OllamaShowRequest, OllamaPullRequest, OllamaCopyRequest, OllamaDeleteRequest)
ANSWERS = (OllamaModels, OllamaModelAnswer, OllamaRunningModels, OllamaStatus, OllamaVersion)

_NOT_HERE = {
    "/create": "Models cannot be created here yet. Send the system prompt and the options with each request.",
    "/push": "Models cannot be pushed from here.",
    "/blobs/{digest}": "Files cannot be sent here yet. Put a GGUF file into a models folder; it is found at once.",
    "/embed": "Embeddings are not supported yet.",
    "/embeddings": "Embeddings are not supported yet.",
}
"""Routes that answer with nothing but this."""


def add(api: APIRouter, services: Services) -> None:
    """Add the routes to `api`."""
    routes = _Routes(services)

    def route(method: str, path: str, endpoint: Callable[..., Awaitable[Response]], **about: Any) -> None:
        api.add_api_route(path, endpoint, methods=[method], **operation(error=OllamaError, **about))

    route("GET", "/tags", routes.tags, answer=OllamaModels)
    route("POST", "/show", routes.show, answer=OllamaModelAnswer, body=OllamaShowRequest)
    route("GET", "/ps", routes.ps, answer=OllamaRunningModels)
    route("GET", "/version", routes.version, answer=OllamaVersion)
    pull = {"answer": OllamaStatus, "chunk": OllamaStatus, "stream": MEDIA_TYPE, "body": OllamaPullRequest}
    route("POST", "/pull", routes.pull, **pull)
    route("POST", "/copy", routes.copy, answer=OllamaStatus, body=OllamaCopyRequest)
    route("DELETE", "/delete", routes.delete, answer=OllamaStatus, body=OllamaDeleteRequest)
    for path, endpoint in (("/tags", routes.tags), ("/version", routes.version)):
        api.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    api.add_api_route("/blobs/{digest}", routes.has_blob, methods=["HEAD"], include_in_schema=False)
    for path, why in _NOT_HERE.items():
        api.add_api_route(path, _refusal(why), methods=["POST"], include_in_schema=False)


class _Routes:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def tags(self) -> Response:
        """List the models that requests may name."""
        files = [file for file in (await self._services.catalog.models()).models if file.kind == "model"]
        newest_first = sorted(files, key=lambda file: file.modified_s, reverse=True)
        return json_response(OllamaModels([listed(file) for file in newest_first]))

    async def show(self, request: Request) -> Response:
        """Describe a model: its header, its chat template, what it can do."""
        body = await read(request, OllamaShowRequest, any_type=True)
        file, header = await self._services.catalog.header(body.wanted)
        return json_response(shown(file, header, verbose=body.verbose is True))

    async def ps(self) -> Response:
        """List the models in memory."""
        files = {file.name: file for file in (await self._services.catalog.models()).models}
        now = datetime.now(UTC)
        loaded = [running(model, files.get(model.model.name), now) for model in self._services.catalog.loaded()]
        latest_first = sorted(loaded, key=lambda model: model.expires_at, reverse=True)
        return json_response(OllamaRunningModels(latest_first))

    async def version(self) -> Response:
        """Say which API this is, and which program answers."""
        return json_response(OllamaVersion(API_VERSION, __version__))

    async def pull(self, request: Request) -> Response:
        """Say that a model is here; nothing is downloaded yet."""
        body = await read(request, OllamaPullRequest, any_type=True)
        try:
            await self._find(body.wanted)
        except ModelNotFound as error:
            folders = " or ".join(str(folder) for folder in self._services.registry.folders) or "a models folder"
            raise InvalidRequest(
                f"{body.wanted!r} is not here, and models cannot be downloaded yet. Put its GGUF file into {folders}; "
                "it is found at once.",
                "model",
            ) from error
        done = OllamaStatus("success")
        if body.stream is False:
            return json_response(done)
        return Response(msgspec.json.encode(done) + b"\n", media_type=MEDIA_TYPE)

    async def copy(self, request: Request) -> NoReturn:
        """Refuse: names are those of files, and those are the user's."""
        body = await read(request, OllamaCopyRequest, any_type=True)
        path = (await self._find(body.source)).paths[0]
        raise InvalidRequest(
            f"Models cannot be copied through the server yet. Link {path} to a file with the new name.", "destination"
        )

    async def delete(self, request: Request) -> NoReturn:
        """Refuse: files are the user's."""
        body = await read(request, OllamaDeleteRequest, any_type=True)
        paths = " and ".join((await self._find(body.wanted)).paths)
        raise InvalidRequest(f"Models cannot be deleted through the server yet. Delete {paths}.", "model")

    async def has_blob(self) -> Response:
        """Say that there is no such blob: none was ever sent."""
        return Response(status_code=404)

    async def _find(self, name: str) -> ModelFile:
        return await asyncio.to_thread(self._services.registry.find, name)


def _refusal(why: str) -> Callable[[], Awaitable[Response]]:
    async def refuse() -> Response:
        raise InvalidRequest(why)

    return refuse
