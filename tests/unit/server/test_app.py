from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from minerva import __version__
from minerva.core.event import Timings, Usage
from minerva.core.request import BATCH
from minerva.server.app import create_app
from minerva.server.lifecycle import Lifecycle
from minerva.server.metrics import Metrics
from minerva.server.options import ServerOptions
from minerva.service.observe import RequestRecord
from minerva.service.services import Services, ServiceSettings


class Site:
    """An app without models, asked in this process."""

    def __init__(self, folder: Path) -> None:
        self.metrics, self.lifecycle = Metrics(), Lifecycle()
        services = Services(ServiceSettings(folders=(folder,), shipped=None), self.metrics)
        self.app = create_app(services, ServerOptions(), self.metrics, self.lifecycle)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://localhost:11434")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    async with site.http:
        yield site


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/v1/nowhere", 404),
        ("GET", "/v1/chat/completions", 405),
        ("DELETE", "/v1/models", 405),
        ("OPTIONS", "/v1/models", 405),
        ("GET", "/api/minerva/v1/load", 405),
    ],
)
async def test_unknown_paths_and_methods_are_answered_in_the_apis_shape(
    site: Site, method: str, path: str, status: int
) -> None:
    response = await site.http.request(method, path)
    assert response.status_code == status
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert path in error["message"]
    if status == 405:
        assert response.headers["allow"]


async def test_without_models_everything_says_so(site: Site, tmp_path: Path) -> None:
    for path in ("/v1/models", "/v1/models/"):
        assert (await site.http.get(path)).json() == {"object": "list", "data": []}
    assert (await site.http.get("/api/minerva/v1/models")).json() == {
        "models": [],
        "invalid": [],
        "folders": [str(tmp_path)],
        "default": None,
    }
    loaded = (await site.http.get("/api/minerva/v1/ps")).json()
    assert loaded["models"] == []
    assert 0 < loaded["memory"]["free_bytes"] < loaded["memory"]["total_bytes"]
    missing = await site.http.get("/v1/models/m")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")
    assert (await site.http.get("/api/minerva/v1/models/a/b:c")).status_code == 404
    assert (await site.http.post("/api/minerva/v1/stop", json={"model": "m"})).status_code == 404
    version = await site.http.get("/api/minerva/v1/version")
    assert version.json() == {"version": __version__, "name": "minerva"}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b"[]", "application/json; charset=utf-8"),
        (b"{}", "application/json"),
        (b'{"messages": [{"role": "user", "content": "a"}]}', "text/plain"),
        (b"messages=a", "application/x-www-form-urlencoded"),
        (b'{"messages": [{"role": "user", "content": "a"}], "temperature": NaN}', "application/json"),
        (b"[" * 50_000, "application/json"),
        (b"\xff", "application/json"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/completions"])
async def test_a_clients_mistake_is_400(site: Site, path: str, content: bytes, kind: str) -> None:
    response = await site.http.post(path, content=content, headers={"content-type": kind})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "invalid_request"


@pytest.mark.parametrize("stream", [False, True])
async def test_an_unknown_model_is_404_streamed_or_not(site: Site, *, stream: bool) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "a"}], "stream": stream}
    response = await site.http.post("/v1/chat/completions", json=body)
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "model_not_found"


async def test_alive_always_and_ready_until_draining(site: Site) -> None:
    assert (await site.http.get("/ready")).status_code == 200
    await site.lifecycle.drain()
    assert (await site.http.get("/health")).json() == {"status": "ok"}
    assert (await site.http.head("/health")).status_code == 200
    ready = await site.http.get("/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "draining"})
    assert (await site.http.get("/v1/models")).status_code == 503


async def test_metrics_count_what_requests_report(site: Site) -> None:
    site.metrics.started("m")
    site.metrics.first_token("m", 0.3)
    site.metrics.token_gap("m", 0.02)
    site.metrics.started("m")
    usage = Usage(10, 4, 6)
    timings = Timings(queue_s=0.2, total_s=1.0)
    site.metrics.finished(RequestRecord(request_id="r", model="m", outcome="finished", usage=usage, timings=timings))
    site.metrics.finished(
        RequestRecord(request_id="r", model="b", outcome="finished", usage=usage, timings=timings, priority=BATCH)
    )
    site.metrics.finished(
        RequestRecord(request_id="r", model="", outcome="model_not_found", usage=Usage(0, 0), timings=Timings())
    )
    lines = (await site.http.get("/metrics")).text.splitlines()
    assert 'minerva_requests_total{model="m",outcome="finished"} 1.0' in lines
    assert 'minerva_requests_total{model="",outcome="model_not_found"} 1.0' in lines
    assert 'minerva_requests_open{model="m"} 1.0' in lines
    assert 'minerva_prompt_tokens_total{model="m"} 10.0' in lines
    assert 'minerva_cached_tokens_total{model="m"} 6.0' in lines
    assert 'minerva_generated_tokens_total{model="m"} 4.0' in lines
    assert 'minerva_queue_seconds_count{model="m",priority="interactive"} 1.0' in lines
    assert 'minerva_queue_seconds_count{model="b",priority="batch"} 1.0' in lines
    for name in ("time_to_first_token", "inter_token", "request"):
        assert f'minerva_{name}_seconds_count{{model="m"}} 1.0' in lines
    assert not any("_created" in line for line in lines)


async def test_the_openapi_document_refers_only_to_what_it_defines(site: Site) -> None:
    document = (await site.http.get("/openapi.json")).json()
    text = json.dumps(document)
    defined = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= defined
    assert "#/$defs/" not in text
    assert "HTTPValidationError" not in text
    for path in ("/v1/chat/completions", "/v1/completions", "/v1/models/{model}", "/api/minerva/v1/ps", "/ready"):
        assert path in document["paths"]
    for path in ("/v1/models/{model}", "/api/minerva/v1/models/{model}"):
        [parameter] = document["paths"][path]["get"]["parameters"]
        assert (parameter["name"], parameter["in"]) == ("model", "path")
    temperature = document["components"]["schemas"]["ChatRequest"]["properties"]["temperature"]
    assert "0 to 2" in temperature["description"]


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for inner in value.values() for found in references(inner)]
    return [found for inner in value for found in references(inner)] if isinstance(value, list) else []
