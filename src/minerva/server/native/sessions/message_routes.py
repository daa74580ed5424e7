"""Messages over HTTP, and answers as they are written."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.session import Session, StoredMessage
from minerva.core.session_event import MessageEvent, ReasoningEvent, TextEvent, ToolCallEvent
from minerva.server.caller import client_of
from minerva.server.errors import NATIVE
from minerva.server.native.asked import tagged
from minerva.server.native.schema import Deleted
from minerva.server.native.sessions.query import AFTER_QUERY, MODEL_QUERY, after
from minerva.server.native.sessions.sse import answer_frame
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import EventStream
from minerva.service.services import Services

EVENTS = (MessageEvent, TextEvent, ReasoningEvent, ToolCallEvent)


def router(services: Services, ping_s: float) -> APIRouter:
    """Return the routes below messages."""
    routes = _Routes(services, ping_s)
    api = APIRouter()
    one, named = "/messages/{message}", ["message"]
    get, post = ["GET"], ["POST"]
    message = operation(StoredMessage, path=named)
    api.add_api_route(one, routes.message, methods=get, **message)
    api.add_api_route(one, routes.delete, methods=["DELETE"], **operation(Deleted, path=named))
    api.add_api_route(f"{one}/restore", routes.restore, methods=post, **message)
    api.add_api_route(f"{one}/choose", routes.choose, methods=post, **operation(Session, path=named))
    going_on = operation(StoredMessage, path=named, query=MODEL_QUERY)
    api.add_api_route(f"{one}/continue", routes.go_on, methods=post, **going_on)
    api.add_api_route(f"{one}/stop", routes.stop, methods=post, **message)
    events = operation(None, chunk=EVENTS, path=named, query=AFTER_QUERY)
    api.add_api_route(f"{one}/events", routes.follow, methods=get, **events)
    return api


class _Routes:
    def __init__(self, services: Services, ping_s: float) -> None:
        self._store = services.sessions
        self._conversations = services.conversations
        self._turns = services.conversations.turns
        self._ping_s = ping_s

    async def message(self, request: Request) -> Response:
        """Return a message with the log probabilities of its tokens, if they were asked for."""
        return json_response(await self._store.message(_id(request)))

    async def delete(self, request: Request) -> Response:
        """Delete a message and all below it; what is being written there is stopped. It can be restored."""
        await self._conversations.delete_message(_id(request))
        return json_response(Deleted(_id(request)))

    async def restore(self, request: Request) -> Response:
        """Undo the deletion of a message."""
        return json_response(await self._conversations.restore_message(_id(request)))

    async def choose(self, request: Request) -> Response:
        """Make the active path of its session run through a message."""
        session = await self._conversations.choose(_id(request))
        return tagged(json_response(session), session.revision)

    async def go_on(self, request: Request) -> Response:
        """Go on with an answer that was stopped, was interrupted, failed or ran out of tokens; return at once.

        `model` goes on instead of the one that wrote it, which may not be here.
        """
        model = request.query_params.get("model") or None
        request_id, client = request.state.request_id, client_of(request)
        return json_response(await self._turns.go_on(_id(request), request_id, model, client))

    async def stop(self, request: Request) -> Response:
        """End an answer that is being written, and return it as it is stored."""
        return json_response(await self._turns.stop(_id(request)))

    async def follow(self, request: Request) -> Response:
        """Stream an answer: what was missed since the event `after`, or `Last-Event-ID`, and what comes, to its end.

        Without either it begins with the whole message as it is now.
        """
        events = self._turns.follow(_id(request), after(request))
        return EventStream(events, answer_frame, NATIVE, self._ping_s)


def _id(request: Request) -> str:
    message_id: str = request.path_params["message"]
    return message_id
