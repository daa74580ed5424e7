"""Probes: is the process alive, and should it be sent requests."""

from __future__ import annotations

from typing import Literal

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from minerva.server.lifecycle import Lifecycle
from minerva.server.openapi import operation
from minerva.server.reply import json_response


class Health(msgspec.Struct, frozen=True):
    """How the server is."""

    status: Literal["ok", "draining"]


def router(lifecycle: Lifecycle) -> APIRouter:
    """Return the routes /health and /ready."""
    api = APIRouter(tags=["Server"])

    async def health() -> Response:
        """Say that the process answers, whatever else it does."""
        return json_response(Health("ok"))

    async def ready() -> Response:
        """Say whether new requests are taken: status 503 once the server is stopping."""
        if lifecycle.draining:
            return json_response(Health("draining"), 503)
        return json_response(Health("ok"))

    for path, endpoint in (("/health", health), ("/ready", ready)):
        api.add_api_route(path, endpoint, methods=["GET"], **operation(Health))
        api.add_api_route(path, endpoint, methods=["HEAD"], include_in_schema=False)
    return api
