"""Prompt templates: texts with gaps, `{{so}}`, that a person fills in before sending them."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from minerva.server.body import Body, read
from minerva.server.native.asked import seen_revision, tagged
from minerva.server.native.schema import Deleted
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.services import Services
from minerva.sessions.records import PromptTemplate


class PromptTemplateBody(Body):
    """The body of PUT templates/{name}. `revision`: as the header If-Match, whose value goes before."""

    body: str
    description: str = ""
    revision: int | None = Field(default=None, ge=0)


class PromptTemplates(msgspec.Struct, frozen=True):
    """All prompt templates, by name."""

    templates: tuple[PromptTemplate, ...]


BODIES = (PromptTemplateBody,)
ANSWERS = (PromptTemplate, PromptTemplates, Deleted)


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    one, name = "/templates/{name}", ["name"]
    api.add_api_route("/templates", routes.every, methods=["GET"], **operation(PromptTemplates))
    api.add_api_route(one, routes.get, methods=["GET"], **operation(PromptTemplate, path=name))
    api.add_api_route(one, routes.put, methods=["PUT"], **operation(PromptTemplate, PromptTemplateBody, path=name))
    api.add_api_route(one, routes.delete, methods=["DELETE"], **operation(Deleted, path=name))
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._sessions = services.sessions

    async def every(self) -> Response:
        """List the prompt templates."""
        return json_response(PromptTemplates(await self._sessions.templates()))

    async def get(self, request: Request) -> Response:
        """Return a prompt template; its ETag is its revision."""
        return _shown(await self._sessions.template(request.path_params["name"]))

    async def put(self, request: Request) -> Response:
        """Make a prompt template, or change the revision that If-Match names; `*` is any."""
        body = await read(request, PromptTemplateBody)
        revision = seen_revision(request, body.revision or 0)
        name: str = request.path_params["name"]
        return _shown(await self._sessions.put_template(name, body.body, body.description, revision))

    async def delete(self, request: Request) -> Response:
        """Forget a prompt template, if it is still at the revision that If-Match names, where it names one."""
        name: str = request.path_params["name"]
        await self._sessions.delete_template(name, seen_revision(request, None))
        return json_response(Deleted(name))


def _shown(template: PromptTemplate) -> Response:
    return tagged(json_response(template), template.revision)
