"""Sessions as a list, in pages."""

from __future__ import annotations

import re
import sqlite3

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import SessionPage, TagCount
from minerva.sessions.rows import SESSION_COLUMNS, Row, clean, session_of

_MOST = 500
_CURSOR = re.compile(r"([01])_(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)_(\d{1,18})", re.ASCII)
"""Where a page ends: the values that sessions are ordered by, of its last one."""
_TAGGED = "EXISTS (SELECT 1 FROM session_tags WHERE session = sessions.n AND tag = ?)"


def page(
    connection: sqlite3.Connection,
    *,
    archived: bool | None,
    deleted: bool,
    tag: str | None,
    before: str | None,
    limit: int,
) -> SessionPage:
    """Return a page of sessions; see `SessionStore.list`."""
    if not 0 < limit <= _MOST:
        raise InvalidRequest(f"`limit` is {limit}; a page has 1 to {_MOST} sessions.", "limit")
    wheres = [f"deleted_s IS {'NOT ' if deleted else ''}NULL"]
    values: list[object] = []
    if archived is not None and not deleted:
        wheres.append("archived = ?")
        values.append(archived)
    if tag is not None:
        wheres.append(_TAGGED)
        values.append(clean(tag))
    if before is not None:
        wheres.append("(pinned, updated_s, n) < (?, ?, ?)")
        values += _position(before)
    rows = connection.execute(
        f"SELECT n, {SESSION_COLUMNS} FROM sessions WHERE {' AND '.join(wheres)} "
        "ORDER BY pinned DESC, updated_s DESC, n DESC LIMIT ?",
        (*values, limit + 1),
    ).fetchall()
    return SessionPage(
        tuple(session_of(row[1:]) for row in rows[:limit]), _cursor(rows[limit - 1]) if len(rows) > limit else None
    )


def ids(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return the ids of all sessions; see `SessionStore.ids`."""
    rows = connection.execute("SELECT id FROM sessions WHERE deleted_s IS NULL ORDER BY pinned DESC, updated_s DESC")
    return tuple(one for (one,) in rows)


def tags(connection: sqlite3.Connection) -> tuple[TagCount, ...]:
    """Return all tags; see `SessionStore.tags`."""
    rows = connection.execute(
        "SELECT tag, COUNT(*) FROM session_tags JOIN sessions ON n = session WHERE deleted_s IS NULL "
        "GROUP BY tag ORDER BY tag COLLATE NOCASE, tag"
    )
    return tuple(TagCount(*row) for row in rows)


def _cursor(row: Row) -> str:
    n, session = row[0], session_of(row[1:])
    return f"{int(session.pinned)}_{session.updated_s!r}_{n}"


def _position(cursor: str) -> tuple[int, float, int]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise InvalidRequest(
            f"`before` is {cursor[:100]!r}, which is not where a page ends. Take `next` of the page before.", "before"
        )
    return int(found[1]), float(found[2]), int(found[3])
