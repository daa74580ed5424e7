"""A real server in a process of its own, as `minerva serve` would start it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PROGRAM = """
import pathlib, sys, msgspec
from minerva.core import log
from minerva.server.options import ServerOptions
from minerva.server.run import run
from minerva.service.services import ServiceSettings
log.configure("debug", "json")

def path(kind, value):
    return pathlib.Path(value)

settings = msgspec.json.decode(sys.argv[1], type=ServiceSettings, dec_hook=path)
run(settings, msgspec.json.decode(sys.argv[2], type=ServerOptions))
"""
START_S = 30.0
SHORTLY = httpx.Limits(keepalive_expiry=2.0)
"""Idle connections are forgotten well before the server closes them, after five seconds: at five it might be both."""


class LiveServer:
    """A running server; `url` has no slash at its end."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.url = ""
        self._http = httpx.Client(timeout=30, trust_env=False, limits=SHORTLY)
        self._signalled = False
        self._listening = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._listening.wait(START_S), "the server did not start:\n" + "".join(self.lines)
        assert self.url, "the server ended:\n" + "".join(self.lines)

    def ps(self) -> list[dict[str, Any]]:
        """What /ps says of the loaded models."""
        models: list[dict[str, Any]] = self._http.get(f"{self.url}/api/minerva/v1/ps").json()["models"]
        return models

    def running(self) -> int:
        """Sequences that any engine works on, or has in its queue."""
        return sum(model["running"] + model["waiting"] for model in self.ps())

    def wait_until_idle(self, limit_s: float = 20.0) -> float:
        """Return how many seconds it took until no sequence was left."""
        return wait_until(lambda: self.running() == 0, limit_s)

    def signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self._signalled = True
        self.process.send_signal(number)

    def log(self, event: str) -> list[dict[str, Any]]:
        """The log lines with this `event`."""
        records = (json.loads(line) for line in list(self.lines) if line.startswith("{"))
        return [record for record in records if record.get("event") == event]

    def close(self) -> int:
        """Stop it and return its exit status."""
        self._http.close()
        if self.process.poll() is None and not self._signalled:
            self.signal()
        try:
            status = self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self._reader.join(10)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return status

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line)
            if found := re.search(r'"url": "([^"]+)".*"listening"|"listening".*"url": "([^"]+)"', line):
                self.url = found[1] or found[2]
                self._listening.set()
        self._listening.set()


@contextmanager
def live_server(folder: Path, options: dict[str, Any] | None = None, **settings: Any) -> Iterator[LiveServer]:
    """Serve the models of `folder` on a free port, and stop at the end."""
    with tempfile.TemporaryDirectory() as cache:
        given = {"folders": [str(folder)], "cache_dir": cache, **settings}
        serve = {"port": 0, "drain_s": 5.0, **(options or {})}
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, json.dumps(given), json.dumps(serve)],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        server: LiveServer | None = None
        try:
            server = LiveServer(process)
            yield server
        finally:
            if server is None:
                process.kill()
                process.wait()
            else:
                server.close()


def wait_until(condition: Callable[[], bool], limit_s: float, *, step_s: float = 0.005) -> float:
    """Return after how many seconds `condition` held; fail when it does not in `limit_s`."""
    started_s = time.monotonic()
    never = threading.Event()
    while not condition():
        assert time.monotonic() - started_s < limit_s, f"it did not happen within {limit_s} s"
        never.wait(step_s)
    return time.monotonic() - started_s
