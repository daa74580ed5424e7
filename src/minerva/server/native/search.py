"""Where something was said, and under which tags sessions are."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.core.errors import InvalidRequest
from minerva.server.body import Body
from minerva.server.native.asked import whole_number
from minerva.server.openapi import operation
from minerva.server.reply import json_response
from minerva.service.services import Services
from minerva.sessions.records import SearchHit, TagCount

_MOST_HITS, _USUAL_HITS = 100, 20
_MOST_CHARACTERS = 500
_QUERY = {
    "q": {"type": "string", "maxLength": _MOST_CHARACTERS, "description": "Words; the last may be unfinished."},
    "limit": {"type": "integer", "minimum": 1, "maximum": _MOST_HITS, "default": _USUAL_HITS},
}


class SearchHits(msgspec.Struct, frozen=True):
    """Titles first, then the newest messages."""

    hits: tuple[SearchHit, ...]


class Tags(msgspec.Struct, frozen=True):
    """All tags, by name."""

    tags: tuple[TagCount, ...]


BODIES: tuple[type[Body], ...] = ()
ANSWERS = (SearchHits, Tags)


def router(services: Services) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services)
    api = APIRouter(prefix="/api/minerva/v1", tags=["Minerva"])
    api.add_api_route("/search", routes.search, methods=["GET"], **operation(SearchHits, query=_QUERY))
    api.add_api_route("/tags", routes.tags, methods=["GET"], **operation(Tags))
    return api


class _Routes:
    def __init__(self, services: Services) -> None:
        self._sessions = services.sessions

    async def search(self, request: Request) -> Response:
        """Find words in titles and messages, without regard to case and accents."""
        words = request.query_params.get("q", "")
        if len(words) > _MOST_CHARACTERS:
            raise InvalidRequest(f"`q` has {len(words)} characters; it has at most {_MOST_CHARACTERS}.", "q")
        limit = whole_number(request, "limit", _USUAL_HITS, _MOST_HITS)
        return json_response(SearchHits(await self._sessions.search(words, limit)))

    async def tags(self) -> Response:
        """List the tags of all sessions, with the number of sessions of each."""
        return json_response(Tags(await self._sessions.tags()))
