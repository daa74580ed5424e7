"""Errors as Anthropic's API has them, from the table to what leaves the guard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from anthropic.types.shared import ErrorType

from minerva.core import errors
from minerva.core.errors import ErrorInfo, MinervaError, error_classes, from_info
from minerva.server.app import create_app
from minerva.server.errors import ANTHROPIC, OPENAI, error_body, error_response, http_error_response, table_for
from minerva.server.lifecycle import Lifecycle
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings

STATUSES = {
    "invalid_request_error": {400, 409},
    "authentication_error": {401},
    "permission_error": {403},
    "not_found_error": {404},
    "rate_limit_error": {429},
    "api_error": {500, 503},
    "timeout_error": {504},
    "overloaded_error": {529},
}
MESSAGE = {"max_tokens": 1, "messages": [{"role": "user", "content": "a"}]}


def example(cls: type[MinervaError]) -> MinervaError:
    if cls is errors.SettingsError:
        return errors.SettingsError("it is wrong", "a.b", "a file")
    return from_info(
        ErrorInfo(cls.code, "it is wrong", "n", 4, 5, 6, 7, retry_after_s=1.2, timeout_s=8.0, path="p", model="m")
    )


def test_every_error_has_a_row_of_its_own() -> None:
    assert set(ANTHROPIC) == set(error_classes())


@pytest.mark.parametrize("cls", error_classes())
def test_every_error_has_an_answer_in_the_shape_and_the_types_of_the_api(cls: type[MinervaError]) -> None:
    response = error_response(ANTHROPIC, example(cls), "req-1")
    body = json.loads(bytes(response.body))
    assert set(body) == {"type", "error", "request_id"}
    assert (body["type"], body["request_id"]) == ("error", "req-1")
    error = body["error"]
    assert error["message"].endswith("it is wrong")
    assert error["type"] in get_args(ErrorType)
    assert response.status_code in STATUSES[error["type"]]
    assert error["details"]["error_code"] == cls.code
    assert response.headers["x-should-retry"] == str(OPENAI[cls].retry).lower()


def test_a_prompt_that_is_too_long_says_so_in_the_words_clients_look_for() -> None:
    body = json.loads(error_body(ANTHROPIC, errors.ContextLimitExceeded("Shorten it.", 512, 600)))
    assert body["error"] == {
        "type": "invalid_request_error",
        "message": "prompt is too long: 600 tokens > 512 maximum. Shorten it.",
        "details": {"error_code": "context_length_exceeded", "maximum": 512, "required": 600},
    }


def test_the_field_at_fault_is_a_detail() -> None:
    body = json.loads(error_body(ANTHROPIC, errors.InvalidRequest("`x` is 1", "x")))
    assert body["error"]["details"] == {"error_code": "invalid_request", "param": "x"}
    form = json.loads(error_body(ANTHROPIC, errors.InvalidRequest("no such schema", "form")))
    assert form["error"]["details"]["param"] == "output_config.format"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, "not_found_error"),
        (405, "invalid_request_error"),
        (413, "request_too_large"),
        (500, "api_error"),
        (503, "api_error"),
    ],
)
def test_what_http_refuses_has_the_same_shape(status: int, kind: str) -> None:
    response = http_error_response(status, "no", table=ANTHROPIC, request_id="req-1")
    body = json.loads(bytes(response.body))
    assert (response.status_code, body["error"]["type"], body["request_id"]) == (status, kind, "req-1")


@pytest.mark.parametrize(
    ("path", "is_anthropic"),
    [
        ("/v1/messages", True),
        ("/v1/messages/", True),
        ("/v1/messages/count_tokens", True),
        ("/v1/messagesX", False),
        ("/v1/chat/completions", False),
    ],
)
def test_paths_tell_the_api(path: str, *, is_anthropic: bool) -> None:
    assert (table_for(path) is ANTHROPIC) == is_anthropic


@pytest.mark.parametrize(
    ("request_", "options", "status", "kind"),
    [
        ({"method": "GET", "url": "/v1/messages"}, {}, 405, "invalid_request_error"),
        ({"method": "POST", "url": "/v1/messages/nowhere"}, {}, 404, "not_found_error"),
        ({"json": {"max_tokens": 1}}, {}, 400, "invalid_request_error"),
        ({"json": {**MESSAGE, "model": "m"}}, {}, 404, "not_found_error"),
        ({"json": {**MESSAGE, "model": "m", "stream": True}}, {}, 404, "not_found_error"),
        ({"json": {"model": "m", "messages": MESSAGE["messages"]}, "url": "/v1/messages/count_tokens"}, {}, 404, None),
        ({"json": MESSAGE, "headers": {"host": "evil.example"}}, {}, 403, "permission_error"),
        ({"json": MESSAGE}, {"api_key": "k"}, 401, "authentication_error"),
        ({"json": MESSAGE, "headers": {"x-api-key": "wrong"}}, {"api_key": "k"}, 401, "authentication_error"),
        ({"json": {**MESSAGE, "model": "m"}, "headers": {"x-api-key": "k"}}, {"api_key": "k"}, 404, "not_found_error"),
        ({"json": MESSAGE}, {"body_limit_bytes": 3}, 413, "request_too_large"),
    ],
)
async def test_every_refusal_on_the_way_has_the_shape_and_the_header(
    tmp_path: Path, request_: dict[str, Any], options: dict[str, Any], status: int, kind: str | None
) -> None:
    app = create_app(Services(ServiceSettings(folders=(tmp_path,))), ServerOptions(**options))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        response = await http.request(**{"method": "POST", "url": "/v1/messages", **request_})
    body = response.json()
    assert (response.status_code, body["type"]) == (status, "error")
    assert kind is None or body["error"]["type"] == kind
    assert body["request_id"] == response.headers["request-id"] == response.headers["x-request-id"]


async def test_while_draining_the_server_is_overloaded(tmp_path: Path) -> None:
    lifecycle = Lifecycle()
    lifecycle.draining = True
    app = create_app(Services(ServiceSettings(folders=(tmp_path,))), ServerOptions(), lifecycle=lifecycle)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        response = await http.post("/v1/messages", json=MESSAGE)
    assert (response.status_code, response.json()["error"]["type"]) == (529, "overloaded_error")
    assert int(response.headers["retry-after"]) >= 1
