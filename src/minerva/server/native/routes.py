"""Minerva's own API: what the other APIs have no words for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva import __version__
from minerva.core.model import LoadedModel
from minerva.server.body import read
from minerva.server.native.schema import (
    LoadRequest,
    Models,
    RunningModels,
    Stopped,
    StopRequest,
    Version,
    running,
)
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import unless_gone
from minerva.service.catalog import ModelDetails
from minerva.service.services import Services

BODIES = (LoadRequest, StopRequest)
ANSWERS = (Models, ModelDetails, RunningModels, Stopped, LoadedModel, Version)


def router(services: Services) -> APIRouter:
    """Return the routes below /api/minerva/v1."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    post, get = ["POST"], ["GET"]
    api.add_api_route("/models", routes.models, methods=get, **operation(Models))
    api.add_api_route("/models/{model:path}", routes.model, methods=get, **operation(ModelDetails, path=["model"]))
    api.add_api_route("/ps", routes.ps, methods=get, **operation(RunningModels))
    api.add_api_route("/load", routes.load, methods=post, **operation(LoadedModel, LoadRequest))
    api.add_api_route("/stop", routes.stop, methods=post, **operation(Stopped, StopRequest))
    api.add_api_route("/version", routes.version, methods=get, **operation(Version))
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def models(self) -> Response:
        """List the models on disk, and the files that look like models and cannot be used."""
        catalog = self._services.catalog
        found = await catalog.models()
        folders = tuple(str(folder) for folder in self._services.registry.folders)
        return json_response(Models(found.models, found.invalid, folders, await catalog.default()))

    async def model(self, request: Request) -> Response:
        """Describe a model: its header, its chat template, the memory it would take."""
        model: str = request.path_params["model"]
        if not model:
            return await self.models()
        return json_response(await self._services.catalog.details(model))

    async def ps(self) -> Response:
        """List the models in memory, and say what memory there is and what is left of it."""
        catalog = self._services.catalog
        return json_response(RunningModels([running(loaded) for loaded in catalog.loaded()], catalog.memory()))

    async def load(self, request: Request) -> Response:
        """Load a model and answer when it is ready."""
        body = await read(request, LoadRequest)
        load = self._services.catalog.load(body.model or None, body.keep_alive)
        return json_response(await unless_gone(request.receive, load))

    async def stop(self, request: Request) -> Response:
        """Unload a model as soon as its running requests are done."""
        body = await read(request, StopRequest)
        return json_response(Stopped(await unless_gone(request.receive, self._services.catalog.stop(body.model))))

    async def version(self) -> Response:
        """Say which program answers."""
        return json_response(Version(__version__))
