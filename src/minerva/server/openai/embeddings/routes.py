"""Embeddings and reranking: decode, call the service, answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.server.body import read
from minerva.server.openai.embeddings.answers import EmbeddingList, RerankAnswer
from minerva.server.openai.embeddings.convert import (
    embed_request,
    embedding_answers,
    embedding_list,
    rerank_answer,
    rerank_request,
)
from minerva.server.openai.embeddings.schema import EmbeddingRequest, RerankRequest
from minerva.server.openapi import operation
from minerva.server.reply import json_response, long_json_response
from minerva.server.stream import unless_gone
from minerva.service.services import Services

BODIES = (EmbeddingRequest, RerankRequest)
ANSWERS = (EmbeddingList, RerankAnswer)
RERANK_ALIASES = ("/rerank", "/reranking", "/v1/reranking", "/v2/rerank")
"""More paths of /v1/rerank: those of llama-server (README, "API Endpoints") and that of Cohere's second version."""


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(tags=["OpenAI"])
    for path, endpoint, answer, body in (
        ("/v1/embeddings", routes.embeddings, EmbeddingList, EmbeddingRequest),
        ("/v1/rerank", routes.rerank, RerankAnswer, RerankRequest),
    ):
        api.add_api_route(path, endpoint, methods=["POST"], **operation(answer, body))
    for path in RERANK_ALIASES:
        api.add_api_route(path, routes.rerank, methods=["POST"], include_in_schema=False)
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def embeddings(self, request: Request) -> Response:
        """Turn texts into vectors."""
        body = await read(request, EmbeddingRequest)
        asked = embed_request(body, request.state.request_id)
        made = await unless_gone(request.receive, self._services.embed(asked))
        return await long_json_response(embedding_list(made), "data", embedding_answers(made, body))

    async def rerank(self, request: Request) -> Response:
        """Order documents by how well they answer a query."""
        body = await read(request, RerankRequest)
        asked = rerank_request(body, request.state.request_id)
        return json_response(rerank_answer(await unless_gone(request.receive, self._services.embed(asked)), body))
