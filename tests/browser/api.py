"""What the server has stored, and ways to store what no model would say."""

from __future__ import annotations

from typing import Any

import httpx

TIMEOUT_S = 120.0


class Api:
    """Minerva's own API at the server `url`, without a browser."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/minerva/v1", timeout=TIMEOUT_S, trust_env=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def session(self, title: str = "", **fields: Any) -> str:
        """Make a session, and return its id."""
        session: str = self._ask("POST", "/sessions", json={"title": title, **fields})["id"]
        return session

    def add(self, session: str, parent: str | None, role: str, content: str, **fields: Any) -> str:
        """Add a message below `parent`, and return its id."""
        said = {"parent": parent, "role": role, "content": content, **fields}
        message: str = self._ask("POST", f"/sessions/{session}/messages", json=said)["id"]
        return message

    def talk(self, session: str, *contents: str) -> list[str]:
        """Add messages of the user and of a model by turns, and return their ids."""
        ids: list[str] = []
        for number, content in enumerate(contents):
            role = "assistant" if number % 2 else "user"
            ids.append(self.add(session, ids[-1] if ids else None, role, content))
        return ids

    def attach(self, session: str, name: str, media_type: str, content: bytes) -> str:
        """Store a file for a session, and return its id."""
        how = {"params": {"name": name}, "headers": {"content-type": media_type}, "content": content}
        attachment: str = self._ask("POST", f"/sessions/{session}/attachments", **how)["id"]
        return attachment

    def path(self, session: str) -> list[dict[str, Any]]:
        """The messages of the active path."""
        messages: list[dict[str, Any]] = self._ask("GET", f"/sessions/{session}")["messages"]
        return messages

    def texts(self, session: str) -> list[str]:
        """The contents of the messages of the active path."""
        return [message["content"] for message in self.path(session)]

    def tree(self, session: str) -> list[dict[str, Any]]:
        """All messages of a session."""
        messages: list[dict[str, Any]] = self._ask("GET", f"/sessions/{session}/tree")["messages"]
        return messages

    def stored(self, session: str) -> dict[str, Any]:
        """A session without its messages."""
        found: dict[str, Any] = self._ask("GET", f"/sessions/{session}")["session"]
        return found

    def put(self, path: str, **body: Any) -> dict[str, Any]:
        """Make or replace what is at `path`: a preset or a template."""
        return self._ask("PUT", path, json=body)

    def get(self, path: str) -> dict[str, Any]:
        """What is at `path`."""
        return self._ask("GET", path)

    def templates(self) -> list[dict[str, Any]]:
        """All prompt templates."""
        found: list[dict[str, Any]] = self._ask("GET", "/templates")["templates"]
        return found

    def delete(self, path: str) -> None:
        """Delete what is at `path`."""
        self._ask("DELETE", path)

    def clear(self) -> None:
        """Delete all sessions."""
        for archived in ("false", "true"):
            for session in self._ask("GET", "/sessions", params={"archived": archived})["sessions"]:
                self._ask("DELETE", f"/sessions/{session['id']}")

    def _ask(self, method: str, path: str, **how: Any) -> dict[str, Any]:
        answer = self._client.request(method, path, **how)
        assert answer.is_success, answer.text
        found: dict[str, Any] = answer.json()
        return found
