"""Sessions by themselves: begun, read, and changed by people."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import UNSET

from minerva.core.errors import InvalidRequest, RevisionConflict
from minerva.core.session import Session, SessionSettings
from minerva.sessions.records import SessionChanges
from minerva.sessions.rows import SESSION_COLUMNS, clean, encoded, new_id, session_of, session_row

_TITLE_LIMIT = 200
_TAG_LIMIT = 50
_MOST_TAGS = 32
_DRAWN_TITLE_LIMIT = 60


def create(
    connection: sqlite3.Connection, *, settings: SessionSettings, title: str, tags: Sequence[str], now_s: float
) -> Session:
    """Begin a session; see `SessionStore.create`."""
    title, session_id = _title(title), new_id("ses")
    cursor = connection.execute(
        "INSERT INTO sessions (id, title, titled, pinned, archived, revision, created_s, updated_s, settings) "
        "VALUES (?, ?, ?, 0, 0, 1, ?, ?, ?)",
        (session_id, title, title != "", now_s, now_s, encoded(settings)),
    )
    set_tags(connection, cursor.lastrowid or 0, tags)
    return get(connection, session_id)


def get(connection: sqlite3.Connection, session_id: str) -> Session:
    """Return a session; see `SessionStore.get`."""
    return read(connection, session_row(connection, session_id))


def read(connection: sqlite3.Connection, n: int) -> Session:
    """Return the session of a row, which is there."""
    return session_of(connection.execute(f"SELECT {SESSION_COLUMNS} FROM sessions WHERE n = ?", (n,)).fetchone())


def update(
    connection: sqlite3.Connection, session_id: str, changes: SessionChanges, revision: int | None, now_s: float
) -> Session:
    """Change a session; see `SessionStore.update`."""
    n = session_row(connection, session_id)
    check_revision(connection.execute("SELECT revision FROM sessions WHERE n = ?", (n,)).fetchone()[0], revision)
    if changes == SessionChanges():
        return read(connection, n)
    if changes.title is not UNSET:
        title = _title(changes.title)
        connection.execute("UPDATE sessions SET title = ?, titled = ? WHERE n = ?", (title, title != "", n))
    if changes.pinned is not UNSET:
        connection.execute("UPDATE sessions SET pinned = ? WHERE n = ?", (changes.pinned, n))
    if changes.archived is not UNSET:
        connection.execute("UPDATE sessions SET archived = ? WHERE n = ?", (changes.archived, n))
    if changes.settings is not UNSET:
        connection.execute("UPDATE sessions SET settings = ? WHERE n = ?", (encoded(changes.settings), n))
    if changes.tags is not UNSET:
        set_tags(connection, n, changes.tags)
    connection.execute("UPDATE sessions SET revision = revision + 1, updated_s = ? WHERE n = ?", (now_s, n))
    return read(connection, n)


def draw_title(connection: sqlite3.Connection, n: int, text: str) -> None:
    """Give a session that has no title one out of what its user says first."""
    title = drawn_title(text)
    if title:
        connection.execute(
            "UPDATE sessions SET title = ?, revision = revision + 1 WHERE n = ? AND title = ''", (title, n)
        )


def drawn_title(text: str) -> str:
    """Return the first line of `text` that says something, at most so long, cut behind a word."""
    line = " ".join(next((line for line in clean(text).splitlines() if line.strip()), "").split())
    if len(line) <= _DRAWN_TITLE_LIMIT:
        return line
    # One character is for the ellipsis, and the one behind the cut tells whether a word ends there.
    head = line[:_DRAWN_TITLE_LIMIT]
    return f"{head[: head.rfind(' ')] if ' ' in head else head[:-1]}…"


def set_tags(connection: sqlite3.Connection, n: int, tags: Sequence[str]) -> None:
    """Let a session have these tags and no others. Raises `InvalidRequest`."""
    # A tag that is there in another case is there: the first one stands.
    shown: dict[str, str] = {}
    for index, tag in enumerate(tags):
        name = _line(tag)
        if not 0 < len(name) <= _TAG_LIMIT:
            raise InvalidRequest(
                f"`tags[{index}]` has {len(name)} characters; a tag has 1 to {_TAG_LIMIT}.", f"tags[{index}]"
            )
        shown.setdefault(name.casefold(), name)
    if len(shown) > _MOST_TAGS:
        raise InvalidRequest(f"`tags` has {len(shown)} tags; a session has at most {_MOST_TAGS}.", "tags")
    connection.execute("DELETE FROM session_tags WHERE session = ?", (n,))
    rows = ((n, tag, position) for position, tag in enumerate(shown.values()))
    connection.executemany("INSERT INTO session_tags VALUES (?, ?, ?)", rows)


def check_revision(present: int, seen: int | None) -> None:
    """Raise `RevisionConflict` if what was seen is not what is there; `seen` may be `None`: whatever is there."""
    if seen is not None and seen != present:
        raise RevisionConflict(
            f"It was changed meanwhile: it is at revision {present}, and the change is of revision {seen}. "
            "Read it again, then change it.",
            present,
        )


def _title(title: str) -> str:
    title = _line(title)
    if len(title) > _TITLE_LIMIT:
        raise InvalidRequest(f"`title` has {len(title)} characters; it has at most {_TITLE_LIMIT}.", "title")
    return title


def _line(text: str) -> str:
    return " ".join(clean(text).split())
