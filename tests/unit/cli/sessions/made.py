"""Sessions and messages as the server tells them."""

from __future__ import annotations

from typing import Any

from minerva.core.session import Session, SessionSettings, StoredMessage


def session(number: int, title: str, **fields: Any) -> Session:
    """A session whose id is that of `number`."""
    usual: dict[str, Any] = {
        "titled": False,
        "pinned": False,
        "archived": False,
        "tags": (),
        "settings": SessionSettings(),
        "revision": 1,
        "messages": 2,
        "created_s": 0.0,
        "updated_s": 0.0,
    }
    return Session(id=f"ses_{number:024x}", title=title, **{**usual, **fields})


def message(content: str, **fields: Any) -> StoredMessage:
    """A message, of an answer that is being written unless `fields` say something else."""
    usual: dict[str, Any] = {
        "id": "msg_1",
        "session": "ses_1",
        "parent": None,
        "role": "assistant",
        "status": "streaming",
        "created_s": 0.0,
        "updated_s": 0.0,
    }
    return StoredMessage(content=content, **{**usual, **fields})
