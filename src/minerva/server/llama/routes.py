"""The routes of llama-server that OpenAI's API does not have: decode, call the service, answer.

Those that take a chat are in `server/openai/prompts.py`, for it is that API's body.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from minerva.server.body import read
from minerva.server.caller import with_client
from minerva.server.errors import LLAMA
from minerva.server.llama.answers import InfillAnswer, InfillChunk, TokenList, TokenPiece, TokensText
from minerva.server.llama.convert import infill_request
from minerva.server.llama.infill import InfillEncoder, Shown, infill_body
from minerva.server.llama.schema import DetokenizeRequest, InfillRequest, TokenizeRequest
from minerva.server.openapi import LlamaError, operation
from minerva.server.reply import json_bytes, json_response, long_json_response
from minerva.server.stream import EventStream, collect, unless_gone
from minerva.service.services import Services
from minerva.wire.messages import Tokenized

BODIES = (TokenizeRequest, DetokenizeRequest, InfillRequest)
ANSWERS = (TokenList, TokensText, InfillAnswer, InfillChunk, LlamaError)


def router(services: Services, ping_s: float) -> APIRouter:
    """Return the routes."""
    routes = _Routes(services, ping_s)
    api = APIRouter(tags=["llama-server"])
    for path, endpoint, about in (
        ("/tokenize", routes.tokenize, operation(TokenList, TokenizeRequest, error=LlamaError)),
        ("/detokenize", routes.detokenize, operation(TokensText, DetokenizeRequest, error=LlamaError)),
        (
            "/infill",
            routes.infill,
            operation(InfillAnswer, InfillRequest, chunk=(InfillChunk, InfillAnswer), error=LlamaError),
        ),
    ):
        api.add_api_route(path, endpoint, methods=["POST"], **about)
    return api


class _Routes:
    def __init__(self, services: Services, ping_s: float) -> None:
        self._services = services
        self._ping_s = ping_s

    async def tokenize(self, request: Request) -> Response:
        """Tell the tokens of a text."""
        body = await read(request, TokenizeRequest)
        work = self._services.tokens.tokenize(
            body.content,
            body.model or None,
            add_special=body.add_special is True,
            parse_special=body.parse_special is not False,
            pieces=body.with_pieces is True,
        )
        found = await unless_gone(request.receive, work)
        if not body.with_pieces:
            return json_response(TokenList([*found.tokens]))
        return await long_json_response(TokenList([]), "tokens", _pieces(found))

    async def detokenize(self, request: Request) -> Response:
        """Tell the text of tokens."""
        body = await read(request, DetokenizeRequest)
        work = self._services.tokens.detokenize(body.tokens, body.model or None)
        return json_response(TokensText(await unless_gone(request.receive, work)))

    async def infill(self, request: Request) -> Response:
        """Fill the gap in a text."""
        body = await read(request, InfillRequest)
        asked = with_client(infill_request(body, request.state.request_id), request)
        events = self._services.generate(asked)
        shown = Shown(body.return_tokens is True, bool(body.n_probs), tuple(body.response_fields or ()))
        if body.stream:
            return EventStream(events, InfillEncoder(shown), LLAMA, self._ping_s)
        answer = infill_body(await collect(request.receive, events), shown)
        return json_bytes(msgspec.json.encode(answer))


def _pieces(found: Tokenized) -> Iterator[TokenPiece]:
    for token, piece in zip(found.tokens, found.pieces, strict=True):
        yield TokenPiece(token, _shown(piece))


def _shown(piece: bytes) -> str | list[int]:
    """Return text, or the bytes of what is no text by itself, as half a character is."""
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return list(piece)
