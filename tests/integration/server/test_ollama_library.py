"""Presets through Ollama's official client against a live server: created, used, copied, deleted, and kept."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anthropic
import httpx
import ollama
import openai
import pytest

from minerva.models import starter
from tests.integration.server.conftest import ALONE
from tests.integration.server.live import LiveServer, live_server, wait_until

HELLO: Any = [{"role": "user", "content": "Once upon a time"}]
GREEDY: Any = {"temperature": 0, "num_predict": 12}
SYSTEM = "a cat and a dog"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Path:
    """A data folder of Minerva's with the tiny model in it."""
    root = tmp_path_factory.mktemp("home")
    (root / "models").mkdir()
    shutil.copy(tiny_model, root / "models" / "tiny.gguf")
    return root


@contextmanager
def serving(home: Path, **settings: Any) -> Iterator[LiveServer]:
    with live_server(home / "models", data_dir=str(home), load=ALONE, **settings) as server:
        yield server


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[LiveServer]:
    with serving(home) as server:
        yield server


@pytest.fixture(scope="module")
def client(server: LiveServer) -> Iterator[ollama.Client]:
    with ollama.Client(server.url, timeout=60, trust_env=False) as client:
        yield client


def names(client: ollama.Client) -> set[str | None]:
    return {model.model for model in client.list().models}


def test_a_preset_is_created_shown_used_copied_and_deleted(client: ollama.Client, server: LiveServer) -> None:
    progress = client.create("mario", from_="tiny", system=SYSTEM, parameters=GREEDY, stream=True)
    assert [step.status for step in progress] == ["success"]
    shown = client.show("mario")
    assert shown.details is not None
    assert shown.details.parent_model == "tiny"
    assert f'SYSTEM """{SYSTEM}"""' in (shown.modelfile or "")
    by_preset = client.chat("mario", HELLO)
    by_hand = client.chat("tiny", [{"role": "system", "content": SYSTEM}, *HELLO], options=GREEDY)
    assert by_preset.model == "mario"
    assert by_preset.message.content == by_hand.message.content
    assert (by_preset.eval_count, by_preset.prompt_eval_count) == (12, by_hand.prompt_eval_count)
    # One worker serves both names.
    assert [model["name"] for model in server.ps()] == ["tiny"]
    assert client.generate("mario", keep_alive=0).done_reason == "unload"
    assert server.ps() == []
    assert client.copy("mario", "luigi:v2").status == "success"
    assert {"mario:latest", "luigi:v2", "tiny:latest", "starter:latest"} <= names(client)
    assert client.generate("luigi:v2", HELLO[0]["content"]).response == by_hand.message.content
    assert client.delete("mario").status == "success"
    assert client.delete("luigi:v2").status == "success"
    assert not {"mario:latest", "luigi:v2"} & names(client)


def test_what_a_request_says_goes_before_the_preset(client: ollama.Client) -> None:
    client.create("bold", from_="tiny", system=SYSTEM, parameters={"temperature": 0, "num_predict": 3})
    own = [{"role": "system", "content": "the sun"}, *HELLO]
    said = client.chat("bold", own, options={"num_predict": 7})
    assert said.eval_count == 7
    plain = client.chat("tiny", own, options={"temperature": 0, "num_predict": 7})
    assert (said.message.content, said.prompt_eval_count) == (plain.message.content, plain.prompt_eval_count)
    by_silence = client.chat("bold", own, options={"num_predict": -1, "stop": ["a"]})
    alone = client.chat("tiny", own, options={"temperature": 0, "stop": ["a"]})
    assert by_silence.message.content == alone.message.content
    assert (by_silence.eval_count or 0) > 3
    client.delete("bold")


def test_every_api_knows_it(client: ollama.Client, server: LiveServer) -> None:
    client.create("everywhere", from_="tiny", system=SYSTEM, parameters={**GREEDY, "stop": ["zzz"]})
    expected = client.chat("everywhere", HELLO).message.content
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as theirs:
        chat = theirs.chat.completions.create(model="everywhere", messages=HELLO)
        assert (chat.model, chat.choices[0].message.content) == ("everywhere", expected)
        stream = theirs.chat.completions.create(model="everywhere", messages=HELLO, stream=True)
        assert {chunk.model for chunk in stream} == {"everywhere"}
        assert "everywhere" in [model.id for model in theirs.models.list()]
    with anthropic.Anthropic(base_url=server.url, api_key="none", max_retries=0) as theirs_too:
        message = theirs_too.messages.create(model="everywhere", messages=HELLO, max_tokens=12)
        assert message.content[0].type == "text"
        assert (message.model, message.content[0].text) == ("everywhere", expected)
        count = theirs_too.messages.count_tokens(model="everywhere", messages=HELLO).input_tokens
        assert count == message.usage.input_tokens + (message.usage.cache_read_input_tokens or 0)
    client.delete("everywhere")


