"""The Responses API: decode, remember, call the service, answer."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.errors import InvalidRequest
from minerva.server.body import read
from minerva.server.caller import with_client
from minerva.server.errors import RESPONSES, RESPONSES_PATH
from minerva.server.openai.answers import ChatInputTokens
from minerva.server.openai.responses import events as told
from minerva.server.openai.responses.answers import DeletedResponse, InputItemPage, ResponseAnswer
from minerva.server.openai.responses.begin import begun
from minerva.server.openai.responses.catalog import ResponseCatalog
from minerva.server.openai.responses.convert import chat_input, responses_request
from minerva.server.openai.responses.fold import response
from minerva.server.openai.responses.memory import given, history, inputs_of, kept
from minerva.server.openai.responses.narration import PREFIX
from minerva.server.openai.responses.pages import QUERY, input_page
from minerva.server.openai.responses.schema import InputTokensRequest, ResponsesRequest
from minerva.server.openai.responses.sse import SseEncoder
from minerva.server.openapi import operation
from minerva.server.reply import json_bytes, json_response
from minerva.server.stream import EventStream, collect, unless_gone
from minerva.service.services import Services

BODIES = (ResponsesRequest, InputTokensRequest)
EVENTS = (
    told.ResponseCreated,
    told.ResponseInProgress,
    told.OutputItemAdded,
    told.ContentPartAdded,
    told.OutputTextDelta,
    told.OutputTextDone,
    told.ReasoningTextDelta,
    told.ReasoningTextDone,
    told.SummaryPartAdded,
    told.SummaryTextDelta,
    told.SummaryTextDone,
    told.SummaryPartDone,
    told.ContentPartDone,
    told.ArgumentsDelta,
    told.ArgumentsDone,
    told.OutputItemDone,
    told.ResponseCompleted,
    told.ResponseIncomplete,
    told.ResponseFailed,
    told.ResponseError,
)
ANSWERS = (ResponseAnswer, DeletedResponse, InputItemPage, *EVENTS)


def router(services: Services, ping_s: float) -> APIRouter:
    """Return the routes at and below /v1/responses."""
    routes = _Routes(services, ping_s)
    api = APIRouter(tags=["OpenAI"])
    one, named = RESPONSES_PATH + "/{response_id}", ["response_id"]
    create = operation(ResponseAnswer, ResponsesRequest, chunk=EVENTS)
    api.add_api_route(RESPONSES_PATH, routes.create, methods=["POST"], **create)
    count = operation(ChatInputTokens, InputTokensRequest)
    api.add_api_route(f"{RESPONSES_PATH}/input_tokens", routes.count, methods=["POST"], **count)
    api.add_api_route(f"{RESPONSES_PATH}/compact", routes.compact, methods=["POST"], **operation(ResponseAnswer))
    api.add_api_route(one, routes.retrieve, methods=["GET"], **operation(ResponseAnswer, path=named))
    api.add_api_route(one, routes.delete, methods=["DELETE"], **operation(DeletedResponse, path=named))
    page = operation(InputItemPage, path=named, query=QUERY)
    api.add_api_route(f"{one}/input_items", routes.inputs, methods=["GET"], **page)
    api.add_api_route(f"{one}/cancel", routes.cancel, methods=["POST"], **operation(ResponseAnswer, path=named))
    return api


class _Routes:
    def __init__(self, services: Services, ping_s: float) -> None:
        self._services = services
        self._store = services.responses
        self._catalog = ResponseCatalog(services.responses)
        self._ping_s = ping_s

    async def create(self, request: Request) -> Response:
        """Answer a conversation, and store the answer."""
        body = await read(request, ResponsesRequest)
        items = await given(body, self._store)
        asked = responses_request(body, await history(body, self._store), items, request.state.request_id)
        shown = begun(body, PREFIX + uuid.uuid4().hex, int(time.time()))
        if shown.begun.store:
            await self._store.check()
        inputs = inputs_of(items) if shown.begun.store else []
        events = self._services.generate(with_client(asked, request, body.safety_identifier or body.user))
        if body.stream:
            events = kept(events, shown, inputs, self._catalog)
            return EventStream(events, SseEncoder(shown), RESPONSES, self._ping_s)
        answer = response(await collect(request.receive, events), shown)
        await self._catalog.keep(answer, inputs)
        return json_response(answer)

    async def count(self, request: Request) -> Response:
        """Count the tokens of a conversation without answering it. What does not fit the window is counted too."""
        body = await read(request, InputTokensRequest)
        chat = chat_input(body, await history(body, self._store), await given(body, self._store))
        if not chat.messages:
            raise InvalidRequest("There is nothing to count: send `input`, or `previous_response_id`.", "input")
        count = self._services.tokens.count(
            chat, body.model or None, keep_alive_s=body.keep_alive, timeout_s=body.timeout
        )
        return json_response(ChatInputTokens(await unless_gone(request.receive, count)))

    async def compact(self) -> Response:
        """Refuse: a compacted conversation is encrypted, for OpenAI's own models to read."""
        raise InvalidRequest(
            "/v1/responses/compact is not supported: what it gives can be read by OpenAI alone. Set `truncation` to "
            "'auto', which leaves out the oldest turns, or ask for a summary and begin a conversation with it."
        )

    async def retrieve(self, request: Request) -> Response:
        """Return a response as it ended, or as far as it came: `include` in the query adds nothing to it."""
        _check_query(request.query_params)
        return json_bytes(await self._catalog.answer(_id(request)))

    async def delete(self, request: Request) -> Response:
        """Forget a stored response. What continued it can be read and not be continued any more."""
        await self._catalog.delete(_id(request))
        return json_response(DeletedResponse(_id(request)))

    async def inputs(self, request: Request) -> Response:
        """List the items of a response's `input`, in pages; not those of the conversation that it continued."""
        return json_response(input_page(await self._catalog.inputs(_id(request)), request.query_params))

    async def cancel(self, request: Request) -> Response:
        """Refuse: only a response in the background could be cancelled. Others end when their connection is closed."""
        await self._catalog.answer(_id(request))
        raise InvalidRequest("Cannot cancel a synchronous response; `background` is not supported yet.")


def _id(request: Request) -> str:
    response_id: str = request.path_params["response_id"]
    return response_id


def _check_query(query: Mapping[str, str]) -> None:
    """Refuse to stream a response anew, which that API does for those in the background."""
    if query.get("stream", "false") != "false":
        raise InvalidRequest(
            "`stream` is only there for responses in the background, which are not supported yet.", "stream"
        )
    if "starting_after" in query:
        raise InvalidRequest("`starting_after` is for streams, and stored responses have none.", "starting_after")
