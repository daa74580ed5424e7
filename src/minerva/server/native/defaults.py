"""What a model is asked with by itself, as JSON: what GET gives is a file that PUT takes, here or elsewhere."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.model import InvalidFile
from minerva.core.preset import ModelDefaults
from minerva.server.body import Body
from minerva.server.native.asked import read_named, seen_revision, tagged
from minerva.server.native.schema import Deleted
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.defaults import KeptDefaults
from minerva.service.services import Services


class AllDefaults(msgspec.Struct, frozen=True):
    """The defaults of all models that have some, and the files in their folder that are none, with the reason."""

    defaults: list[KeptDefaults]
    invalid: list[InvalidFile]


BODIES: tuple[type[Body], ...] = ()
ANSWERS = (ModelDefaults, AllDefaults, Deleted)


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    one, model = "/defaults/{model:path}", ["model"]
    api.add_api_route("/defaults", routes.every, methods=["GET"], **operation(AllDefaults))
    api.add_api_route(one, routes.get, methods=["GET"], **operation(ModelDefaults, path=model))
    api.add_api_route(one, routes.put, methods=["PUT"], **operation(ModelDefaults, ModelDefaults, path=model))
    api.add_api_route(one, routes.delete, methods=["DELETE"], **operation(Deleted, path=model))
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._defaults = services.defaults

    async def every(self) -> Response:
        """List the defaults of models."""
        return json_response(AllDefaults(*await self._defaults.every()))

    async def get(self, request: Request) -> Response:
        """Return a model's defaults; their ETag is their revision, 0 if nothing is kept."""
        return _shown(await self._defaults.get(request.path_params["model"]))

    async def put(self, request: Request) -> Response:
        """Keep a model's defaults, in place of the revision that If-Match names; `*` is any.

        Every API takes them where neither a request nor the preset it names says anything.
        """
        model: str = request.path_params["model"]
        defaults = await read_named(request, ModelDefaults, "model", model)
        return _shown(await self._defaults.save(defaults, seen_revision(request, 0)))

    async def delete(self, request: Request) -> Response:
        """Forget a model's defaults, if they are still at the revision that If-Match names, where it names one."""
        model: str = request.path_params["model"]
        await self._defaults.delete(model, seen_revision(request, None))
        return json_response(Deleted(model))


def _shown(kept: KeptDefaults) -> Response:
    return tagged(json_response(kept.defaults), kept.revision)
