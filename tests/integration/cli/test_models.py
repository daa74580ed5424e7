from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.integration.cli.program import minerva, serving


def test_list_shows_every_model(home: Path, server: str) -> None:
    done = minerva(home, "list", "--url", server)
    assert done.returncode == 0
    heading, *rows = done.stdout.splitlines()
    assert heading.split() == ["NAME", "KIND", "QUANT", "PARAMS", "CONTEXT", "SIZE", "MODIFIED"]
    assert [row.split()[0] for row in rows] == ["long", "starter", "tiny"]


def test_list_is_json_for_scripts(home: Path, server: str) -> None:
    found = json.loads(minerva(home, "list", "--json", MINERVA_URL=server).stdout)
    assert [model["name"] for model in found["models"]] == ["long", "starter", "tiny"]
    assert [model["shipped"] for model in found["models"]] == [False, True, False]
    assert found["default"] == "starter"


def test_show_says_what_a_person_wants_to_know(home: Path, server: str) -> None:
    done = minerva(home, "show", "tiny", "--url", server)
    facts = {line.split("  ")[0]: line for line in done.stdout.splitlines()}
    for name in ("architecture", "trained context", "quantisation", "parameters", "memory needed", "template"):
        assert name in facts
    assert "512 tokens" in facts["trained context"]
    assert json.loads(minerva(home, "show", "tiny", "--json", "--url", server).stdout)["model"]["name"] == "tiny"


def test_a_model_is_loaded_listed_and_stopped(home: Path, server: str) -> None:
    assert minerva(home, "run", "tiny", "Once", "--set", "max_tokens=1", "--url", server).returncode == 0
    row = next(line for line in minerva(home, "ps", "--url", server).stdout.splitlines() if line.startswith("tiny"))
    assert "ready" in row
    loaded = json.loads(minerva(home, "ps", "--json", "--url", server).stdout)["models"]
    assert "tiny" in [model["name"] for model in loaded]
    assert minerva(home, "stop", "tiny", "--url", server).stdout == "tiny is stopped.\n"
    again = minerva(home, "stop", "tiny", "--url", server)
    assert (again.returncode, again.stdout) == (1, "")
    assert "not loaded" in again.stderr


@pytest.mark.parametrize(
    "command", [("list",), ("show", "m"), ("ps",), ("stop", "m"), ("rm", "m"), ("run", "m", "hello")]
)
def test_without_a_server_one_sentence_says_how_to_start_one(home: Path, command: tuple[str, ...]) -> None:
    done = minerva(home, *command, MINERVA_URL="127.0.0.1:1")
    assert done.returncode == 1
    assert done.stderr == "error: No Minerva server answers at http://127.0.0.1:1; start one with: minerva serve\n"


def test_the_servers_errors_are_shown_as_their_message(home: Path, server: str) -> None:
    done = minerva(home, "show", "tinny", "--url", server)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "'tinny'" in done.stderr


def test_an_address_that_is_none_is_a_usage_error(home: Path) -> None:
    done = minerva(home, "list", "--url", "ftp://x")
    assert done.returncode == 2
    assert "--url" in done.stderr


def test_the_api_key_comes_from_the_settings(home: Path) -> None:
    with serving(home, "--api-key", "sesame") as url:
        assert minerva(home, "list", "--url", url).returncode == 1
        assert minerva(home, "list", "--url", url, MINERVA_SERVER_API_KEY="sesame").returncode == 0
