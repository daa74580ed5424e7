"""The OpenAI API: decode, call the service, answer."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.event import Event
from minerva.core.model import ModelFile
from minerva.server.body import read
from minerva.server.caller import with_client
from minerva.server.errors import OPENAI
from minerva.server.openai.answers import ChatChunk, ChatCompletion, ModelAnswer, ModelList, TextCompletion
from minerva.server.openai.choices import ChatChoices, Choices, Shown, TextChoices
from minerva.server.openai.convert import chat_request, completion_requests
from minerva.server.openai.fold import chat_completion, text_completion
from minerva.server.openai.schema import ChatRequest, CompletionRequest, GenerationBody
from minerva.server.openai.several import several
from minerva.server.openai.sse import SseEncoder
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import EventStream, collect
from minerva.service.services import Services

BODIES = (ChatRequest, CompletionRequest)
ANSWERS = (ChatCompletion, ChatChunk, TextCompletion, ModelAnswer, ModelList)


def router(services: Services, ping_s: float) -> APIRouter:
    """Return the routes below /v1."""
    routes = _Routes(services, ping_s)
    api = APIRouter(prefix="/v1", tags=["OpenAI"])
    post, get = ["POST"], ["GET"]
    chat = operation(ChatCompletion, ChatRequest, chunk=ChatChunk)
    text = operation(TextCompletion, CompletionRequest, chunk=TextCompletion)
    api.add_api_route("/chat/completions", routes.chat, methods=post, **chat)
    api.add_api_route("/completions", routes.completions, methods=post, **text)
    api.add_api_route("/models", routes.models, methods=get, **operation(ModelList))
    api.add_api_route("/models/{model:path}", routes.model, methods=get, **operation(ModelAnswer, path=["model"]))
    return api


class _Routes:
    def __init__(self, services: Services, ping_s: float) -> None:
        self._services = services
        self._ping_s = ping_s

    async def chat(self, request: Request) -> Response:
        """Answer a conversation."""
        body = await read(request, ChatRequest)
        asked = chat_request(body, request.state.request_id)
        shown = _shown(body, "chatcmpl", asked.logprobs, asked.n, predicted=bool(asked.prediction))
        events = self._services.generate(with_client(asked, request, body.safety_identifier or body.user))
        if body.stream:
            return self._stream(events, ChatChoices(shown), shown)
        return json_response(chat_completion(await collect(request.receive, events), shown))

    async def completions(self, request: Request) -> Response:
        """Continue one or more texts."""
        body = await read(request, CompletionRequest)
        asked = completion_requests(body, request.state.request_id)
        shown = _shown(body, "cmpl", body.logprobs, asked[0].n * len(asked))
        streams = [self._services.generate(with_client(one, request, body.user)) for one in asked]
        events = streams[0] if len(streams) == 1 else several(streams, asked[0].n)
        if body.stream:
            return self._stream(events, TextChoices(shown), shown)
        return json_response(text_completion(await collect(request.receive, events), shown))

    async def models(self) -> Response:
        """List the models that requests may name."""
        found = await self._services.catalog.models()
        return json_response(ModelList([_model(file) for file in found.models if file.kind == "model"]))

    async def model(self, request: Request) -> Response:
        """Describe one model."""
        model: str = request.path_params["model"]
        if not model:
            # The list, asked for with a slash at its end; no name would mean the default model.
            return await self.models()
        return json_response(_model(await self._services.catalog.entry(model)))

    def _stream(self, events: AsyncGenerator[Event, None], choices: Choices, shown: Shown) -> Response:
        return EventStream(events, SseEncoder(choices, shown), OPENAI, self._ping_s)


def _shown(body: GenerationBody, prefix: str, logprobs: int | None, choices: int, *, predicted: bool = False) -> Shown:
    return Shown(
        id=f"{prefix}-{uuid.uuid4().hex}",
        created=int(time.time()),
        choices=choices,
        logprobs=logprobs,
        include_usage=body.stream_options is not None and body.stream_options.include_usage,
        predicted=predicted,
    )


def _model(file: ModelFile) -> ModelAnswer:
    return ModelAnswer(
        file.name, int(file.modified_s), context_length=file.context_length, capabilities=file.capabilities
    )
