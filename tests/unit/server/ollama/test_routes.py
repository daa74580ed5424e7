from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from minerva import __version__
from minerva.server.app import create_app
from minerva.server.ollama.model_routes import API_VERSION
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings
from tests.unit.models.headers import gguf_bytes

CHAT = {"model": "nope", "messages": [{"role": "user", "content": "a"}]}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An app with a model that can be looked at and not run, asked in this process."""
    (tmp_path / "small.gguf").write_bytes(gguf_bytes())
    app = create_app(Services(ServiceSettings(folders=(tmp_path,), shipped=None)), ServerOptions())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:11434") as client:
        yield client


def error(response: httpx.Response) -> str:
    """What the answer says is wrong; errors have this field and no other."""
    body = response.json()
    assert set(body) == {"error"}
    return str(body["error"])


async def test_models_are_listed_shown_and_found_by_tag(http: httpx.AsyncClient) -> None:
    [model] = (await http.get("/api/tags")).json()["models"]
    assert model["name"] == model["model"] == "small:latest"
    assert (await http.head("/api/tags")).status_code == 200
    for name in ("small", "small:latest"):
        for field in ("model", "name"):
            shown = (await http.post("/api/show", json={field: name})).json()
            assert shown["details"] == model["details"]
            assert shown["modified_at"] == model["modified_at"]
    # The Go client sends every field.
    everything = {"model": "small", "name": "", "system": "", "template": "", "options": None, "verbose": False}
    assert (await http.post("/api/show", json=everything)).status_code == 200
    assert (await http.get("/api/ps")).json() == {"models": []}


async def test_the_version_is_that_of_the_api(http: httpx.AsyncClient) -> None:
    assert (await http.get("/api/version")).json() == {"version": API_VERSION, "minerva": __version__}
    assert (await http.head("/api/version")).status_code == 200
    assert (await http.head("/")).status_code == 200


@pytest.mark.parametrize("stream", [None, False, True])
@pytest.mark.parametrize("path", ["/api/chat", "/api/generate"])
async def test_an_unknown_model_is_404_in_ollamas_words(
    http: httpx.AsyncClient, path: str, *, stream: bool | None
) -> None:
    prompt = {"messages": CHAT["messages"]} if path == "/api/chat" else {"prompt": "a"}
    for body in ({"model": "nope", "stream": stream, **prompt}, {"model": "nope"}, {"model": "nope", "keep_alive": 0}):
        response = await http.post(path, json=body)
        assert response.status_code == 404
        assert response.headers["content-type"] == "application/json"
        assert error(response).startswith("model 'nope' not found")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/show", {"model": "nope"}),
        ("POST", "/api/copy", {"source": "nope", "destination": "b"}),
        ("DELETE", "/api/delete", {"model": "nope"}),
    ],
)
async def test_what_names_a_model_finds_it_first(http: httpx.AsyncClient, method: str, path: str, body: Any) -> None:
    response = await http.request(method, path, json=body)
    assert response.status_code == 404
    assert error(response).startswith("model 'nope' not found")


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/api/pull", {"model": "nope"}, "cannot be downloaded yet"),
        ("POST", "/api/push", {"model": "small"}, "cannot be pushed"),
        ("POST", "/api/embed", {"model": "small", "input": 3}, "`input` is 3"),
        ("POST", "/api/embeddings", {"model": "small", "input": "a"}, "`input` is not a known field"),
        ("POST", "/api/blobs/sha256:00", {}, "cannot be sent"),
        ("POST", "/api/show", {}, "`model` is missing"),
        ("POST", "/api/chat", {"messages": []}, "`model` is missing"),
        ("POST", "/api/chat", {**CHAT, "temprature": 1}, "`temprature` is not a known field"),
    ],
)
async def test_what_cannot_be_done_says_so(
    http: httpx.AsyncClient, method: str, path: str, body: Any, words: str
) -> None:
    response = await http.request(method, path, json=body)
    assert response.status_code == 400
    assert words in error(response)


async def test_a_pull_names_the_folder_and_succeeds_for_what_is_here(http: httpx.AsyncClient, tmp_path: Path) -> None:
    assert str(tmp_path) in error(await http.post("/api/pull", json={"model": "nope"}))
    streamed = await http.post("/api/pull", json={"model": "small"})
    assert streamed.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in streamed.text.splitlines()] == [{"status": "success"}]
    assert (await http.post("/api/pull", json={"model": "small", "stream": False})).json() == {"status": "success"}


async def test_there_are_no_blobs(http: httpx.AsyncClient) -> None:
    assert (await http.head("/api/blobs/sha256:00")).status_code == 404


@pytest.mark.parametrize("think", [True, "high"])
@pytest.mark.parametrize("path", ["/api/chat", "/api/generate"])
async def test_a_model_without_thoughts_is_not_asked_for_them(
    http: httpx.AsyncClient, path: str, think: bool | str
) -> None:
    body = {"model": "small", "messages": CHAT["messages"], "prompt": "a", "think": think}
    del body["prompt" if path == "/api/chat" else "messages"]
    response = await http.post(path, json=body)
    assert response.status_code == 400
    assert error(response).startswith('"small" does not support thinking')


async def test_a_body_needs_no_content_type(http: httpx.AsyncClient) -> None:
    # As curl sends what it is given with `-d`.
    form = {"content-type": "application/x-www-form-urlencoded"}
    response = await http.post("/api/show", content=b'{"model": "small"}', headers=form)
    assert response.status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/nowhere", 404), ("GET", "/api/chat", 405)])
async def test_unknown_paths_and_methods_are_answered_in_the_apis_shape(
    http: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    response = await http.request(method, path)
    assert response.status_code == status
    assert path in error(response)


async def test_the_openapi_document_has_the_shapes(http: httpx.AsyncClient) -> None:
    document = (await http.get("/openapi.json")).json()
    for path in ("/api/chat", "/api/generate"):
        answers = document["paths"][path]["post"]["responses"]
        assert set(answers["200"]["content"]) == {"application/json", "application/x-ndjson"}
        assert answers["default"]["content"]["application/json"]["schema"]["$ref"].endswith("/OllamaError")
    options = document["components"]["schemas"]["OllamaOptions"]["properties"]
    assert "0 to 2" in options["temperature"]["description"]
    assert "more than the model has is refused" in options["num_ctx"]["description"]