def test_a_template_of_its_own_holds(client: ollama.Client) -> None:
    client.create("bare", from_="tiny", template="{% for m in messages %}{{ m.content }}{% endfor %}")
    prompt = HELLO[0]["content"]
    templated = client.generate("bare", prompt, options=GREEDY)
    raw = client.generate("tiny", prompt, raw=True, options=GREEDY)
    assert (templated.response, templated.prompt_eval_count) == (raw.response, raw.prompt_eval_count)
    client.delete("bare")


def test_texts_to_be_embedded_get_its_context(client: ollama.Client) -> None:
    client.create("short", from_="tiny", parameters={"num_ctx": 4})
    text = HELLO[0]["content"] * 3
    whole = client.embed("tiny", text, truncate=False).prompt_eval_count or 0
    assert whole > 4
    with pytest.raises(ollama.ResponseError, match=f"{whole}.* 4 ") as refused:
        client.embed("short", text, truncate=False)
    assert refused.value.status_code == 400
    assert client.embed("short", text, truncate=False, options={"num_ctx": whole}).prompt_eval_count == whole
    client.delete("short")


def test_errors_are_the_clients_own(client: ollama.Client, tmp_path: Path) -> None:
    large = tmp_path / "large.gguf"
    with large.open("wb") as file:
        file.truncate(65 * 2**20)
    cases: list[tuple[int, str, Any]] = [
        (404, "model 'nope' not found", lambda: client.create("a", from_="nope")),
        (400, "syntax of Go", lambda: client.create("a", from_="tiny", template="{{ .Prompt }}")),
        (400, "`parameters.temperature` is 9", lambda: client.create("a", from_="tiny", parameters={"temperature": 9})),
        (400, "no attribute 'x'", lambda: client.create("a", from_="tiny", template="{{ messages[0].x.y }}")),
        (400, "choose another name", lambda: client.create("tiny", from_="tiny")),
        (400, "llama-quantize", lambda: client.create("a", from_="tiny", quantize="q4_0")),
        (404, "model 'nope' not found", lambda: client.copy("nope", "a")),
        (404, "model 'nope' not found", lambda: client.delete("nope")),
        (403, "ships with Minerva", lambda: client.delete("starter")),
        (400, "cannot be downloaded yet", lambda: client.pull("nope")),
        (400, "cannot be pushed", lambda: client.push("tiny")),
        (400, "cannot be sent", lambda: client.create_blob(starter.PATH)),
        # Its length is no reason to be told of a limit for bodies: it would not be taken anyway.
        (400, "cannot be sent", lambda: client.create_blob(large)),
    ]
    for status, words, call in cases:
        with pytest.raises(ollama.ResponseError, match=words) as refused:
            call()
        assert refused.value.status_code == status
    streams: list[tuple[int, Any]] = [
        (404, lambda: client.create("a", from_="nope", stream=True)),
        (400, lambda: client.pull("nope", stream=True)),
        (400, lambda: client.push("tiny", stream=True)),
    ]
    for status, begin in streams:
        with pytest.raises(ollama.ResponseError) as refused:
            list(begin())
        assert refused.value.status_code == status
    assert [step.status for step in client.pull("tiny", stream=True)] == ["success"]
    assert "a:latest" not in names(client)


def test_a_model_in_memory_is_unloaded_and_its_file_deleted(
    client: ollama.Client, server: LiveServer, home: Path
) -> None:
    path = home / "models" / "passing.gguf"
    shutil.copy(home / "models" / "tiny.gguf", path)
    wait_until(lambda: "passing:latest" in names(client), 10)
    client.chat("passing", HELLO, options=GREEDY)
    assert "passing" in [model["name"] for model in server.ps()]
    client.delete("passing")
    assert "passing" not in [model["name"] for model in server.ps()]
    assert not path.exists()
    assert "passing:latest" not in names(client)


def test_presets_outlive_a_server_that_is_killed(home: Path) -> None:
    with serving(home) as first, ollama.Client(first.url, timeout=60, trust_env=False) as client:
        client.create("kept", from_="tiny", system=SYSTEM, parameters=GREEDY)
        before = client.show("kept")
        first.signal(signal.SIGKILL)
    (home / "presets" / "broken.json").write_text("{")
    with (
        serving(home, default_model="kept") as second,
        ollama.Client(second.url, timeout=60, trust_env=False) as client,
    ):
        assert client.show("kept") == before
        listed = httpx.get(f"{second.url}/api/minerva/v1/models", trust_env=False).json()
        assert listed["default"] == "kept"
        assert [fault["path"] for fault in listed["invalid"]] == [str(home / "presets" / "broken.json")]
        answer = httpx.post(f"{second.url}/v1/chat/completions", json={"messages": HELLO}, timeout=60, trust_env=False)
        assert answer.json()["model"] == "kept"
        assert client.delete("broken").status == "success"
        client.delete("kept")
    assert [record["path"] for record in second.log("cannot be used")] == [str(home / "presets" / "broken.json")]
