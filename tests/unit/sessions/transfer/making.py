"""Copies of sessions for the tests of this folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from minerva.core.session import Attachment, Session, SessionSettings, StoredMessage
from minerva.sessions.records import AttachmentFile, SessionCopy
from minerva.sessions.transfer.read import read

SAMPLES = Path(__file__).parent / "samples"
NOW_S = 1_800_000_000.0


def session(**said: Any) -> Session:
    known = {
        "id": "ses_0",
        "title": "A title",
        "titled": True,
        "pinned": False,
        "archived": False,
        "tags": (),
        "settings": SessionSettings(),
        "revision": 1,
        "messages": 0,
        "created_s": 1.0,
        "updated_s": 2.0,
    }
    return Session(**{**known, **said})


def message(one: str, parent: str | None = None, role: str = "user", **said: Any) -> StoredMessage:
    known = {
        "id": one,
        "session": "ses_0",
        "parent": parent,
        "role": role,
        "status": "complete",
        "content": f"text of {one}",
        "created_s": 1.0,
        "updated_s": 1.0,
    }
    return StoredMessage(**{**known, **said})


def file(one: str, data: bytes = b"abc", text: str = "abc") -> AttachmentFile:
    about = Attachment(
        id=one, name=f"{one}.txt", media_type="text/plain", size_bytes=len(data), text_characters=len(text)
    )
    return AttachmentFile(about, data, text)


def copies(data: bytes) -> list[SessionCopy]:
    """The sessions of a file, without what was skipped."""
    return [entry for entry in read(data, NOW_S) if isinstance(entry, SessionCopy)]


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()
