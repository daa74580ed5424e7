"""Presets as JSON: what GET gives is a file that PUT takes, here or on another machine."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.model import InvalidFile
from minerva.core.preset import Preset
from minerva.models.kept_files import revision_of
from minerva.server.body import Body
from minerva.server.native.asked import read_named, seen_revision, tagged
from minerva.server.native.schema import Deleted
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.services import Services


class PresetEntry(msgspec.Struct, frozen=True):
    """A preset, and the revision that If-Match takes: another number for every other content."""

    preset: Preset
    revision: int


class Presets(msgspec.Struct, frozen=True):
    """All presets by name, and the files in their folder that are none, with the reason."""

    presets: list[PresetEntry]
    invalid: list[InvalidFile]


BODIES: tuple[type[Body], ...] = ()
ANSWERS = (Preset, Presets, Deleted)


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    one, name = "/presets/{name:path}", ["name"]
    api.add_api_route("/presets", routes.every, methods=["GET"], **operation(Presets))
    api.add_api_route(one, routes.get, methods=["GET"], **operation(Preset, path=name))
    api.add_api_route(one, routes.put, methods=["PUT"], **operation(Preset, Preset, path=name))
    api.add_api_route(one, routes.delete, methods=["DELETE"], **operation(Deleted, path=name))
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._library = services.library

    async def every(self) -> Response:
        """List the presets."""
        presets, invalid = await self._library.presets()
        return json_response(Presets([PresetEntry(preset, revision_of(preset)) for preset in presets], invalid))

    async def get(self, request: Request) -> Response:
        """Return a preset; its ETag is its revision."""
        return _shown(await self._library.preset(request.path_params["name"]))

    async def put(self, request: Request) -> Response:
        """Make a preset, or change the revision that If-Match names; `*` is any. `model` may be another preset."""
        name: str = request.path_params["name"]
        preset = await read_named(request, Preset, "name", name)
        return _shown(await self._library.save(preset, revision=seen_revision(request, 0)))

    async def delete(self, request: Request) -> Response:
        """Forget a preset, if it is still at the revision that If-Match names, where it names one."""
        name: str = request.path_params["name"]
        await self._library.delete_preset(name, seen_revision(request, None))
        return json_response(Deleted(name))


def _shown(preset: Preset) -> Response:
    return tagged(json_response(preset), revision_of(preset))
