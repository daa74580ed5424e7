"""A client that disturbs what it measures as little as it can: it notes when bytes came, and reads them afterwards."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import httpx

Parts = list[tuple[float, bytes]]
"""What came of a body, and when it came, seconds of `time.perf_counter`."""


class RunFailed(Exception):
    """A server answered with an error, or not with what was asked for, so that no figure would mean anything."""


@dataclass(frozen=True)
class Answer:
    """What came of one request. Times are seconds of `time.perf_counter`."""

    group: str
    sent_s: float
    arrivals_s: tuple[float, ...]
    """When there was more text. What came in one piece is one arrival, however many tokens it holds."""
    ended_s: float
    prompt_tokens: int
    tokens: int
    cached_tokens: int | None
    """Of the prompt, those that the server says it did not compute; `None`: it says nothing."""

    @property
    def first_s(self) -> float:
        """Seconds from the request to the first text."""
        return self.arrivals_s[0] - self.sent_s

    @property
    def gaps(self) -> tuple[tuple[float, float], ...]:
        """Pairs of arrivals that follow one another."""
        return tuple(pairwise(self.arrivals_s))


@dataclass(frozen=True)
class Target:
    """A server: `base_url` ends in front of `/v1`. `extra` is added to each body, `key` is sent if it is not empty."""

    base_url: str
    model: str
    extra: dict[str, Any] = field(default_factory=dict)
    key: str = ""

    def client(self) -> httpx.AsyncClient:
        """Return a client that waits as long as it takes and opens a connection for each request.

        One that is used again may be closed by the server, which found it idle, just as the next request is sent.
        """
        headers = {"authorization": f"Bearer {self.key}"} if self.key else {}
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        timeout = httpx.Timeout(None, connect=30)
        return httpx.AsyncClient(base_url=self.base_url, headers=headers, limits=limits, timeout=timeout)


async def ask(
    client: httpx.AsyncClient,
    path: str,
    body: dict[str, Any],
    group: str,
    on_part: Callable[[int], None] = lambda _: None,
) -> Answer:
    """Send one request, and return what came of it. `on_part` is told how many parts there were, each time.

    Raises:
        RunFailed: The server refused it, or ended its answer with an error.
    """
    parts: Parts = []
    sent_s = time.perf_counter()
    try:
        async with client.stream("POST", path, json=body) as response:
            async for part in response.aiter_raw():
                parts.append((time.perf_counter(), part))
                on_part(len(parts))
    except httpx.HTTPError as error:
        raise RunFailed(f"{client.base_url}{path}: {type(error).__name__}: {error}") from error
    ended_s = time.perf_counter()
    if response.status_code != 200:
        said = b"".join(part for _, part in parts).decode(errors="replace")
        raise RunFailed(f"{client.base_url}{path}: status {response.status_code}: {said[:500]}")
    return read_answer(parts, group, sent_s, ended_s)


def read_answer(parts: Parts, group: str, sent_s: float, ended_s: float) -> Answer:
    """Return the answer that a stream of events carried. Raises `RunFailed` if it has none, or an error."""
    arrivals: list[float] = []
    usage: dict[str, Any] = {}
    for moment, event in events(parts):
        if "error" in event:
            raise RunFailed(f"the stream ended with an error: {json.dumps(event['error'])[:500]}")
        usage = event.get("usage") or usage
        if any(_has_text(choice) for choice in event.get("choices", ())) and arrivals[-1:] != [moment]:
            arrivals.append(moment)
    if not arrivals or "completion_tokens" not in usage:
        raise RunFailed(f"a stream of {len(parts)} parts had {len(arrivals)} with text and the usage {usage}")
    details = usage.get("prompt_tokens_details") or {}
    return Answer(
        group=group,
        sent_s=sent_s,
        arrivals_s=tuple(arrivals),
        ended_s=ended_s,
        prompt_tokens=usage.get("prompt_tokens", 0),
        tokens=usage["completion_tokens"],
        cached_tokens=details.get("cached_tokens"),
    )


def events(parts: Parts) -> Iterable[tuple[float, dict[str, Any]]]:
    """Yield the JSON of each server-sent event, with the moment at which the last of it came."""
    rest = b""
    for moment, part in parts:
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            data = line.removeprefix(b"data:").strip()
            if line.startswith(b"data:") and data != b"[DONE]":
                yield moment, json.loads(data)


def _has_text(choice: dict[str, Any]) -> bool:
    delta = choice.get("delta") or {}
    return bool(choice.get("text") or delta.get("content") or delta.get("reasoning_content"))
