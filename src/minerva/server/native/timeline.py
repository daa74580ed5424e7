"""The last requests of all APIs, with where their time went."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from minerva.server.body import Body
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.services import Services
from minerva.service.timeline import TimelineEntry


class Requests(msgspec.Struct, frozen=True):
    """Requests that are over, the last one first; of each the timings and counts, and nothing that was said."""

    requests: list[TimelineEntry]


BODIES: tuple[type[Body], ...] = ()
ANSWERS = (Requests,)


def router(services: Services) -> APIRouter:
    """Return the route."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    api.add_api_route("/timeline", routes.requests, methods=["GET"], **operation(Requests))
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._timeline = services.timeline

    async def requests(self) -> Response:
        """List the last 200 requests."""
        return json_response(Requests(self._timeline.entries()))
