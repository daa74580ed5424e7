from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.integration.cli.program import minerva, serving


class _Ollama(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"Ollama is running" if self.path == "/" else b"404 page not found"
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def _ollama() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Ollama) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _doctor(home: Path, *arguments: str, **variables: str) -> tuple[int, dict[str, list[dict[str, Any]]]]:
    done = minerva(home, "doctor", "--json", *arguments, **variables)
    by_area: dict[str, list[dict[str, Any]]] = {}
    for finding in json.loads(done.stdout)["findings"]:
        by_area.setdefault(finding["area"], []).append(finding)
    return done.returncode, by_area


def test_a_sound_installation_has_no_problem(home: Path) -> None:
    code, found = _doctor(home, MINERVA_SERVER_PORT="1")
    assert code == 0
    assert {"python", "paths", "settings", "engine", "gpu", "cpu", "memory", "folders", "models", "server"} <= set(
        found
    )
    assert "llama-cpp-python" in found["engine"][0]["text"]
    assert "long, starter, tiny" in found["models"][0]["text"]
    assert any("server.port = 1 (MINERVA_SERVER_PORT)" in finding["text"] for finding in found["settings"])


def test_the_report_for_people_says_what_to_do(tmp_path: Path) -> None:
    done = minerva(tmp_path, "doctor", MINERVA_SERVER_PORT="1")
    assert done.returncode == 0
    assert "→ create it, or name another: --models DIR" in done.stdout
    assert done.stdout.endswith("0 problems, 1 warnings\n")


def test_files_that_cannot_be_used_are_named_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "broken.gguf").write_bytes(b"GGUF")
    _, found = _doctor(tmp_path, MINERVA_SERVER_PORT="1")
    assert any("broken.gguf cannot be used" in finding["text"] for finding in found["models"])


def test_ollama_in_our_place_is_a_problem(home: Path) -> None:
    with _ollama() as port:
        code, found = _doctor(home, MINERVA_SERVER_PORT=str(port))
    assert code == 1
    assert found["server"][0]["level"] == "problem"
    assert "Ollama" in found["server"][0]["text"]


def test_wrong_settings_are_a_problem_and_the_rest_is_still_checked(tmp_path: Path) -> None:
    (tmp_path / "minerva.toml").write_text("[server]\nport = 'x'\n")
    code, found = _doctor(tmp_path)
    assert code == 1
    assert found["settings"][0]["level"] == "problem"
    assert "line 2" in found["settings"][0]["text"]
    assert found["engine"]


def test_a_running_server_is_recognised_also_behind_its_key(home: Path) -> None:
    with serving(home, "--api-key", "sesame") as url:
        port = str(urlsplit(url).port)
        _, stranger = _doctor(home, MINERVA_SERVER_PORT=port)
        _, friend = _doctor(home, MINERVA_SERVER_PORT=port, MINERVA_SERVER_API_KEY="sesame")
    assert "asks for an API key" in stranger["server"][0]["text"]
    assert "version" in friend["server"][0]["text"]
    assert not any("sesame" in finding["text"] for finding in friend["settings"])
