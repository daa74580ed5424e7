"""Servers that benchmarks start for themselves, Minerva and llama-server; ended with the block they are for."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

MODEL = "measured"
"""What a model file is called at a Minerva that is started here."""
_API = "/api/minerva/v1"
_START_S = 600.0
_STOP_S = 60.0
_POLL_S = 0.02


@dataclass(frozen=True)
class Server:
    """A running server; `model` is the name of what it was started for."""

    url: str
    model: str
    process: subprocess.Popen[bytes]

    @property
    def tree(self) -> list[psutil.Process]:
        """The server's process and those below it."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def pause(self) -> None:
        """Stop all its processes where they are (POSIX alone)."""
        for one in self.tree:
            one.suspend()

    def resume(self) -> None:
        """Let them go on."""
        for one in self.tree:
            one.resume()

    def running(self) -> dict[str, Any]:
        """Return what a Minerva says of its model in memory: `pid`, `running`, `cells` and more."""
        models = httpx.get(f"{self.url}{_API}/ps", timeout=30).raise_for_status().json()["models"]
        return dict(next(model for model in models if model["name"] == self.model))


def minerva_settings(
    *, threads: int | None = None, slots: int | None = None, cells: int | None = None
) -> dict[str, str]:
    """Return variables for a Minerva: threads, requests at once, cells of the KV cache."""
    chosen = {
        "MINERVA_ENGINE_THREADS": threads,
        "MINERVA_ENGINE_MAX_SEQUENCES": slots,
        "MINERVA_ENGINE_KV_CELLS": cells,
    }
    return {name: str(value) for name, value in chosen.items() if value is not None}


@contextmanager
def minerva(home: Path, model: Path | None, settings: Mapping[str, str]) -> Iterator[Server]:
    """Run Minerva with all its folders below `home`, and `model`, or the starter model, in memory for good.

    Raises:
        SystemExit: It ended before it was ready, or did not load the model.
    """
    models = home / "models"
    models.mkdir(parents=True, exist_ok=True)
    if model:
        (models / f"{MODEL}.gguf").unlink(missing_ok=True)
        (models / f"{MODEL}.gguf").symlink_to(model.resolve())
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINERVA_")}
    environment |= {"MINERVA_HOME": str(home), "MINERVA_POOL_KEEP_ALIVE": "-1", **settings}
    port = _free_port()
    command = [sys.executable, "-m", "minerva", "serve", "--port", str(port), "--models", str(models)]
    with _running(command, environment, home / "server.log") as process:
        url = f"http://127.0.0.1:{port}"
        _wait(process, f"{url}/ready", home / "server.log")
        name = MODEL if model else "starter"
        answer = httpx.post(f"{url}{_API}/load", json={"model": name}, timeout=_START_S)
        if answer.status_code != 200:
            raise SystemExit(f"{name} was not loaded: {answer.text}")
        yield Server(url, name, process)


@contextmanager
def llama_server(program: Path, model: Path, home: Path, arguments: Sequence[str]) -> Iterator[Server]:
    """Run llama-server with `model` and `arguments`. Raises `SystemExit` if it ends before it is ready."""
    home.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    command = [str(program), "--model", str(model), "--host", "127.0.0.1", "--port", str(port), *arguments]
    with _running(command, dict(os.environ), home / "peer.log") as process:
        url = f"http://127.0.0.1:{port}"
        _wait(process, f"{url}/health", home / "peer.log")
        yield Server(url, model.stem, process)


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment)  # noqa: S603 - as chosen
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server as a person would, and all below it, whatever they are doing."""
    with suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
        for one in [psutil.Process(process.pid), *below]:
            with suppress(psutil.NoSuchProcess):
                one.resume()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
        for one in below:
            with suppress(psutil.NoSuchProcess):
                one.kill()
    process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline_s = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < deadline_s:
        with suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).status_code == 200:
                return
        time.sleep(_POLL_S)
    raise SystemExit(f"{url} was not ready.\n{last_words(log.parent)}")


def last_words(folder: Path) -> str:
    """Return the end of each log in `folder` and below."""
    logs = sorted(folder.rglob("*.log"))
    return "\n".join(f"{log.name}:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}" for log in logs)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
