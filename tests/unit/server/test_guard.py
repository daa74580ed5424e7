from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.testing import capture_logs

from minerva.core.errors import InvalidRequest
from minerva.server.guard import Guard
from minerva.server.lifecycle import Lifecycle
from minerva.server.options import ServerOptions


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    request = Request(scope, receive)
    bound = structlog.contextvars.get_contextvars()
    answer = {"size": len(await request.body()), "id": request.state.request_id, "logged": bound["request_id"]}
    await JSONResponse(answer)(scope, receive, send)


def client(app: ASGIApp = echo, lifecycle: Lifecycle | None = None, **options: Any) -> httpx.AsyncClient:
    guard = Guard(app, ServerOptions(**options), lifecycle or Lifecycle())
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(guard, raise_app_exceptions=False), base_url="http://localhost"
    )


async def test_a_request_id_is_made_or_taken_over() -> None:
    async with client() as http:
        made = await http.get("/v1/x")
        given = await http.get("/v1/x", headers={"x-request-id": "mine-1"})
        unfit = await http.get("/v1/x", headers={"x-request-id": "two words"})
    assert made.headers["x-request-id"] == made.json()["id"] == made.json()["logged"]
    assert given.headers["x-request-id"] == given.json()["id"] == "mine-1"
    assert unfit.headers["x-request-id"].startswith("req-")
    assert made.headers["x-content-type-options"] == "nosniff"


async def test_a_foreign_host_or_origin_gets_403_in_the_apis_shape() -> None:
    async with client() as http:
        host = await http.get("/v1/x", headers={"host": "evil.example"})
        origin = await http.post("/v1/x", headers={"origin": "http://evil.example"})
    for response in (host, origin):
        assert response.status_code == 403
        assert response.json()["error"]["code"] == "forbidden"
        assert "access-control-allow-origin" not in response.headers


async def test_a_missing_key_gets_401_and_the_right_one_passes() -> None:
    async with client(api_key="k") as http:
        missing = await http.get("/v1/x")
        right = await http.get("/v1/x", headers={"authorization": "Bearer k"})
    assert missing.status_code == 401
    assert missing.json()["error"]["code"] == "invalid_api_key"
    assert missing.headers["www-authenticate"] == "Bearer"
    assert right.status_code == 200


async def test_an_allowed_origin_gets_a_preflight_without_a_key_and_may_read_answers_and_errors() -> None:
    asked = {"origin": "http://app.example", "access-control-request-method": "POST"}
    async with client(api_key="k", allowed_origins=("http://app.example",)) as http:
        preflight = await http.options("/v1/x", headers={**asked, "access-control-request-headers": "x-mine"})
        error = await http.get("/v1/x", headers={"origin": "http://app.example"})
        closed = await http.options("/v1/x", headers={**asked, "origin": "http://evil.example"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "http://app.example"
    assert preflight.headers["access-control-allow-headers"] == "x-mine"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert error.status_code == 401
    assert error.headers["access-control-allow-origin"] == "http://app.example"
    assert "X-Request-Id" in error.headers["access-control-expose-headers"]
    assert closed.status_code == 403
    assert "access-control-allow-origin" not in closed.headers


async def chunks(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 100


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_the_limit_gets_413_with_or_without_a_length(*, chunked: bool) -> None:
    async with client(body_limit_bytes=1000) as http:
        fits = await http.post("/v1/x", content=chunks(10) if chunked else b"x" * 1000)
        over = await http.post("/v1/x", content=chunks(11) if chunked else b"x" * 1001)
    assert fits.json()["size"] == 1000
    assert over.status_code == 413
    assert over.json()["error"]["code"] == "request_too_large"
    assert over.headers["connection"] == "close"


async def test_whatever_an_app_raises_is_an_answer() -> None:
    async def wrong(scope: Scope, receive: Receive, send: Send) -> None:
        raise InvalidRequest("`n` is 9", "n") if scope["path"] == "/v1/x" else ZeroDivisionError

    async with client(wrong) as http:
        known = await http.get("/v1/x")
        unknown = await http.get("/v1/y")
    assert (known.status_code, known.json()["error"]["param"]) == (400, "n")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (500, "http_error")
    assert "ZeroDivisionError" not in unknown.text


async def test_a_client_that_leaves_in_the_middle_of_its_body_is_no_mishap() -> None:
    messages = iter(({"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}))
    sent: list[Message] = []

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/x", "headers": [(b"host", b"localhost")]}
    with capture_logs() as lines:
        await Guard(echo, ServerOptions(), Lifecycle())(scope, receive, send)
    assert sent == []
    assert [line["event"] for line in lines] == ["http"]


async def test_while_draining_only_probes_and_metrics_are_answered() -> None:
    lifecycle = Lifecycle()
    lifecycle.draining = True
    async with client(lifecycle=lifecycle) as http:
        refused = await http.get("/v1/x")
        probes = [await http.get(path) for path in ("/health", "/ready", "/metrics")]
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "shutting_down"
    assert int(refused.headers["retry-after"]) >= 1
    assert all(probe.status_code == 200 for probe in probes)


async def test_running_requests_are_counted_and_probes_are_not() -> None:
    lifecycle = Lifecycle()
    seen: list[int] = []

    async def count(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(lifecycle.active)
        await JSONResponse({})(scope, receive, send)

    async with client(count, lifecycle) as http:
        await http.get("/v1/x")
        await http.get("/health")
    assert seen == [1, 0]
    assert lifecycle.active == 0
    await lifecycle.drain()
    assert lifecycle.draining
