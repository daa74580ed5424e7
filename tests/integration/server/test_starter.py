"""The model that ships with Minerva: it answers requests that name no model, and remembers what it was told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest

from minerva.models import starter
from tests.integration.server.live import LiveServer, live_server

GREEDY: Any = {"temperature": 0, "max_tokens": 60}
NO_MODEL: Any = {"model": openai.omit}
"""The official client asks for the argument, and sends nothing for this."""
SMALL_TALK = ("How are you?", "What is 3 + 4?", "Thank you.")


@pytest.fixture(scope="module")
def fresh(tiny_model: Path) -> Iterator[LiveServer]:
    """A server on which no default is set; beside the model that ships a person's own is there.

    One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run.
    """
    with live_server(tiny_model.parent, load={"threads": 1}) as server:
        yield server


@pytest.fixture(scope="module")
def plain(fresh: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fresh.url, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def official(fresh: LiveServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{fresh.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def asked(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}], **GREEDY}


@pytest.mark.parametrize("named", [{}, {"model": None}, {"model": ""}, {"model": "starter"}])
def test_it_answers_when_no_model_is_named(plain: httpx.Client, named: dict[str, Any]) -> None:
    answer = plain.post("/v1/chat/completions", json={**asked("Who are you?"), **named}).json()
    assert answer["model"] == "starter"
    assert "starter model" in answer["choices"][0]["message"]["content"]
    text = plain.post("/v1/completions", json={"prompt": "Hello", "max_tokens": 1, **named}).json()
    assert text["model"] == "starter"


def test_a_stream_names_it(official: openai.OpenAI) -> None:
    chunks = list(official.chat.completions.create(**asked("Hello!"), **NO_MODEL, stream=True))
    assert {chunk.model for chunk in chunks} == {"starter"}


@pytest.mark.parametrize("name", ["Oskar", "Valerie"])
def test_a_name_told_in_the_first_turn_is_given_back_in_the_fifth(official: openai.OpenAI, name: str) -> None:
    messages: list[Any] = []
    for text in (f"My name is {name}.", *SMALL_TALK, "What is my name?"):
        messages.append({"role": "user", "content": text})
        answer = official.chat.completions.create(messages=messages, **NO_MODEL, **GREEDY)
        messages.append({"role": "assistant", "content": answer.choices[0].message.content})
    assert name in messages[-1]["content"]


def test_it_is_listed_beside_the_others(plain: httpx.Client, official: openai.OpenAI) -> None:
    assert [model.id for model in official.models.list()] == ["starter", "tiny"]
    assert official.models.retrieve("starter").id == "starter"
    listed = plain.get("/api/minerva/v1/models").json()
    assert {model["name"]: model["shipped"] for model in listed["models"]} == {"starter": True, "tiny": False}
    assert listed["default"] == "starter"


def test_its_own_sampling_parameters_are_its_defaults(plain: httpx.Client) -> None:
    metadata = plain.get("/api/minerva/v1/models/starter").json()["metadata"]
    loaded = plain.post("/api/minerva/v1/load", json={}).json()
    assert loaded["name"] == "starter"
    names = {"temperature": "temp", "top_k": "top_k", "top_p": "top_p", "min_p": "min_p"}
    wanted = {name: metadata[f"general.sampling.{key}"] for name, key in names.items()}
    assert loaded["sampling"] == pytest.approx(wanted)


def test_a_default_that_is_set_goes_before_it(tiny_model: Path) -> None:
    with live_server(tiny_model.parent, default_model="tiny") as server:
        assert httpx.get(f"{server.url}/api/minerva/v1/models").json()["default"] == "tiny"
        answer = httpx.post(f"{server.url}/v1/chat/completions", json=asked("Hello!"), timeout=60)
    assert answer.json()["model"] == "tiny"


def test_a_default_that_is_not_there_is_an_error(tiny_model: Path) -> None:
    with live_server(tiny_model.parent, default_model="nobody") as server:
        assert httpx.get(f"{server.url}/api/minerva/v1/models").json()["default"] is None
        answer = httpx.post(f"{server.url}/v1/chat/completions", json=asked("Hello!"), timeout=60)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize(("own", "status", "code"), [(True, 400, "invalid_request"), (False, 404, "model_not_found")])
def test_without_its_file_a_model_must_be_named(
    tmp_path: Path, tiny_model: Path, *, own: bool, status: int, code: str
) -> None:
    folder = tiny_model.parent if own else tmp_path
    with live_server(folder, shipped=str(tmp_path / "missing.gguf")) as server:
        answer = httpx.post(f"{server.url}/v1/chat/completions", json=asked("Hello!"), timeout=60)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


def test_a_persons_file_of_its_name_is_reached_with_its_folder(tmp_path: Path, tiny_model: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "starter.gguf").symlink_to(tiny_model)
    with live_server(tmp_path) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        found = {model: client.get(f"/api/minerva/v1/models/{model}").json() for model in ("starter", "mine/starter")}
        answer = client.post("/v1/chat/completions", json=asked("Hello!") | {"model": "mine/starter"}).json()
    assert found["starter"]["model"]["paths"] == [str(starter.PATH)]
    assert found["mine/starter"]["model"]["paths"] == [str(tmp_path / "mine" / "starter.gguf")]
    assert answer["model"] == "mine/starter"
