"""Sessions as files: exported as JSON lines without loss, or as Markdown to be read; imported from several programs.

Prompt templates are one JSON document.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import get_args

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from minerva.server.body import Body
from minerva.server.native.asked import download, one_of, read_bytes
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.services import Services
from minerva.service.transfer import Imported, ImportedTemplates
from minerva.sessions.records import Duplicates
from minerva.sessions.transfer.lines import header_line, session_line
from minerva.sessions.transfer.markdown import file_name, to_markdown
from minerva.sessions.transfer.template_file import TemplateFile, encode_file

BODIES: tuple[type[Body], ...] = ()
ANSWERS = (Imported, TemplateFile, ImportedTemplates)
JSON_LINES, MARKDOWN = "application/jsonl", "text/markdown"
_FORMATS = ("jsonl", "markdown")
_QUERY = {"format": {"type": "string", "enum": list(_FORMATS), "default": _FORMATS[0]}}

_DUPLICATES: tuple[Duplicates, ...] = get_args(Duplicates)
_NAME_QUERY = {"name": {"type": "string", "description": "One template alone; without it all are exported."}}
_DUPLICATES_QUERY = {
    "duplicates": {
        "type": "string",
        "enum": list(_DUPLICATES),
        "default": _DUPLICATES[0],
        "description": "What becomes of a template whose name another one has, and that says something else.",
    }
}


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    api.add_api_route(
        "/sessions/{session}/export",
        routes.export,
        methods=["GET"],
        **operation(None, path=["session"], query=_QUERY, gives=[JSON_LINES, MARKDOWN]),
    )
    api.add_api_route("/export", routes.export_all, methods=["GET"], **operation(None, gives=[JSON_LINES]))
    api.add_api_route(
        "/import", routes.import_file, methods=["POST"], **operation(Imported, takes=["application/octet-stream"])
    )
    templates, get = "/export/templates", ["GET"]
    api.add_api_route(templates, routes.export_templates, methods=get, **operation(TemplateFile, query=_NAME_QUERY))
    api.add_api_route(
        "/import/templates",
        routes.import_templates,
        methods=["POST"],
        **operation(ImportedTemplates, TemplateFile, query=_DUPLICATES_QUERY),
    )
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._transfer = services.transfer

    async def export(self, request: Request) -> Response:
        """Return a session as a file: all of it as JSON lines, or what is shown of it as Markdown."""
        is_lines = one_of(request, "format", _FORMATS) == "jsonl"
        copy = await self._transfer.export(request.path_params["session"])
        if is_lines:
            content = header_line(self._transfer.now_s()) + await asyncio.to_thread(session_line, copy)
            return Response(content, headers={"content-type": JSON_LINES, **download(file_name(copy, "jsonl"))})
        content = (await asyncio.to_thread(to_markdown, copy)).encode()
        kind = f"{MARKDOWN}; charset=utf-8"
        return Response(content, headers={"content-type": kind, **download(file_name(copy, "md"))})

    async def export_all(self) -> Response:
        """Return all sessions that are not in the bin as JSON lines."""
        day = datetime.fromtimestamp(self._transfer.now_s(), UTC).strftime("%Y-%m-%d")
        headers = {"content-type": JSON_LINES, **download(f"minerva-sessions-{day}.jsonl")}
        return StreamingResponse(self._transfer.export_lines(), headers=headers)

    async def import_file(self, request: Request) -> Response:
        """Make sessions of the body: our own export, ChatGPT's conversations.json, or Open WebUI's export of chats."""
        return json_response(await self._transfer.import_file(await read_bytes(request)))

    async def export_templates(self, request: Request) -> Response:
        """Return all prompt templates, or one, as a file."""
        name = request.query_params.get("name") or None
        file = await self._transfer.export_templates(name)
        what = "minerva-templates" if name is None else name
        headers = {"content-type": "application/json", **download(f"{what}.json")}
        return Response(encode_file(file), headers=headers)

    async def import_templates(self, request: Request) -> Response:
        """Make prompt templates of such a file: all of them, or none if there is anything against one."""
        duplicates = one_of(request, "duplicates", _DUPLICATES)
        data = await read_bytes(request)
        return json_response(await self._transfer.import_templates(data, duplicates))
