"""The Ollama API: decode, call the service, answer. Generation; the other modules of routes have the rest."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.chat.reasoning import find_marks
from minerva.core.errors import InvalidRequest, ModelNotLoaded
from minerva.core.request import ChatInput, GenerateRequest
from minerva.server.body import read
from minerva.server.caller import with_client
from minerva.server.errors import OLLAMA
from minerva.server.ollama import embed_routes, library_routes, model_routes
from minerva.server.ollama.answers import OllamaChatAnswer, OllamaError, OllamaGenerateAnswer
from minerva.server.ollama.convert import chat_request, conversation, generate_request
from minerva.server.ollama.lines import ChatLines, GenerateLines, Lines
from minerva.server.ollama.ndjson import MEDIA_TYPE, NdjsonEncoder, body_of
from minerva.server.ollama.schema import OllamaChatRequest, OllamaGenerateRequest, OllamaOptions
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import EventStream, collect, unless_gone
from minerva.service.services import Services
from minerva.service.window import check_window

BODIES = (
    OllamaChatRequest,
    OllamaGenerateRequest,
    OllamaOptions,
    *embed_routes.BODIES,
    *model_routes.BODIES,
    *library_routes.BODIES,
)
ANSWERS = (
    OllamaChatAnswer,
    OllamaGenerateAnswer,
    OllamaError,
    *embed_routes.ANSWERS,
    *model_routes.ANSWERS,
    *library_routes.ANSWERS,
)


def router(services: Services) -> APIRouter:
    """Return the routes below /api."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api", tags=["Ollama"])
    for path, endpoint, body, answer in (
        ("/chat", routes.chat, OllamaChatRequest, OllamaChatAnswer),
        ("/generate", routes.generate, OllamaGenerateRequest, OllamaGenerateAnswer),
    ):
        about = operation(answer, body, chunk=answer, stream=MEDIA_TYPE, error=OllamaError)
        api.add_api_route(path, endpoint, methods=["POST"], **about)
    embed_routes.add(api, services)
    model_routes.add(api, services)
    library_routes.add(api, services)
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def chat(self, request: Request) -> Response:
        """Answer a conversation."""
        body = await read(request, OllamaChatRequest, any_type=True)
        asked, lines = chat_request(body, request.state.request_id), ChatLines(body.model)
        if not body.messages:
            return await self._load_or_unload(request, asked, lines)
        return await self._answer(request, asked, lines, stream=body.stream is not False)

    async def generate(self, request: Request) -> Response:
        """Continue a prompt."""
        body = await read(request, OllamaGenerateRequest, any_type=True)
        asked = generate_request(body, request.state.request_id)
        lines = GenerateLines(body.model, None if body.raw or body.suffix else conversation(body))
        if not body.prompt:
            return await self._load_or_unload(request, asked, lines)
        return await self._answer(request, asked, lines, stream=body.stream is not False)

    async def _answer(self, request: Request, asked: GenerateRequest, lines: Lines, *, stream: bool) -> Response:
        await self._check_thinking(asked)
        events = self._services.generate(with_client(asked, request))
        if stream:
            # Lines have no comments to break a silence with.
            return EventStream(events, NdjsonEncoder(lines, _now), OLLAMA, None, media_type=MEDIA_TYPE)
        return json_response(body_of(await collect(request.receive, events), lines, _now))

    async def _check_thinking(self, asked: GenerateRequest) -> None:
        """Refuse to be asked for thoughts that the model does not have, or does not mark."""
        if not (isinstance(asked.input, ChatInput) and asked.input.thinking.enabled):
            return
        template = await self._services.catalog.chat_template(asked.model or "")
        if find_marks(template or "") is None:
            raise InvalidRequest(
                f'"{asked.model}" does not support thinking; leave `think` out or set it to false.', "think"
            )

    async def _load_or_unload(self, request: Request, asked: GenerateRequest, lines: Lines) -> Response:
        """A request with nothing to answer says what is to be in memory."""
        if asked.keep_alive_s == 0:
            await unless_gone(request.receive, self._unload(asked))
            return json_response(lines.idle("unload", _now()))
        await unless_gone(request.receive, self._load(asked))
        return json_response(lines.idle("load", _now()))

    async def _load(self, asked: GenerateRequest) -> None:
        loaded = await self._services.catalog.load(asked.model, asked.keep_alive_s)
        check_window(asked.context_length, loaded)

    async def _unload(self, asked: GenerateRequest) -> None:
        # One that is not loaded is already as it was asked to be.
        with suppress(ModelNotLoaded):
            await self._services.catalog.stop(asked.model or "")


def _now() -> datetime:
    return datetime.now(UTC)
