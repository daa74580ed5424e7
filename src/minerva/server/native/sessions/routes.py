"""Sessions over HTTP: decode, call the service, answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.session import Session, StoredMessage
from minerva.core.session_event import DeletedEvent, SessionEvent
from minerva.server.body import read
from minerva.server.caller import client_of
from minerva.server.errors import NATIVE
from minerva.server.native.asked import tagged
from minerva.server.native.schema import Deleted
from minerva.server.native.sessions import message_routes
from minerva.server.native.sessions.convert import draft, new_message, session_changes, turn
from minerva.server.native.sessions.query import (
    LIST_QUERY,
    PATH_QUERY,
    base_revision,
    last_messages,
    list_options,
)
from minerva.server.native.sessions.schema import (
    AddMessage,
    NewSession,
    SessionMessages,
    SessionPatch,
    TurnRequest,
)
from minerva.server.native.sessions.settings import session_settings
from minerva.server.native.sessions.sse import session_frame
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.server.stream import EventStream, unless_gone
from minerva.service.forecast import Forecast
from minerva.service.services import Services
from minerva.service.turns import Exchange
from minerva.sessions.records import SessionPage

BODIES = (NewSession, SessionPatch, AddMessage, TurnRequest)
EVENTS = (*message_routes.EVENTS, SessionEvent, DeletedEvent)
ANSWERS = (SessionPage, Session, SessionMessages, StoredMessage, Exchange, Forecast, Deleted, *EVENTS)


def router(services: Services, ping_s: float) -> APIRouter:
    """Return the routes at and below sessions and messages; `ping_s` of silence in a stream are broken."""
    routes = _Routes(services, ping_s)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    one, named = "/sessions/{session}", ["session"]
    get, post = ["GET"], ["POST"]
    api.add_api_route("/sessions", routes.page, methods=get, **operation(SessionPage, query=LIST_QUERY))
    api.add_api_route("/sessions", routes.create, methods=post, **operation(Session, NewSession))
    api.add_api_route(one, routes.path, methods=get, **operation(SessionMessages, path=named, query=PATH_QUERY))
    api.add_api_route(f"{one}/tree", routes.tree, methods=get, **operation(SessionMessages, path=named))
    api.add_api_route(one, routes.update, methods=["PATCH"], **operation(Session, SessionPatch, path=named))
    api.add_api_route(one, routes.delete, methods=["DELETE"], **operation(Deleted, path=named))
    api.add_api_route(f"{one}/restore", routes.restore, methods=post, **operation(Session, path=named))
    api.add_api_route(f"{one}/messages", routes.add, methods=post, **operation(StoredMessage, AddMessage, path=named))
    api.add_api_route(f"{one}/turns", routes.ask, methods=post, **operation(Exchange, TurnRequest, path=named))
    api.add_api_route(f"{one}/count", routes.count, methods=post, **operation(Forecast, TurnRequest, path=named))
    api.add_api_route(f"{one}/events", routes.follow, methods=get, **operation(None, chunk=EVENTS, path=named))
    api.include_router(message_routes.router(services, ping_s))
    return api


class _Routes:
    def __init__(self, services: Services, ping_s: float) -> None:
        self._store = services.sessions
        self._conversations = services.conversations
        self._ping_s = ping_s

    async def page(self, request: Request) -> Response:
        """List sessions, the pinned ones first, then those that were changed last; `next` is the next `before`."""
        return json_response(await self._store.list(**list_options(request)))

    async def create(self, request: Request) -> Response:
        """Begin a session."""
        body = await read(request, NewSession)
        settings = session_settings(body.settings)
        session = await self._conversations.create(settings, body.title or "", tuple(body.tags or ()))
        return tagged(json_response(session), session.revision)

    async def path(self, request: Request) -> Response:
        """Return a session with the messages of its active path, or with the `last` of them."""
        last, session = last_messages(request), await self._store.get(_id(request))
        if last is None:
            answer = SessionMessages(session, await self._store.path(session.id))
        else:
            end = await self._store.path_end(session.id, last)
            answer = SessionMessages(session, end.messages, end.earlier)
        return tagged(json_response(answer), session.revision)

    async def tree(self, request: Request) -> Response:
        """Return a session with all its messages, in the order in which they were made."""
        session = await self._store.get(_id(request))
        return tagged(json_response(SessionMessages(session, await self._store.tree(session.id))), session.revision)

    async def update(self, request: Request) -> Response:
        """Change title, pin, archive, tags or settings of a session."""
        body = await read(request, SessionPatch)
        base = base_revision(request, body.revision)
        session = await self._conversations.update(_id(request), session_changes(body), base)
        return tagged(json_response(session), session.revision)

    async def delete(self, request: Request) -> Response:
        """Put a session into the bin, where it stays for some days. What is being written in it is stopped."""
        await self._conversations.delete(_id(request))
        return json_response(Deleted(_id(request)))

    async def restore(self, request: Request) -> Response:
        """Take a session out of the bin."""
        session = await self._conversations.restore(_id(request))
        return tagged(json_response(session), session.revision)

    async def add(self, request: Request) -> Response:
        """Add a message without asking a model: what was said elsewhere, or an answer as a person has changed it."""
        body = await read(request, AddMessage)
        return json_response(await self._conversations.add(new_message(body, _id(request))))

    async def ask(self, request: Request) -> Response:
        """Begin an answer, and return at once: it goes on whoever listens, and is followed by its id."""
        body = await read(request, TurnRequest)
        turns, request_id = self._conversations.turns, request.state.request_id
        return json_response(await turns.start(_id(request), turn(body), request_id, client_of(request)))

    async def count(self, request: Request) -> Response:
        """Say what a turn would take of the window, and what would be left out for it. Loads the model."""
        body = await read(request, TurnRequest)
        count = self._conversations.turns.count(_id(request), draft(body), request.state.request_id)
        return json_response(await unless_gone(request.receive, count))

    async def follow(self, request: Request) -> Response:
        """Stream what happens in a session: first how it is and what is being written, then all that changes."""
        events = self._conversations.follow(_id(request))
        return EventStream(events, session_frame, NATIVE, self._ping_s)


def _id(request: Request) -> str:
    session_id: str = request.path_params["session"]
    return session_id
