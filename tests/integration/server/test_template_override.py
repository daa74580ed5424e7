"""A chat template in a file of its own holds for everything that depends on one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.server.live import LiveServer, live_server, wait_until
from tests.support.tiny_model import CHATML, write_tiny_model

OWN = "{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}"
THINKS = CHATML.replace("'<|im_start|>assistant\n'", "'<|im_start|>assistant\n<think>\n'")
TOOLS = '{% for tool in tools %}<tool_call>{"name": "{{ tool.function.name }}"}</tool_call>{% endfor %}' + THINKS
BROKEN = "{% for message in messages %}\n{{ message.content }}\n{% endfo %}"
HELLO = [{"role": "user", "content": "Once upon a time"}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models without a file beside them, with one, with a broken one, twice, and one the settings name a file for."""
    folder = tmp_path_factory.mktemp("templates")
    for name in ("bare", "beside", "broken", "mended", "named"):
        write_tiny_model(folder / f"{name}.gguf")
    (folder / "beside.jinja").write_text(OWN)
    (folder / "broken.jinja").write_text(BROKEN)
    (folder / "mended.jinja").write_text(BROKEN)
    (folder / "named.jinja").write_text(BROKEN)
    (folder / "tools.txt").write_text(TOOLS)
    return folder


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[LiveServer]:
    templates = {"named": str(folder / "tools.txt"), "nowhere": str(folder / "tools.txt")}
    with live_server(folder, default_model="bare", chat_templates=templates) as server:
        yield server


@pytest.fixture(scope="module")
def http(server: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        yield client


def prompt(http: httpx.Client, model: str) -> Any:
    response = http.post("/apply-template", json={"model": model, "messages": HELLO})
    assert response.status_code == 200, response.text
    return response.json()["prompt"]


def shown(http: httpx.Client, model: str) -> Any:
    return http.post("/api/show", json={"model": model}).json()


def test_a_file_beside_the_model_holds(http: httpx.Client) -> None:
    assert prompt(http, "beside") == "[user] Once upon a time\n"
    assert prompt(http, "bare").startswith("<|im_start|>user")
    assert http.get("/api/minerva/v1/models/beside").json()["chat_template"] == OWN
    assert http.get("/api/minerva/v1/models/bare").json()["chat_template"] == CHATML


def test_a_file_of_the_settings_comes_first(http: httpx.Client) -> None:
    assert prompt(http, "named").endswith("<think>\n")


def test_capabilities_and_formats_are_those_of_the_template_that_holds(http: httpx.Client) -> None:
    assert {"tools", "thinking"} <= set(shown(http, "named")["capabilities"])
    assert not {"tools", "thinking"} & set(shown(http, "bare")["capabilities"])
    assert shown(http, "named")["template"] == TOOLS
    # The prompt opens a thought, so the answer begins with one.
    body = {"model": "named", "messages": HELLO, "max_tokens": 8, "temperature": 0}
    message = http.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]
    assert (message["content"], bool(message["reasoning_content"])) == ("", True)
    plain = http.post("/v1/chat/completions", json={**body, "model": "bare"}).json()["choices"][0]["message"]
    assert "reasoning_content" not in plain


def test_a_broken_template_fails_the_load_and_names_file_and_line(http: httpx.Client, folder: Path) -> None:
    response = http.post("/v1/chat/completions", json={"model": "broken", "messages": HELLO})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (500, "invalid_model_file")
    assert f"{folder / 'broken.jinja'} has an error in line 3" in error["message"]
    details = http.get("/api/minerva/v1/models/broken").json()
    assert details["plan"] is None
    assert "line 3" in details["problem"]


def test_a_template_that_is_mended_is_read_with_the_next_load(http: httpx.Client, folder: Path) -> None:
    refused = http.post("/v1/chat/completions", json={"model": "mended", "messages": HELLO})
    assert (refused.status_code, refused.json()["error"]["code"]) == (500, "invalid_model_file")
    (folder / "mended.jinja").write_text("{% for message in messages %}{{ message.content }}{% endfor %}")
    assert prompt(http, "mended") == "Once upon a time"
    (folder / "mended.jinja").write_text(BROKEN)
    assert prompt(http, "mended") == "Once upon a time"


def test_a_name_that_no_model_has_is_logged(server: LiveServer) -> None:
    said = "there is no model for this chat template yet"
    # The folders are looked through after the server listens.
    wait_until(lambda: bool(server.log(said)), 10)
    assert [line["model"] for line in server.log(said)] == ["nowhere"]
