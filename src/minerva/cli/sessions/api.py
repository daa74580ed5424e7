"""The server's sessions and messages, as the terminal asks for them. Each failure is a `CommandFailed`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from urllib.parse import quote, urlencode

import msgspec

from minerva.cli.client import NATIVE, Client
from minerva.cli.sse import Sent
from minerva.core.session import Session, SessionSettings, StoredMessage
from minerva.sessions.records import SearchHit, SessionPage

MOST_HITS = 100
_PAGE = 500
JsonObject = dict[str, object]


class Path(msgspec.Struct, frozen=True):
    """A session with the messages of its active path."""

    session: Session
    messages: tuple[StoredMessage, ...]


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """What the next turn takes of the model's window; the fields of `service.forecast.Forecast` that are shown."""

    model: str
    prompt_tokens: int
    context_length: int
    fits: bool
    dropped_messages: int
    dropped_tokens: int


class Sessions:
    """Requests about sessions to one server."""

    def __init__(self, client: Client) -> None:
        """Ask with `client`."""
        self._client = client

    def all(self, archived: str = "false") -> Iterator[Session]:
        """Yield the pinned sessions, then the others, the last changed ones first. `archived`: `false`, `true`, `all`.

        They are asked for as far as they are taken.
        """
        query = {"archived": archived, "limit": str(_PAGE)}
        while True:
            page = self._client.get(f"{NATIVE}/sessions?{urlencode(query)}", SessionPage)
            yield from page.sessions
            if page.next is None:
                return
            query["before"] = page.next

    def search(self, text: str) -> tuple[SearchHit, ...]:
        """Return where the words of `text` are, in titles and messages."""
        query = urlencode({"q": text, "limit": MOST_HITS})
        return self._client.get(f"{NATIVE}/search?{query}", _Hits).hits

    def read(self, session_id: str) -> Path:
        """Return a session with its messages."""
        return self._client.get(_session(session_id), Path)

    def create(self, settings: SessionSettings, title: str) -> Session:
        """Begin a session."""
        return self._client.post(f"{NATIVE}/sessions", {"settings": settings, "title": title}, Session)

    def update(self, session_id: str, changes: JsonObject) -> Session:
        """Change fields of a session."""
        return self._client.patch(_session(session_id), changes, Session)

    def turn(self, session_id: str, body: JsonObject) -> StoredMessage:
        """Begin an answer, and return it as it begins."""
        return self._client.post(f"{_session(session_id)}/turns", body, _Exchange).answer

    def count(self, session_id: str, body: JsonObject) -> Fit:
        """Return what a turn would take. Loads the model, however long that takes."""
        return self._client.post(f"{_session(session_id)}/count", body, Fit, patient=True)

    def give_result(self, session_id: str, parent: str, call_id: str, content: str) -> StoredMessage:
        """Add what a call of a tool gave back, below `parent`; return it."""
        said = {"parent": parent, "role": "tool", "tool_call_id": call_id, "content": content}
        return self._client.post(f"{_session(session_id)}/messages", said, StoredMessage)

    def go_on(self, message_id: str, model: str | None = None) -> StoredMessage:
        """Go on with an answer, by its own model or by `model`, and return it as it is then."""
        query = f"?{urlencode({'model': model})}" if model else ""
        return self._client.post(f"{_message(message_id)}/continue{query}", {}, StoredMessage)

    def stop(self, message_id: str) -> StoredMessage:
        """End an answer, and return it as it is stored."""
        return self._client.post(f"{_message(message_id)}/stop", {}, StoredMessage)

    def delete(self, message_id: str) -> None:
        """Take a message and all below it out of sight."""
        self._client.delete(_message(message_id), {}, JsonObject)

    def restore(self, message_id: str) -> None:
        """Undo `delete`."""
        self._client.post(f"{_message(message_id)}/restore", {}, StoredMessage)

    def events(self, message_id: str, last: str | None) -> AbstractContextManager[Iterator[Sent]]:
        """Yield the events of an answer, those behind the one with the id `last`."""
        return self._client.listen(f"{_message(message_id)}/events", last)


class _Exchange(msgspec.Struct):
    answer: StoredMessage


class _Hits(msgspec.Struct):
    hits: tuple[SearchHit, ...]


def _session(session_id: str) -> str:
    return f"{NATIVE}/sessions/{quote(session_id, safe='')}"


def _message(message_id: str) -> str:
    return f"{NATIVE}/messages/{quote(message_id, safe='')}"
