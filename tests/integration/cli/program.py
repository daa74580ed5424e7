"""The `minerva` program as a person starts it: a process, with nothing of this machine's settings."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

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
    with started(home, *arguments) as server:
        yield server.url
        server.process.terminate()
        assert server.process.wait(TIMEOUT_S) == 0


class Server(NamedTuple):
    """A server that listens."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def started(home: Path, *arguments: str) -> Iterator[Server]:
    """A server on a free port, unless `arguments` name one. Whatever becomes of it in between is no failure."""
    command = [*MINERVA, "serve", "--port", "0", "--log-format", "json", *arguments]
    with subprocess.Popen(command, env=environment(home), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        lines: queue.Queue[bytes] = queue.Queue()
        reader = threading.Thread(target=_read, args=(process.stderr, lines))
        reader.start()
        try:
            yield Server(_address(lines), process)
        finally:
            process.terminate()
            reader.join(TIMEOUT_S)


def _read(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Read to the end, as the server must never wait for a reader; an empty line stands for the end."""
    for line in stream:
        lines.put(line)
    lines.put(b"")


def _address(lines: queue.Queue[bytes]) -> str:
    seen = b""
    while line := lines.get(timeout=TIMEOUT_S):
        seen += line
        if line.startswith(b"{") and (entry := json.loads(line)).get("event") == "listening":
            return str(entry["url"])
    raise AssertionError(f"the server never listened: {seen.decode()}")
