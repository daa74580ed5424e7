"""The routes that need no model: stored responses, and what is refused before one is looked for."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from minerva.core.errors import InvalidRequest
from minerva.server.app import create_app
from minerva.server.errors import RESPONSES, error_body
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings
from minerva.sessions.responses import StoredItem, StoredResponse


class Site:
    """An app without models, asked in this process."""

    def __init__(self, folder: Path, data_dir: Path | None = None) -> None:
        self.services = Services(ServiceSettings(folders=(folder,), shipped=None, data_dir=data_dir))
        app = create_app(self.services, ServerOptions())
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:11434")

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        response = await self.http.request(method, f"/v1/responses{path}", **more)
        return response.status_code, response.json()

    async def store(self, name: str, previous: str | None = None, items: int = 1) -> None:
        inputs = [_item(f"{name}-{index}", f"said {index}") for index in range(items)]
        answer = json.dumps({"id": name, "object": "response"}).encode()
        outputs = [_item(f"{name}-out", "answered", "assistant", "output_text")]
        stored = StoredResponse(id=name, previous=previous, answer=answer, inputs=inputs, outputs=outputs)
        await self.services.responses.add(stored)


def _item(name: str, text: str, role: str = "user", kind: str = "input_text") -> StoredItem:
    body = {"type": "message", "id": name, "role": role, "content": [{"type": kind, "text": text}]}
    return StoredItem(name, json.dumps(body).encode())


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    async with site.http:
        yield site
    await site.services.close(0.0)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/a"), ("DELETE", "/a"), ("GET", "/a/input_items"), ("POST", "/a/cancel")]
)
async def test_a_response_that_is_not_there_is_a_404(site: Site, method: str, path: str) -> None:
    status, body = await site.ask(method, path)
    assert status == 404
    assert body["error"]["type"] == "invalid_request_error"
    assert body["error"]["message"].startswith("Response with id 'a' not found")
    assert (body["error"]["param"], body["error"]["code"]) == (None, "response_not_found")


async def test_a_stored_response_is_read_and_deleted(site: Site) -> None:
    await site.store("a")
    assert await site.ask("GET", "/a") == (200, {"id": "a", "object": "response"})
    assert await site.ask("DELETE", "/a") == (200, {"id": "a", "object": "response", "deleted": True})
    assert (await site.ask("GET", "/a"))[0] == 404


async def test_input_items_come_in_pages_the_last_first(site: Site) -> None:
    await site.store("a", items=25)
    _, page = await site.ask("GET", "/a/input_items")
    assert (page["object"], page["has_more"]) == ("list", True)
    assert [item["id"] for item in page["data"]] == [f"a-{index}" for index in range(24, 4, -1)]
    assert (page["first_id"], page["last_id"]) == ("a-24", "a-5")
    _, rest = await site.ask("GET", "/a/input_items", params={"after": "a-5"})
    assert ([item["id"] for item in rest["data"]], rest["has_more"]) == ([f"a-{i}" for i in range(4, -1, -1)], False)
    _, first = await site.ask("GET", "/a/input_items", params={"order": "asc", "limit": 1})
    assert first["data"] == [json.loads(_item("a-0", "said 0").body)]
    await site.store("b", items=0)
    assert (await site.ask("GET", "/b/input_items"))[1]["data"] == []


@pytest.mark.parametrize(
    ("query", "param"),
    [({"limit": "0"}, "limit"), ({"limit": "101"}, "limit"), ({"order": "x"}, "order"), ({"after": "x"}, "after")],
)
async def test_a_page_that_cannot_be_is_refused(site: Site, query: dict[str, str], param: str) -> None:
    await site.store("a")
    status, body = await site.ask("GET", "/a/input_items", params=query)
    assert (status, body["error"]["param"]) == (400, param)


async def test_what_a_page_is_asked_by_is_described(site: Site) -> None:
    document = (await site.http.get("/openapi.json")).json()
    described = document["paths"]["/v1/responses/{response_id}/input_items"]["get"]["parameters"]
    assert [(one["name"], one["in"]) for one in described] == [
        ("response_id", "path"),
        ("after", "query"),
        ("limit", "query"),
        ("order", "query"),
    ]


async def test_what_never_ran_in_the_background_is_not_cancelled_nor_streamed_anew(site: Site) -> None:
    await site.store("a")
    status, body = await site.ask("POST", "/a/cancel")
    assert (status, "synchronous" in body["error"]["message"]) == (400, True)
    for query, param in (({"stream": "true"}, "stream"), ({"starting_after": "1"}, "starting_after")):
        status, body = await site.ask("GET", "/a", params=query)
        assert (status, body["error"]["param"]) == (400, param)
    assert (await site.ask("GET", "/a", params={"stream": "false"}))[0] == 200


@pytest.mark.parametrize(
    ("fields", "status", "param", "code"),
    [
        ({"model": "m"}, 404, None, "model_not_found"),
        ({"model": "m", "stream": True}, 404, None, "model_not_found"),
        ({"previous_response_id": "gone"}, 400, "previous_response_id", "previous_response_not_found"),
        ({"input": [{"type": "item_reference", "id": "gone"}]}, 404, "input[0].id", "response_not_found"),
        ({"input": [{"role": "user", "content": "a"}, {"id": "gone"}]}, 404, "input[1].id", "response_not_found"),
        ({"background": True}, 400, "background", "invalid_request"),
        ({"stream": True, "tool_choice": "required"}, 400, "tool_choice", "invalid_request"),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_the_apis_shape(
    site: Site, fields: dict[str, Any], status: int, param: str | None, code: str
) -> None:
    found, body = await site.ask("POST", "", json={"input": "Hi", **fields})
    assert (found, body["error"]["param"], body["error"]["code"]) == (status, param, code)


async def test_what_cannot_be_stored_is_refused_before_it_is_computed(tmp_path: Path) -> None:
    (tmp_path / "minerva.sqlite3").mkdir()
    site = Site(tmp_path, data_dir=tmp_path)
    async with site.http:
        for stream in (False, True):
            status, body = await site.ask("POST", "", json={"input": "Hi", "model": "m", "stream": stream})
            assert (status, body["error"]["code"]) == (500, "storage_failed")
        status, body = await site.ask("POST", "", json={"input": "Hi", "model": "m", "store": False})
        assert (status, body["error"]["code"]) == (404, "model_not_found")
    await site.services.close(0.0)


async def test_a_conversation_with_a_hole_is_refused_by_its_name(site: Site) -> None:
    await site.store("a")
    await site.store("b", "a")
    assert (await site.ask("POST", "", json={"input": "Hi", "model": "m", "previous_response_id": "b"}))[0] == 404
    await site.ask("DELETE", "/a")
    status, body = await site.ask("POST", "", json={"input": "Hi", "model": "m", "previous_response_id": "b"})
    assert (status, body["error"]["code"]) == (400, "previous_response_not_found")
    assert "'a'" in body["error"]["message"]


@pytest.mark.parametrize(
    ("param", "field"),
    [
        ("messages", "input"),
        ("messages[2].content", "input"),
        ("reasoning_effort", "reasoning.effort"),
        ("tools[1].name", "tools[1].name"),
    ],
)
def test_what_a_template_refuses_is_called_by_the_names_of_this_api(param: str, field: str) -> None:
    body = json.loads(error_body(RESPONSES, InvalidRequest("it is wrong", param)))
    assert body["error"]["param"] == field


@pytest.mark.parametrize(
    ("fields", "status", "param", "code"),
    [
        ({"input": "Hi", "model": "m"}, 404, None, "model_not_found"),
        ({}, 400, "input", "invalid_request"),
        ({"input": None}, 400, "input", "invalid_request"),
        ({"input": []}, 400, "input", "invalid_request"),
        ({"instructions": "Be brief.", "model": "m"}, 404, None, "model_not_found"),
        ({"previous_response_id": "gone"}, 400, "previous_response_id", "previous_response_not_found"),
        ({"previous_response_id": "a", "model": "m"}, 404, None, "model_not_found"),
        ({"input": "Hi", "personality": "friendly"}, 400, "personality", "invalid_request"),
        ({"input": "Hi", "inputs": 1}, 400, "inputs", "invalid_request"),
        ({"input": "Hi", "tool_choice": "required"}, 400, "tool_choice", "invalid_request"),
    ],
)
async def test_tokens_are_counted_of_what_could_be_asked(
    site: Site, fields: dict[str, Any], status: int, param: str | None, code: str
) -> None:
    await site.store("a")
    found, body = await site.ask("POST", "/input_tokens", json=fields)
    assert (found, body["error"]["param"], body["error"]["code"]) == (status, param, code)


async def test_a_conversation_is_not_compacted_and_the_error_says_what_to_do(site: Site) -> None:
    status, body = await site.ask("POST", "/compact", json={"model": "m", "input": "Hi"})
    assert (status, body["error"]["code"]) == (400, "invalid_request")
    assert "`truncation`" in body["error"]["message"]
