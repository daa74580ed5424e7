from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.model import ModelFile
from minerva.server.anthropic.models import ModelInfo, model_info, model_page
from minerva.server.app import create_app
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings

MODELS = [ModelInfo(str(number), "", "", None) for number in range(45)]
VERSION = {"anthropic-version": "2023-06-01"}


def test_a_file_is_a_model_with_its_date() -> None:
    file = ModelFile(name="m:q4", paths=("m.gguf",), kind="model", size_bytes=1, modified_s=1_700_000_000.9, title="M")
    assert model_info(file) == ModelInfo("m:q4", "M", "2023-11-14T22:13:20Z", None)


@pytest.mark.parametrize(
    ("query", "shown", "has_more"),
    [
        ({}, range(20), True),
        ({"limit": "45"}, range(45), False),
        ({"limit": "1000", "after_id": "39"}, range(40, 45), False),
        ({"after_id": "19"}, range(20, 40), True),
        ({"after_id": "44"}, range(0), False),
        ({"before_id": "30", "limit": "5"}, range(25, 30), True),
        ({"before_id": "3"}, range(3), False),
    ],
)
def test_pages(query: dict[str, str], shown: range, *, has_more: bool) -> None:
    page = model_page(MODELS, query)
    ids = [str(number) for number in shown]
    assert [model.id for model in page.data] == ids
    assert (page.first_id, page.last_id) == ((ids[0], ids[-1]) if ids else (None, None))
    assert page.has_more == has_more


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": "1001"}, "limit"),
        ({"limit": "٣"}, "limit"),
        ({"after_id": "nope"}, "after_id"),
        ({"after_id": "1", "before_id": "2"}, "before_id"),
    ],
)
def test_a_page_that_cannot_be_is_named(query: dict[str, str], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        model_page(MODELS, query)
    assert caught.value.param == param


async def test_the_header_tells_whose_models_are_asked_for(tmp_path: Path) -> None:
    app = create_app(Services(ServiceSettings(folders=(tmp_path,))), ServerOptions())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http:
        mine = await http.get("/v1/models", headers=VERSION)
        openais = await http.get("/v1/models")
        missing = await http.get("/v1/models/nope", headers=VERSION)
        wrong = await http.delete("/v1/models", headers=VERSION)
        messages = await http.post("/v1/chat/completions", headers=VERSION, json={})
    assert set(mine.json()) == {"data", "has_more", "first_id", "last_id"}
    assert openais.json()["object"] == "list"
    assert (missing.status_code, missing.json()["error"]["type"]) == (404, "not_found_error")
    assert missing.headers["request-id"] == missing.json()["request_id"]
    assert (wrong.status_code, wrong.json()["type"]) == (405, "error")
    assert "type" not in messages.json()
