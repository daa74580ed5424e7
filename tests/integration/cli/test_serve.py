from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.cli.program import MINERVA, environment, minerva, serving


@pytest.mark.parametrize(
    ("arguments", "variables", "words"),
    [
        (("--port", "many"), {}, "'many' (--port); it must be an integer, 0 to 65535"),
        (("--keep-alive", "soon"), {}, "'soon' (--keep-alive); it must be a duration"),
        ((), {"MINERVA_SERVER_PROT": "1"}, "did you mean `MINERVA_SERVER_PORT`?"),
        (("--config", "nowhere.toml"), {}, "nowhere.toml cannot be read"),
    ],
)
def test_wrong_settings_end_it_before_it_starts(
    home: Path, arguments: tuple[str, ...], variables: dict[str, str], words: str
) -> None:
    done = minerva(home, "serve", *arguments, **variables)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_wrong_settings_file_is_named_with_its_line(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "minerva.toml"
    file.write_text("[server]\nprot = 1\n")
    done = minerva(home, "serve", "--config", str(file))
    assert done.returncode == 2
    assert f"{file} line 2" in done.stderr


def test_a_port_in_use_is_an_error_that_says_what_to_do(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = minerva(home, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_models_folders_of_flags_are_searched(tmp_path: Path, tiny_model: Path) -> None:
    with serving(tmp_path, "--models", str(tiny_model.parent), "--models", str(tmp_path)) as url:
        assert "tiny" in minerva(tmp_path, "list", "--url", url).stdout


def test_the_models_folder_is_made_where_it_is_looked_for(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        assert (tmp_path / "models").is_dir()
        assert str(tmp_path / "models") in minerva(tmp_path, "list", "--url", url).stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM that a program could catch")
@pytest.mark.parametrize(
    ("arguments", "warned"), [((), True), (("--api-key", "k"), False), (("--host", "127.0.0.1"), False)]
)
def test_a_server_open_to_the_network_without_a_key_says_so(
    tmp_path: Path, arguments: tuple[str, ...], warned: bool
) -> None:
    log = serve_and_stop(tmp_path, "--host", "0.0.0.0", *arguments)  # noqa: S104
    assert "url=http://127.0.0.1:" in log
    assert ("without an API key" in log) == warned


def test_a_folder_of_models_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in serve_and_stop(tmp_path, "--models", str(tmp_path / "nowhere"))


def serve_and_stop(home: Path, *arguments: str) -> str:
    """Start a server, stop it as soon as it has looked for models, and return all that it logged."""
    command = [*MINERVA, "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, env=environment(home), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        log = ""
        for line in process.stderr:
            log += line
            if "models found" in line:
                process.terminate()
        return log
