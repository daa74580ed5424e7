"""The Ollama API's routes that tell of models: list, describe, and which are loaded. `library_routes` changes them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva import __version__
from minerva.server.body import read
from minerva.server.ollama.answers import OllamaError
from minerva.server.ollama.describe import listed, running, shown
from minerva.server.ollama.model_answers import (
    OllamaModelAnswer,
    OllamaModels,
    OllamaRunningModels,
    OllamaVersion,
)
from minerva.server.ollama.model_schema import OllamaShowRequest
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.services import Services

API_VERSION = "0.13.0"
"""The version of Ollama whose API this is."""

BODIES = (OllamaShowRequest,)
ANSWERS = (OllamaModels, OllamaModelAnswer, OllamaRunningModels, OllamaVersion)


def add(api: APIRouter, services: Services) -> None:
    """Add the routes to `api`."""
    routes = _Routes(services)

    def route(method: str, path: str, endpoint: Callable[..., Awaitable[Response]], **about: Any) -> None:
        api.add_api_route(path, endpoint, methods=[method], **operation(error=OllamaError, **about))

    route("GET", "/tags", routes.tags, answer=OllamaModels)
    route("POST", "/show", routes.show, answer=OllamaModelAnswer, body=OllamaShowRequest)
    route("GET", "/ps", routes.ps, answer=OllamaRunningModels)
    route("GET", "/version", routes.version, answer=OllamaVersion)
    for path, endpoint in (("/tags", routes.tags), ("/version", routes.version)):
        api.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)


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
        file, preset, header = await self._services.catalog.header(body.wanted)
        defaults = await asyncio.to_thread(self._services.registry.defaults, file)
        return json_response(shown(file, header, preset, defaults, verbose=body.verbose is True))

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
