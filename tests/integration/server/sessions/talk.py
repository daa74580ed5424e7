"""A client of the sessions of a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx

from tests.integration.server.live import SHORTLY, wait_until
from tests.support.told import put_together

Fields = dict[str, Any]
PREFIX = "/api/minerva/v1"
FINAL = {"complete", "stopped", "interrupted", "failed"}
LONG: Fields = {"max_tokens": 6000, "sampling": {"temperature": 0.0, "ignore_eos": True}}
"""Settings of an answer that takes long enough to do something meanwhile."""


class Talk:
    """Sends requests; what is refused raises."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url + PREFIX, timeout=60, trust_env=False, limits=SHORTLY)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.http.close()

    def get(self, path: str, **query: Any) -> Any:
        return self.http.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: Fields | None = None) -> Any:
        return self.http.post(path, json=body or {}).raise_for_status().json()

    def session(self, settings: Fields | None = None, **fields: Any) -> str:
        """Begin a session; return its id."""
        session_id: str = self.post("/sessions", {"settings": settings or {}, **fields})["id"]
        return session_id

    def ask(self, session: str, content: str | None, **fields: Any) -> Fields:
        """Begin a turn; return `{message, answer}`."""
        said = {} if content is None else {"content": content}
        exchange: Fields = self.post(f"/sessions/{session}/turns", {**said, **fields})
        return exchange

    def answer(self, session: str, content: str | None, **fields: Any) -> Fields:
        """Ask, and return the whole answer."""
        return self.wait(self.ask(session, content, **fields)["answer"]["id"])

    def wait(self, message: str) -> Fields:
        """Return a message when it is over."""
        with self.listen(message) as events:
            return put_together(event.data for event in events)[message]

    def message(self, message: str) -> Fields:
        fields: Fields = self.get(f"/messages/{message}")
        return fields

    def path(self, session: str) -> list[Fields]:
        messages: list[Fields] = self.get(f"/sessions/{session}")["messages"]
        return messages

    def kept(self, message: str) -> Fields:
        """Return a message that is being written as soon as something of it is stored."""
        wait_until(lambda: bool(self.message(message)["content"]), 30)
        return self.message(message)

    @contextmanager
    def listen(self, message: str, last: str | None = None) -> Iterator[Iterator[SentEvent]]:
        """Give the events of an answer, those behind the one with the id `last`."""
        headers = {} if last is None else {"last-event-id": last}
        with self.http.stream("GET", f"/messages/{message}/events", headers=headers) as response:
            response.raise_for_status()
            yield sent(response.iter_lines())

    @contextmanager
    def listen_to_session(self, session: str) -> Iterator[Iterator[SentEvent]]:
        """Give the events of a session."""
        with self.http.stream("GET", f"/sessions/{session}/events") as response:
            response.raise_for_status()
            yield sent(response.iter_lines())


class SentEvent:
    """A server-sent event."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.id = fields.get("id")
        self.type = fields["event"]
        self.data: Fields = json.loads(fields["data"])


def sent(lines: Iterator[str]) -> Iterator[SentEvent]:
    """Yield the events of a stream."""
    fields: dict[str, str] = {}
    for line in lines:
        if not line and "data" in fields:
            yield SentEvent(fields)
        if not line:
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


def text_of(events: list[SentEvent]) -> str:
    """Return the text that is told as such."""
    return "".join(event.data["text"] for event in events if event.type == "text")
