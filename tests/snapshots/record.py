"""Asks a server for streams and takes down what it sends."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx

from tests.integration.server.live import LiveServer
from tests.snapshots.cases import MODEL, Case

SERVER = {"ping_s": 600.0}
"""Options of the server: only silence decides when a keep-alive is sent, and a busy machine makes silence."""
LOAD = {"threads": 1, "speculation": False}
"""With two, on a machine whose cores are taken, each token waits for the other thread to be run. Whether it pays to
compute ahead depends on the machine's speed, and answers say that it was done."""

_TIMEOUT_S = 300.0
_FRAMES_BEFORE_DEATH = 6
"""By then there is text in every API."""


@dataclass(frozen=True)
class Frame:
    """One event: its name, where the protocol has one, and its data."""

    event: str | None
    data: str


@dataclass(frozen=True)
class Recording:
    """What was asked, and all that came."""

    case: Case
    status: int
    media_type: str
    frames: tuple[Frame, ...]


def record(server: LiveServer, cases: Sequence[Case]) -> list[Recording]:
    """Return the streams that `cases` are answered with, in their order."""
    dying = [case for case in cases if case.dies]
    recorded = {recording.case.name: recording for recording in _record_until_death(server, dying)}
    return [recorded.get(case.name) or _record(server, case, lambda _: None) for case in cases]


def _record_until_death(server: LiveServer, cases: Sequence[Case]) -> list[Recording]:
    """Record all at once and kill their worker once: after each death its next start would wait longer."""
    all_speak = threading.Barrier(len(cases), lambda: _kill_worker(server), _TIMEOUT_S)

    def watch(frames: int) -> None:
        if frames == _FRAMES_BEFORE_DEATH:
            all_speak.wait()

    with ThreadPoolExecutor(len(cases)) as threads:
        return list(threads.map(lambda case: _record(server, case, watch), cases))


def _record(server: LiveServer, case: Case, watch: Callable[[int], None]) -> Recording:
    """Record one; `watch` is told how many frames have come, whenever there is one more."""
    headers = {"anthropic-version": "2023-06-01"} if case.api == "anthropic-messages" else {}
    frames: list[Frame] = []
    with (
        httpx.Client(base_url=server.url, timeout=_TIMEOUT_S, trust_env=False, headers=headers) as client,
        client.stream("POST", case.path, json=case.body) as response,
    ):
        for frame in _frames(response.iter_lines()):
            frames.append(frame)
            watch(len(frames))
        return Recording(case, response.status_code, response.headers["content-type"], tuple(frames))


def _frames(lines: Iterator[str]) -> Iterator[Frame]:
    """Yield those of server-sent events (WHATWG HTML, 9.2.6; data is one line here), or else each line as one."""
    event: str | None = None
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            event = value
        elif field == "data":
            yield Frame(event, value)
            event = None
        elif line and field:
            yield Frame(None, line)


def _kill_worker(server: LiveServer) -> None:
    [pid] = [model["pid"] for model in server.ps() if model["name"] == MODEL]
    os.kill(pid, signal.SIGKILL)
