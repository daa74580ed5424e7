"""Messages read many at a time: the active path of a session, the way to one message, the whole tree.

The path is read here, and `choose` is the one place that changes where it runs, but for deleting what it runs through.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from minerva.core.errors import MessageNotFound
from minerva.core.session import Branch, StoredMessage
from minerva.sessions.records import PathEnd
from minerva.sessions.rows import (
    ATTACHMENT_COLUMNS,
    MESSAGE_COLUMNS,
    Row,
    grouped,
    message_of,
    message_place,
    session_row,
)

_DOWN = """
    WITH RECURSIVE path (at, depth) AS (
        SELECT chosen, 0 FROM sessions WHERE n = ? AND chosen IS NOT NULL
        UNION ALL
        SELECT chosen, depth + 1 FROM path JOIN messages ON n = at WHERE chosen IS NOT NULL
    )
"""
_ACTIVE = f"{_DOWN} SELECT {MESSAGE_COLUMNS}, depth FROM path JOIN messages ON n = at"
_END = f"""
    {_DOWN}
    SELECT {MESSAGE_COLUMNS}, depth FROM (SELECT * FROM path ORDER BY depth DESC LIMIT ?) JOIN messages ON n = at
"""
_UP = """
    WITH RECURSIVE path (at, above, depth) AS (
        SELECT n, parent, 0 FROM messages WHERE n = ?
        UNION ALL
        SELECT n, parent, depth + 1 FROM path JOIN messages ON n = above
    )
"""
_TO = f"{_UP} SELECT {MESSAGE_COLUMNS}, depth FROM path JOIN messages ON n = at"
_TREE = f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE session = ? AND deleted_by IS NULL ORDER BY n"
_WRONG_TURNS = f"{_UP} SELECT at, above FROM path LEFT JOIN messages ON n = above WHERE chosen IS NOT at"
"""Of a message and all above it those that are not chosen, and always the first, which has none above it."""
_FAMILIES = "SELECT n, id, parent FROM messages WHERE session = ? AND deleted_by IS NULL ORDER BY n"
_FILES = f"""
    SELECT message, {ATTACHMENT_COLUMNS} FROM attachments JOIN message_attachments ON attachment = n
    WHERE session = ? ORDER BY message, position
"""


def active(connection: sqlite3.Connection, session_id: str) -> tuple[StoredMessage, ...]:
    """Return the active path; see `SessionStore.path`."""
    session = session_row(connection, session_id)
    rows = sorted(connection.execute(_ACTIVE, (session,)), key=_depth)
    return _messages(connection, session, session_id, rows)


def end(connection: sqlite3.Connection, session_id: str, last: int) -> PathEnd:
    """Return the end of the active path; see `SessionStore.path_end`."""
    session = session_row(connection, session_id)
    rows = sorted(connection.execute(_END, (session, last)), key=_depth)
    return PathEnd(_messages(connection, session, session_id, rows), _depth(rows[0]) if rows else 0)


def to(connection: sqlite3.Connection, session_id: str, message_id: str) -> tuple[StoredMessage, ...]:
    """Return the way to a message; see `SessionStore.path_to`."""
    session, place = session_row(connection, session_id), message_place(connection, message_id)
    if place.session != session:
        raise MessageNotFound(f"Message {message_id!r} not found in session {session_id!r}: it belongs to another.")
    rows = sorted(connection.execute(_TO, (place.n,)), key=_depth, reverse=True)
    return _messages(connection, session, session_id, rows)


def tree(connection: sqlite3.Connection, session_id: str) -> tuple[StoredMessage, ...]:
    """Return all messages of a session; see `SessionStore.tree`."""
    session = session_row(connection, session_id)
    return _messages(connection, session, session_id, connection.execute(_TREE, (session,)).fetchall())


def choose(connection: sqlite3.Connection, session: int, n: int) -> None:
    """Make the active path of a session run through the message `n`, whatever it is below it."""
    for at, above in connection.execute(_WRONG_TURNS, (n,)).fetchall():
        table, row = ("sessions", session) if above is None else ("messages", above)
        connection.execute(f"UPDATE {table} SET chosen = ? WHERE n = ?", (at, row))


def _depth(row: Row) -> int:
    return int(row[-1])


def _messages(
    connection: sqlite3.Connection, session: int, session_id: str, rows: list[Row]
) -> tuple[StoredMessage, ...]:
    ids: dict[int, str] = {}
    places: dict[int, int] = {}
    children: defaultdict[int | None, list[str]] = defaultdict(list)
    for n, one, parent in connection.execute(_FAMILIES, (session,)):
        ids[n] = one
        places[n] = len(children[parent])
        children[parent].append(one)
    files = grouped(connection.execute(_FILES, (session,)))
    return tuple(
        message_of(
            row,
            session_id,
            None if row[2] is None else ids[row[2]],
            _branch(children[row[2]], places[row[0]]),
            files.get(row[0], ()),
        )
        for row in rows
    )


def _branch(siblings: Sequence[str], index: int) -> Branch:
    return Branch(
        index=index,
        count=len(siblings),
        previous=siblings[index - 1] if index > 0 else None,
        next=siblings[index + 1] if index + 1 < len(siblings) else None,
    )
