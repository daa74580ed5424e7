"""The Ollama API's routes for embeddings: decode, call the service, answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.embedding import EmbedRequest
from minerva.server.body import read
from minerva.server.ollama.answers import OllamaError
from minerva.server.ollama.embed_answers import OllamaEmbedAnswer, OllamaEmbeddingsAnswer
from minerva.server.ollama.embed_convert import embed_answer, embed_request, embeddings_request
from minerva.server.ollama.embed_schema import OllamaEmbeddingsRequest, OllamaEmbedRequest
from minerva.server.openapi import operation
from minerva.server.reply import json_response, long_json_response
from minerva.server.stream import unless_gone
from minerva.service.services import Services
from minerva.service.window import check_window

BODIES = (OllamaEmbedRequest, OllamaEmbeddingsRequest)
ANSWERS = (OllamaEmbedAnswer, OllamaEmbeddingsAnswer)


def add(api: APIRouter, services: Services) -> None:
    """Add the routes to `api`."""
    routes = _Routes(services)
    for path, endpoint, answer, body in (
        ("/embed", routes.embed, OllamaEmbedAnswer, OllamaEmbedRequest),
        ("/embeddings", routes.embeddings, OllamaEmbeddingsAnswer, OllamaEmbeddingsRequest),
    ):
        api.add_api_route(path, endpoint, methods=["POST"], **operation(answer, body, error=OllamaError))


class _Routes:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def embed(self, request: Request) -> Response:
        """Turn texts into vectors of length 1."""
        body = await read(request, OllamaEmbedRequest, any_type=True)
        asked = embed_request(body, request.state.request_id)
        if not asked.inputs:
            await unless_gone(request.receive, self._load(asked))
            return json_response(OllamaEmbedAnswer(body.model, []))
        made = await unless_gone(request.receive, self._services.embed(asked))
        vectors = (item.numbers() for item in made.items)
        return await long_json_response(embed_answer(made, body), "embeddings", vectors)

    async def embeddings(self, request: Request) -> Response:
        """Turn one text into a vector, as the model makes it; the older route."""
        body = await read(request, OllamaEmbeddingsRequest, any_type=True)
        asked = embeddings_request(body, request.state.request_id)
        if not asked.inputs:
            await unless_gone(request.receive, self._load(asked))
            return json_response(OllamaEmbeddingsAnswer([]))
        made = await unless_gone(request.receive, self._services.embed(asked))
        return json_response(OllamaEmbeddingsAnswer(made.items[0].numbers()))

    async def _load(self, asked: EmbedRequest) -> None:
        """A request with nothing to read says what is to be in memory."""
        loaded = await self._services.catalog.load(asked.model, asked.keep_alive_s)
        check_window(asked.context_length, loaded)
