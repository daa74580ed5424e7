"""The `minerva` program as a person starts it: a process, with nothing of this machine's settings."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MINERVA = (sys.executable, "-m", "minerva")
TIMEOUT_S = 60


def environment(home: Path, **variables: str) -> dict[str, str]:
    """An environment whose only settings are `variables`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MINERVA_")}
    return {**clean, "MINERVA_HOME": str(home), "PYTHONIOENCODING": "utf-8", "TERM": "dumb", **variables}


def minerva(
    home: Path, *arguments: str, stdin: str | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    done = subprocess.run(
        [*MINERVA, *arguments],
        env=environment(home, **variables),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[str]:
    """A server on a free port, its address; it must end well when told to."""
    command = [*MINERVA, "serve", "--port", "0", "--log-format", "json", *arguments]
    # A file, not a pipe: nobody reads a pipe while the test runs, and a server must not wait for that.
    log = home / f"serve-{uuid.uuid4().hex}.log"
    with log.open("wb") as errors, subprocess.Popen(command, env=environment(home), stderr=errors) as process:
        try:
            yield _address(log, process)
        finally:
            process.terminate()
            assert process.wait(TIMEOUT_S) == 0, log.read_text()


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text().splitlines():
            if '"listening"' in line and line.endswith("}"):
                return str(json.loads(line)["url"])
        select.select([], [], [], 0.02)
    raise AssertionError(f"the server never listened:\n{log.read_text()}")
