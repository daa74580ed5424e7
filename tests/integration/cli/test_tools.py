"""A preset with tools, and a model with defaults, in the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.cli.program import minerva, serving
from tests.integration.cli.terminal import Terminal, chatting

ASKED = "Get the weather with the city Paris."
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def url(place: Path) -> Iterator[str]:
    """A server with a preset of the starter model that has a tool."""
    with serving(place, "--threads", "1") as address:
        preset = {"model": "starter", "tools": [TOOL], "sampling": {"temperature": 0}, "max_tokens": 60}
        put(address, "presets/forecaster", preset)
        yield address


def put(url: str, path: str, body: dict[str, Any]) -> None:
    httpx.put(f"{url}/api/minerva/v1/{path}", json=body, trust_env=False).raise_for_status()


def say(terminal: Terminal, text: str) -> str:
    """Type a line and return what comes until the next prompt."""
    terminal.type(f"{text}\n")
    terminal.wait_for(re.escape(text) + r"\r\n")
    return terminal.wait_for(r">>> \Z")


def test_a_call_is_shown_and_its_result_given(place: Path, url: str) -> None:
    with chatting(place, "forecaster", "--url", url) as (terminal, process):
        terminal.wait_for(">>> ")
        assert "No call of a tool waits" in say(terminal, "/result sunny")
        called = say(terminal, ASKED)
        assert 'calls get_weather with {"city": "Paris"}; /result TEXT' in called.replace('":"', '": "')
        answer = say(terminal, '/result {"weather":"sunny","temperature":21}')
        assert "(calls" not in answer
        assert answer.removesuffix(">>> ").strip()
        assert say(terminal, "/retry") == answer
        assert terminal.leave(process) == 0


def test_one_answer_shows_its_call_too(place: Path, url: str) -> None:
    done = minerva(place, "run", "forecaster", ASKED, "--url", url)
    assert (done.returncode, done.stdout.strip()) == (0, "")
    assert "(calls get_weather with" in done.stderr
    assert "/result" not in done.stderr


def test_the_defaults_of_a_model_hold_and_are_shown(place: Path, url: str) -> None:
    put(url, "defaults/starter", {"max_tokens": 3, "system": "Be brief.", "thinking": {"enabled": False}})
    short = minerva(place, "run", "starter", "Please tell me a story about Ada.", "--verbose", "--url", url)
    assert "3 tokens" in short.stderr
    longer = minerva(
        place, "run", "starter", "Please tell me a story about Ada.", "--verbose", "--set", "max_tokens=5", "--url", url
    )
    assert "5 tokens" in longer.stderr
    shown = minerva(place, "show", "starter", "--url", url).stdout
    assert "Be brief." in shown
    assert "max_tokens 3" in shown
    assert "thinking.enabled False" in shown
    assert "get_weather" in minerva(place, "show", "forecaster", "--url", url).stdout
