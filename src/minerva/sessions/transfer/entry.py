"""What is found in a file that is imported: sessions, and what was no session or not a sound one."""

from __future__ import annotations

import msgspec

from minerva.sessions.records import SessionCopy


class Skipped(msgspec.Struct, frozen=True):
    """An entry that is not imported. `title` is "" where none could be read."""

    title: str
    reason: str


class BadEntry(Exception):
    """Why an entry is none, as a sentence for people."""


Entry = SessionCopy | Skipped
