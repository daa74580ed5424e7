"""Creating, copying and deleting over HTTP, in this process, with models that can be looked at and not run."""

from __future__ import annotations

import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from minerva.server.app import create_app
from minerva.server.options import ServerOptions
from minerva.service.services import Services, ServiceSettings
from tests.unit.models.headers import LLAMA, gguf_bytes

TEMPLATE = "{{ messages }} and more"
DONE = {"status": "success"}


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An app with `own` in Minerva's folder, `other` in a person's, and `shipped`."""
    for folder, name in (("data/models", "own"), ("theirs", "other"), ("package", "shipped")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / f"{name}.gguf").write_bytes(
            gguf_bytes({**LLAMA, "tokenizer.chat_template": TEMPLATE, "general.sampling.temp": 0.5})
        )
    settings = ServiceSettings(
        folders=(tmp_path / "data" / "models", tmp_path / "theirs"),
        shipped=tmp_path / "package" / "shipped.gguf",
        data_dir=tmp_path / "data",
    )
    app = create_app(Services(settings), ServerOptions())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:11434") as client:
        yield client


async def create(http: httpx.AsyncClient, name: str = "mario", **fields: Any) -> httpx.Response:
    return await http.post("/api/create", json={"model": name, "from": "own", **fields})


async def copy(http: httpx.AsyncClient, source: str, destination: str) -> httpx.Response:
    return await http.post("/api/copy", json={"source": source, "destination": destination})


async def delete(http: httpx.AsyncClient, name: str) -> httpx.Response:
    return await http.request("DELETE", "/api/delete", json={"model": name})


async def show(http: httpx.AsyncClient, name: str) -> Any:
    answer = await http.post("/api/show", json={"model": name})
    assert answer.status_code == 200
    return answer.json()


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.gguf"))


async def names(http: httpx.AsyncClient) -> set[str]:
    return {model["name"] for model in (await http.get("/api/tags")).json()["models"]}


def error(response: httpx.Response, status: int = 400) -> str:
    assert response.status_code == status
    return str(response.json()["error"])


async def test_a_preset_is_in_every_list(http: httpx.AsyncClient) -> None:
    created = await create(http, system="You are Mario.", parameters={"top_k": 3})
    assert created.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in created.text.splitlines()] == [DONE]
    assert "mario:latest" in await names(http)
    for headers in ({}, {"anthropic-version": "2023-06-01"}):
        assert "mario" in [model["id"] for model in (await http.get("/v1/models", headers=headers)).json()["data"]]
        assert (await http.get("/v1/models/MARIO", headers=headers)).json()["id"] == "mario"
    [listed] = [
        model for model in (await http.get("/api/minerva/v1/models")).json()["models"] if model["name"] == "mario"
    ]
    assert listed["preset_of"] == "own"
    details = (await http.get("/api/minerva/v1/models/mario")).json()
    assert (details["model"], details["preset"]["system"]) == (listed, "You are Mario.")
    assert details["preset"]["sampling"] == {"top_k": 3}
    assert (await http.get("/api/minerva/v1/models/own")).json()["preset"] is None
    assert (await http.post("/api/pull", json={"model": "mario", "stream": False})).json() == DONE


async def test_ollamas_own_program_is_understood(http: httpx.AsyncClient) -> None:
    """Its bodies have empty fields that are out of use; `stream` it leaves out."""
    assert (await http.head("/")).status_code == 200
    create: dict[str, Any] = {"model": "mario", "from": "own", "system": "S", "license": ["MIT"], "name": ""}
    create |= {"parameters": {"temperature": 0.7, "num_ctx": 64, "stop": ["a", "b"]}}
    create |= {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    assert (await http.post("/api/create", json=create)).text == '{"status":"success"}\n'
    asked = {"model": "mario", "system": "", "template": "", "verbose": False, "options": None, "name": ""}
    shown = (await http.post("/api/show", json=asked)).json()
    assert (shown["system"], shown["license"], shown["messages"]) == ("S", "MIT", create["messages"])
    # /save in its chat: the parent's name, and the conversation so far.
    save = {"model": "saved", "from": shown["details"]["parent_model"], "system": "T", "name": ""}
    assert (await http.post("/api/create", json={**save, "messages": create["messages"]})).status_code == 200
    assert (await copy(http, "mario", "luigi")).status_code == 200
    pull = {"model": "luigi", "username": "", "password": "", "name": ""}
    assert (await http.post("/api/pull", json=pull)).text == '{"status":"success"}\n'
    for name in ("luigi", "mario", "saved"):
        assert (await http.request("DELETE", "/api/delete", json={"model": name, "name": ""})).status_code == 200


async def test_what_is_shown_can_be_created_again(http: httpx.AsyncClient) -> None:
    await create(http, system="S", parameters={"stop": ["x"]}, messages=[{"role": "user", "content": "a\nb"}])
    shown = await show(http, "mario")
    for name in ("mario", "own"):
        text = (await show(http, name))["modelfile"]
        again = await http.post("/api/create", json={"model": "again", "modelfile": text, "stream": False})
        assert again.json() == DONE
        assert (await show(http, "again"))["template"] == TEMPLATE
    assert (await show(http, "again"))["details"]["parent_model"] == "own"
    await http.post("/api/create", json={"model": "again", "modelfile": shown["modelfile"]})
    assert {**shown, "modelfile": "", "modified_at": ""} == {
        **await show(http, "again"),
        "modelfile": "",
        "modified_at": "",
    }


async def test_a_preset_of_a_preset_takes_it_over(http: httpx.AsyncClient) -> None:
    await create(http, system="S", template="other {{ messages }}", parameters={"top_k": 3, "temperature": 1})
    await create(http, "luigi", **{"from": "mario:latest"}, parameters={"temperature": 0})
    shown = await show(http, "luigi")
    assert (shown["system"], shown["template"]) == ("S", "other {{ messages }}")
    assert sorted(line.split() for line in shown["parameters"].splitlines()) == [["temperature", "0"], ["top_k", "3"]]
    assert shown["details"]["parent_model"] == "own"
    # It stays what it is when the other goes.
    assert (await delete(http, "mario")).status_code == 200
    assert (await show(http, "luigi"))["system"] == "S"


async def test_what_is_to_be_as_nobody_said_it_is_not_taken_over(http: httpx.AsyncClient) -> None:
    await create(http, parameters={"num_predict": 3, "seed": 5, "stop": ["x"], "top_k": 2})
    await create(http, "luigi", **{"from": "mario"}, parameters={"num_predict": -1, "seed": -1, "stop": []})
    lines = [line.split() for line in (await show(http, "luigi"))["parameters"].splitlines()]
    assert sorted(lines) == [["temperature", "0.5"], ["top_k", "2"]]
    assert (await show(http, "luigi"))["details"]["parent_model"] == "own"


async def test_a_template_may_refuse_the_shortest_conversation(http: httpx.AsyncClient) -> None:
    template = "{% if messages | length < 2 %}{{ raise_exception('too short') }}{% endif %}{{ messages }}"
    assert (await create(http, template=template, stream=False)).json() == DONE


async def test_lists_have_the_context_of_a_preset(http: httpx.AsyncClient) -> None:
    await create(http, parameters={"num_ctx": 64})
    assert (await http.get("/v1/models/mario")).json()["context_length"] == 64
    anthropic = await http.get("/v1/models/mario", headers={"anthropic-version": "2023-06-01"})
    assert anthropic.json()["max_input_tokens"] == 64
    assert (await http.get("/v1/models/own")).json()["context_length"] == 1024


async def test_a_file_that_is_sent_is_refused_whatever_its_length(http: httpx.AsyncClient) -> None:
    path = "/api/blobs/sha256:0"
    assert (await http.head(path)).status_code == 404
    response = await http.post(path, content=b"", headers={"content-length": str(2**40)})
    assert "into a models folder" in error(response)
    assert "cannot be pushed" in error(await http.post("/api/push", json={"model": "own"}))


async def test_a_copy_is_a_name_and_no_file(http: httpx.AsyncClient, tmp_path: Path) -> None:
    await create(http, system="S")
    assert (await copy(http, "mario", "luigi:v2")).json() == DONE
    assert (await copy(http, "other", "another:latest")).json() == DONE
    assert (await http.get("/v1/models/another")).json()["id"] == "another"
    assert {"mario:latest", "luigi:v2", "another:latest"} <= await names(http)
    assert (await show(http, "luigi:v2"))["system"] == "S"
    assert (await show(http, "another"))["details"]["parent_model"] == "other"
    assert files(tmp_path) == ["other.gguf", "own.gguf", "shipped.gguf"]
    assert "'own' is the name of a file" in error(await copy(http, "mario", "own"))
    assert "name of a preset" in error(await copy(http, "mario", "a b"))
    assert "not found" in error(await copy(http, "nope", "b"), 404)


async def test_presets_and_minervas_own_files_are_deleted_and_no_others(
    http: httpx.AsyncClient, tmp_path: Path
) -> None:
    await create(http)
    # Its model stays while it is needed.
    assert "'mario'" in error(await delete(http, "own"), 403)
    assert (await delete(http, "MARIO:latest")).json() == DONE
    assert (await delete(http, "own")).json() == DONE
    assert not (tmp_path / "data" / "models" / "own.gguf").exists()
    assert await names(http) == {"other:latest", "shipped:latest"}
    assert str(tmp_path / "theirs" / "other.gguf") in error(await delete(http, "other"), 403)
    assert "ships with Minerva" in error(await delete(http, "shipped"), 403)
    assert "not found" in error(await delete(http, "mario"), 404)
    assert files(tmp_path) == ["other.gguf", "shipped.gguf"]


async def test_what_belongs_to_a_model_is_deleted_too(http: httpx.AsyncClient, tmp_path: Path) -> None:
    path = tmp_path / "data" / "models" / "mmproj.gguf"
    path.write_bytes(gguf_bytes({"general.architecture": "clip", "general.type": "mmproj"}))
    assert (await delete(http, "mmproj")).json() == DONE
    assert not path.exists()


async def test_a_model_is_deleted_by_its_full_name_alone(http: httpx.AsyncClient, tmp_path: Path) -> None:
    assert "call it by that name" in error(await delete(http, "ow"), 404)
    assert (tmp_path / "data" / "models" / "own.gguf").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a right of their own there")
async def test_what_a_link_leads_to_is_not_deleted(http: httpx.AsyncClient, tmp_path: Path) -> None:
    own = tmp_path / "data" / "models"
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "away.gguf").write_bytes(gguf_bytes())
    (own / "near.gguf").symlink_to(tmp_path / "far" / "away.gguf")
    assert (await delete(http, "near")).json() == DONE
    assert not (own / "near.gguf").is_symlink()
    (own / "folder").symlink_to(tmp_path / "far")
    assert str(own / "folder" / "away.gguf") in error(await delete(http, "away"), 403)
    assert (tmp_path / "far" / "away.gguf").exists()


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"from": "nope"}, 404, "model 'nope' not found"),
        ({"from": None}, 400, "`from` is missing"),
        ({"model": None}, 400, "`model` is missing"),
        ({"model": "../x"}, 400, "name of a preset"),
        ({"model": "own"}, 400, "own.gguf; choose another name"),
        ({"model": "SHIPPED:latest"}, 400, "shipped.gguf; choose another name"),
        ({"model": "con"}, 400, "device of Windows"),
        ({"template": "{{ .Prompt }}"}, 400, "as a Jinja template: .* syntax of Go"),
        ({"template": "{{ if .System }}{{ .System }}{{ end }}"}, 400, "syntax of Go"),
        ({"template": "{% for m in messages %}{{ m.x.y }}{% endfor %}"}, 400, "does not work.*no attribute 'x'"),
        ({"template": "{% for n in range(10 ** 12) %}{{ messages }}{% endfor %}"}, 400, "does not work"),
        ({"template": "{{ Prompt }}"}, 400, "does not write the `messages`"),
        ({"parameters": {"num_ctx": 1025}}, 400, "1025 tokens.*trained for 1024"),
        ({"quantize": "q4_0"}, 400, "`quantize`"),
        ({"from": None, "modelfile": "FROM own\nADAPTER x"}, 400, "Line 2.*adapters"),
    ],
)
async def test_what_cannot_be_created_leaves_nothing(
    http: httpx.AsyncClient, fields: dict[str, Any], status: int, words: str
) -> None:
    before = await names(http)
    response = await create(http, **fields)
    assert re.search(words, error(response, status))
    assert await names(http) == before


async def test_a_damaged_preset_is_named_and_can_be_deleted(http: httpx.AsyncClient, tmp_path: Path) -> None:
    await create(http)
    path = tmp_path / "data" / "presets" / "mario.json"
    path.write_text(path.read_text()[:-9])
    [fault] = (await http.get("/api/minerva/v1/models")).json()["invalid"]
    assert fault["path"] == str(path)
    assert "mario.json" in error(await http.post("/api/show", json={"model": "mario"}), 500)
    assert (await delete(http, "mario")).json() == DONE
    assert (await http.get("/api/minerva/v1/models")).json()["invalid"] == []
