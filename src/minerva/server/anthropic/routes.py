"""The Anthropic API: decode, call the service, answer. Its version and beta headers are taken and change nothing."""

from __future__ import annotations

import uuid

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope

from minerva.server.anthropic.answers import (
    ContentBlockDelta,
    ContentBlockStart,
    ContentBlockStop,
    ErrorAnswer,
    MessageAnswer,
    MessageDelta,
    MessageStart,
    MessageStop,
    Ping,
    TokenCount,
)
from minerva.server.anthropic.convert import conversation, messages_request
from minerva.server.anthropic.fold import message
from minerva.server.anthropic.models import model_info, model_page
from minerva.server.anthropic.narration import Shown
from minerva.server.anthropic.schema import (
    CountTokensRequest,
    MessagesRequest,
    ThinkingAdaptive,
    ThinkingEnabled,
)
from minerva.server.anthropic.sse import PING, SseEncoder
from minerva.server.body import read
from minerva.server.caller import with_client
from minerva.server.errors import ANTHROPIC, ANTHROPIC_HEADER, ANTHROPIC_PATH, MODELS_PATH
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import EventStream, collect, unless_gone
from minerva.service.services import Services

BODIES = (MessagesRequest, CountTokensRequest)
EVENTS = (MessageStart, ContentBlockStart, ContentBlockDelta, ContentBlockStop, MessageDelta, MessageStop, Ping)
ANSWERS = (MessageAnswer, TokenCount, ErrorAnswer, *EVENTS)


def router(services: Services, ping_s: float) -> APIRouter:
    """Return the routes at and below /v1/messages, and those at /v1/models for clients of this API."""
    routes = _Routes(services, ping_s)
    api = APIRouter(tags=["Anthropic"])
    post, get = ["POST"], ["GET"]
    create = operation(MessageAnswer, MessagesRequest, chunk=(*EVENTS, ErrorAnswer), error=ErrorAnswer)
    count = operation(TokenCount, CountTokensRequest, error=ErrorAnswer)
    api.add_api_route(ANTHROPIC_PATH, routes.create, methods=post, **create)
    api.add_api_route(f"{ANTHROPIC_PATH}/count_tokens", routes.count, methods=post, **count)
    for path, route in ((MODELS_PATH, routes.models), (MODELS_PATH + "/{model:path}", routes.model)):
        # Not in the OpenAPI document, which has one operation for a path: that of OpenAI's API.
        api.add_api_route(path, route, methods=get, route_class_override=_Own, include_in_schema=False)
    return api


class _Own(APIRoute):
    """A route for who sends this API's header, and for nobody else: OpenAI's API has the same path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match as any route, but for requests without the header."""
        named = any(name.lower() == ANTHROPIC_HEADER.encode() for name, _ in scope.get("headers", ()))
        return super().matches(scope) if named else (Match.NONE, {})


class _Routes:
    def __init__(self, services: Services, ping_s: float) -> None:
        self._services = services
        self._ping_s = ping_s

    async def create(self, request: Request) -> Response:
        """Answer a conversation."""
        body = await read(request, MessagesRequest)
        request_id: str = request.state.request_id
        asked = messages_request(body, request_id)
        shown = Shown(f"msg_{uuid.uuid4().hex}", request_id, body.max_tokens, thoughts=_shows_thoughts(body))
        user = None if body.metadata is None else body.metadata.user_id
        events = self._services.generate(with_client(asked, request, user))
        if body.stream:
            return EventStream(events, SseEncoder(shown), ANTHROPIC, self._ping_s, keep_alive=PING)
        return json_response(message(await collect(request.receive, events), shown))

    async def count(self, request: Request) -> Response:
        """Count the tokens of a conversation without answering it."""
        body = await read(request, CountTokensRequest)
        count = self._services.tokens.count(conversation(body), body.model or None)
        return json_response(TokenCount(await unless_gone(request.receive, count)))

    async def models(self, request: Request) -> Response:
        """List the models that requests may name, in pages."""
        found = await self._services.catalog.models()
        infos = [model_info(file) for file in found.models if file.kind == "model"]
        return json_response(model_page(infos, request.query_params))

    async def model(self, request: Request) -> Response:
        """Describe one model."""
        model: str = request.path_params["model"]
        if not model:
            return await self.models(request)
        return json_response(model_info(await self._services.catalog.entry(model)))


def _shows_thoughts(body: MessagesRequest) -> bool:
    asked = body.thinking
    return not (isinstance(asked, ThinkingEnabled | ThinkingAdaptive) and asked.display == "omitted")
