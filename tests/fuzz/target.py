"""The server that is attacked: its own process, its own folders, nothing of the user's within reach."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gguf
import httpx

from minerva.models import starter
from tests.fuzz.document import Document
from tests.fuzz.seeds import MODEL, RANKER, TINY
from tests.integration.server.live import LiveServer, live_server
from tests.support.tiny_encoder import write_tiny_encoder
from tests.support.tiny_model import INFILL_MARKS, write_tiny_model

_LOAD = {"context_length": 512, "threads": 1, "self_check": True}
"""A small window bounds every answer. The prefix cache proves itself whenever nothing runs."""

_IDLE_S = 60.0
_MISHAPS = frozenset({"worker crashed", "model not loaded", "the answer broke off"})
_OF_ONE_REQUEST = frozenset({"request_id", "timestamp", "exception"})
_SHOWN = 1000
_OPEN = re.compile(r"^(minerva_\w*(?:open|running|waiting|restarts_total))\{.* (\S+)$")
_COUNTED = {
    *("minerva_requests_open", "minerva_sequences_running", "minerva_sequences_waiting"),
    "minerva_worker_restarts_total",
}
"""What of the metrics is 0 when nothing runs and nothing ever crashed."""


class Target:
    """A running server, and what it says about itself."""

    def __init__(self, server: LiveServer, folder: Path) -> None:
        """Read its document, load the model that has to live on. `folder` is all that it may write into."""
        self._server = server
        self._folder = folder
        self.url = server.url
        self.document = Document(self._get("/openapi.json").json())
        self._answers()
        self.pid = self._pid()
        self._files = self._kept_files()

    def wounds(self) -> list[str]:
        """Return what the attacks have done to it: nothing, if all is well."""
        if (status := self._server.process.poll()) is not None:
            return [f"the server ended with status {status}", *self._mishaps()]
        try:
            return [*self._disorder(), *self._mishaps()]
        except httpx.HTTPError as error:
            return [f"the server does not answer: {error!r}", *self._mishaps()]

    def _disorder(self) -> Iterator[str]:
        """Yield what is not as it was before."""
        try:
            self._server.wait_until_idle(_IDLE_S)
        except AssertionError:
            yield f"sequences are left after {_IDLE_S:g} s without a request: {self._server.ps()}"
        if not self._answers():
            yield "a plain chat has no answer"
        if (pid := self._pid()) != self.pid:
            yield f"the worker of {MODEL} was process {self.pid} and is {pid}"
        counts = [match for line in self._get("/metrics").text.splitlines() if (match := _OPEN.match(line))]
        yield from (f"the metrics say {count[0]}" for count in counts if float(count[2]))
        if {count[1] for count in counts} != _COUNTED:
            yield "the metrics lack some of what has to be 0"
        if (files := self._kept_files()) != self._files:
            yield f"files that were not the server's to change: {sorted(files ^ self._files)}"

    def _mishaps(self) -> list[str]:
        """Return what the log has of them: the same one many times is one."""
        mishaps = Counter(_mishap(line) for line in list(self._server.lines))
        return [f"in the log, {count} times: {mishap}" for mishap, count in mishaps.items() if mishap]

    def log(self) -> str:
        """Return all that it logged."""
        return "".join(list(self._server.lines))

    def _get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", timeout=60, trust_env=False)

    def _answers(self) -> bool:
        """Whether a worker still answers."""
        body: dict[str, Any] = {"model": MODEL, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 2}
        answer = httpx.post(f"{self.url}/v1/chat/completions", json=body, timeout=120, trust_env=False)
        return answer.status_code == 200 and answer.json()["usage"]["completion_tokens"] > 0

    def _pid(self) -> int:
        """Return the process id of the model's worker; 0 if it has none."""
        return next((int(model["pid"]) for model in self._server.ps() if model["name"] == MODEL), 0)

    def _kept_files(self) -> set[tuple[str, int]]:
        """Return all files with their sizes but those in the folders that are the server's to write."""
        own = {self._folder / "deep" / "down" / name for name in ("data", "cache")}
        files = (path for path in self._folder.rglob("*") if path.is_file() and not own.intersection(path.parents))
        return {(str(path.relative_to(self._folder)), path.stat().st_size) for path in files}


def _mishap(line: str) -> str:
    """Return what a line tells of an error or of a worker's death, or all of one that is none of the log.

    An empty string if it is right. A log has other lines where something writes past it, as tracebacks are written.
    """
    try:
        record = json.loads(line)
    except ValueError:
        return line.strip()
    if record.get("level") not in {"error", "critical"} and record.get("event") not in _MISHAPS:
        return ""
    facts = {name: value for name, value in record.items() if name not in _OF_ONE_REQUEST}
    trace = str(record.get("exception", ""))
    return f"{json.dumps(facts)[:_SHOWN]} {trace[-_SHOWN:]}".strip()


@contextmanager
def target() -> Iterator[Target]:
    """Start a server with a copy of the model that ships and two tiny ones, and stop it at the end."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        # Low, so that a name like "../../x" that is taken for a path leads to where it is seen.
        own = folder / "deep" / "down"
        models, shipped = folder / "models", folder / "shipped" / f"{MODEL}.gguf"
        for made in (own / "data", own / "cache", models, shipped.parent):
            made.mkdir(parents=True)
        shutil.copyfile(starter.PATH, shipped)
        write_tiny_model(models / f"{TINY}.gguf", marks=INFILL_MARKS)
        write_tiny_encoder(models / f"{RANKER}.gguf", pooling=gguf.PoolingType.RANK)
        places: dict[str, Any] = {
            "data_dir": str(own / "data"),
            "cache_dir": str(own / "cache"),
            "shipped": str(shipped),
        }
        with live_server(models, **places, default_model=MODEL, load=_LOAD) as server:
            yield Target(server, folder)
