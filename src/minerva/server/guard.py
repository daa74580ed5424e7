"""What every request passes on its way in and out, as plain ASGI: nothing here buffers, so cancellation gets through.

In: request id, Host, Origin and API key (`access.py`), body limit, refusal while draining. Out: the request id, CORS
and safety headers, and whatever goes wrong in the shape of the API that was called.
"""

from __future__ import annotations

import re
import time
import uuid

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from minerva.core.errors import MinervaError, ShuttingDown
from minerva.core.log import Logger, get_logger
from minerva.server.access import is_public, refusal
from minerva.server.errors import ANTHROPIC, Table, error_response, http_error_response, table_for
from minerva.server.lifecycle import Lifecycle
from minerva.server.options import ServerOptions
from minerva.server.stream import ClientGone

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_PREFLIGHT_AGE_S = "600"
_EXPOSED = b"X-Request-Id, Request-Id, Retry-After, ETag"
_METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
_ALWAYS_OPEN = frozenset({"/health", "/ready", "/metrics"})
_UNREAD = "/api/blobs/"
"""Below it no body is read, however long: what is said there is what to do instead."""


class BodyTooLarge(Exception):
    """The body is longer than the limit; raised while it is read, as a chunked body does not say its length."""


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, options: ServerOptions, lifecycle: Lifecycle) -> None:
        """Guard `app`."""
        self._app = app
        self._options = options
        self._lifecycle = lifecycle
        self._log: Logger = get_logger("http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        request_id, table = _request_id(headers), table_for(scope["path"], headers)
        scope.setdefault("state", {}).update(request_id=request_id, table=table)
        reply = _Reply(send, [*_id_headers(table, request_id), *self._cors(headers)])
        started_s = time.monotonic()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._answer(scope, receive, reply, headers)
            finally:
                self._log.debug(
                    "http",
                    method=scope["method"],
                    path=scope["path"],
                    status=reply.status,
                    total_s=round(time.monotonic() - started_s, 6),
                )

    async def _answer(self, scope: Scope, receive: Receive, reply: _Reply, headers: dict[str, str]) -> None:
        response = self._without_the_app(scope, headers)
        if response is not None:
            await response(scope, receive, reply.send)
            return
        limited = _limited(receive, self._options.body_limit_bytes)
        try:
            if is_public(scope["path"]) or scope["path"] in _ALWAYS_OPEN:
                await self._app(scope, limited, reply.send)
            else:
                with self._lifecycle.request():
                    await self._app(scope, limited, reply.send)
        except (ClientGone, ClientDisconnect):
            # The latter is raised where a client leaves in the middle of its body.
            return
        except Exception as error:
            if reply.status:
                self._log.error("the answer broke off", exc_info=True)
                raise
            await self._failure(scope, error)(scope, receive, reply.send)

    def _without_the_app(self, scope: Scope, headers: dict[str, str]) -> Response | None:
        """Return the answer of a request that is settled by its headers alone."""
        table, request_id = scope["state"]["table"], scope["state"]["request_id"]
        is_preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        error = refusal(headers, "/" if is_preflight else scope["path"], self._options)
        if error is not None:
            return error_response(table, error, request_id)
        if is_preflight:
            return Response(status_code=204, headers=_preflight(headers))
        if self._lifecycle.draining and scope["path"] not in _ALWAYS_OPEN:
            error = ShuttingDown("The server is shutting down and takes no new requests.")
            return error_response(table, error, request_id)
        length = "" if scope["path"].startswith(_UNREAD) else headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > self._options.body_limit_bytes:
            return self._too_large(scope)
        return None

    def _failure(self, scope: Scope, error: Exception) -> Response:
        if isinstance(error, BodyTooLarge):
            return self._too_large(scope)
        table, request_id = scope["state"]["table"], scope["state"]["request_id"]
        if isinstance(error, MinervaError):
            return error_response(table, error, request_id)
        self._log.error("a request failed in a way nobody expected", exc_info=error)
        message = "The server made a mistake; its log has the details under this request's X-Request-Id."
        return http_error_response(500, message, table=table, request_id=request_id)

    def _too_large(self, scope: Scope) -> Response:
        limit = self._options.body_limit_bytes
        return http_error_response(
            413,
            f"The body is larger than {limit} bytes (`server.body_limit`).",
            {"connection": "close"},
            table=scope["state"]["table"],
            request_id=scope["state"]["request_id"],
        )

    def _cors(self, headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
        """Headers that let a page of an allowed origin read the answer; also of an error, so that it can show it."""
        origin = headers.get("origin")
        if origin is None or refusal(headers, "/", self._options) is not None:
            return []
        return [
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-expose-headers", _EXPOSED),
            (b"vary", b"Origin"),
        ]


class _Reply:
    """Adds headers to an answer and remembers its status; 0 before it has started."""

    def __init__(self, send: Send, extra: list[tuple[bytes, bytes]]) -> None:
        self._send = send
        self._extra = [(b"x-content-type-options", b"nosniff"), *extra]
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": [*message.get("headers", ()), *self._extra]}
        await self._send(message)


def _headers(scope: Scope) -> dict[str, str]:
    """Header values by lower-case name; of one sent twice the last."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _request_id(headers: dict[str, str]) -> str:
    """Return the caller's own id, if it is fit for a log line, or a new one."""
    given = headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else f"req-{uuid.uuid4().hex}"


def _id_headers(table: Table, request_id: str) -> list[tuple[bytes, bytes]]:
    """Anthropic's clients read the id from a header of another name."""
    names = [b"x-request-id", b"request-id"] if table is ANTHROPIC else [b"x-request-id"]
    return [(name, request_id.encode()) for name in names]


def _preflight(headers: dict[str, str]) -> dict[str, str]:
    answer = {
        "access-control-allow-methods": _METHODS,
        "access-control-allow-headers": headers.get("access-control-request-headers", "authorization, content-type"),
        "access-control-max-age": _PREFLIGHT_AGE_S,
    }
    if headers.get("access-control-request-private-network") == "true":
        answer["access-control-allow-private-network"] = "true"
    return answer


def _limited(receive: Receive, limit_bytes: int) -> Receive:
    """Return `receive`, counting the body; it raises `BodyTooLarge` past the limit."""
    received = 0

    async def receive_counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit_bytes:
            raise BodyTooLarge
        return message

    return receive_counted
