"""Files that belong to messages: one is sent before the message that it is for."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.session import Attachment
from minerva.server.body import Body
from minerva.server.native.asked import download, read_bytes
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import unless_gone
from minerva.service.attachment_text import read_file
from minerva.service.services import Services

BODIES: tuple[type[Body], ...] = ()
ANSWERS = (Attachment,)
_ANY = "application/octet-stream"
_QUERY = {"name": {"type": "string", "description": "The file's name; it tells what kind of text it is."}}


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    api.add_api_route(
        "/sessions/{session}/attachments",
        routes.attach,
        methods=["POST"],
        **operation(Attachment, path=["session"], query=_QUERY, takes=[_ANY]),
    )
    api.add_api_route(
        "/attachments/{attachment}", routes.read, methods=["GET"], **operation(None, path=["attachment"], gives=[_ANY])
    )
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._sessions = services.sessions
        self._pdfs = services.pdfs

    async def attach(self, request: Request) -> Response:
        """Keep the body as a file for a message of a session that is sent later: text, a PDF, or an image."""
        session = await self._sessions.get(request.path_params["session"])
        data = await read_bytes(request)
        kind = request.headers.get("content-type", "")
        reading = read_file(request.query_params.get("name", ""), kind, data, self._pdfs)
        file = await unless_gone(request.receive, reading)
        return json_response(await self._sessions.attach(session.id, file.name, file.media_type, data, file.text))

    async def read(self, request: Request) -> Response:
        """Return a file as it was sent, to be saved."""
        file = await self._sessions.attachment(request.path_params["attachment"])
        headers = {"content-type": file.attachment.media_type or _ANY, **download(file.attachment.name)}
        return Response(file.data, headers=headers)
