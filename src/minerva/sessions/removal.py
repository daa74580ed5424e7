"""What is deleted: out of sight at once, and gone for good when it has been so for some days."""

from __future__ import annotations

import sqlite3

from minerva.core.errors import MessageNotFound, SessionNotFound
from minerva.core.session import Session, StoredMessage
from minerva.sessions import messages, paths
from minerva.sessions.records import SessionLimits
from minerva.sessions.rows import Place, clean, message_place, session_row, touch
from minerva.sessions.session import read

_HIDE = """
    WITH RECURSIVE below (at) AS (
        SELECT ?1
        UNION ALL
        SELECT n FROM below JOIN messages ON parent = at WHERE deleted_by IS NULL
    )
    UPDATE messages SET deleted_by = ?1, deleted_s = ?2 WHERE n IN below
"""
_NEAREST = """
    SELECT n FROM messages WHERE session = ?1 AND deleted_by IS NULL AND parent IS ?2
    ORDER BY n > ?3, ABS(n - ?3) LIMIT 1
"""
"""Of the siblings of a message the one before it, or else the one behind it."""
_MERGED_PAGES = 200
_UNSENT = """
    DELETE FROM attachments WHERE created_s < ?
    AND NOT EXISTS (SELECT 1 FROM message_attachments WHERE attachment = attachments.n)
"""


def delete(connection: sqlite3.Connection, session_id: str, now_s: float) -> None:
    """Put a session into the bin; see `SessionStore.delete`."""
    n = session_row(connection, session_id)
    connection.execute("UPDATE sessions SET deleted_s = ?, revision = revision + 1 WHERE n = ?", (now_s, n))


def restore(connection: sqlite3.Connection, session_id: str) -> Session:
    """Take a session out of the bin; see `SessionStore.restore`."""
    row = connection.execute("SELECT n FROM sessions WHERE id = ?", (clean(session_id),)).fetchone()
    if row is None:
        raise SessionNotFound(f"Session {session_id!r} not found: it is not in the bin either.")
    connection.execute(
        "UPDATE sessions SET deleted_s = NULL, revision = revision + 1 WHERE n = ? AND deleted_s IS NOT NULL", row
    )
    return read(connection, row[0])


def delete_message(connection: sqlite3.Connection, message_id: str, now_s: float) -> Session:
    """Take a message out of sight; see `SessionStore.delete_message`."""
    place = message_place(connection, message_id)
    connection.execute(_HIDE, (place.n, now_s))
    _move_choice(connection, place)
    touch(connection, place.session, now_s)
    return read(connection, place.session)


def restore_message(connection: sqlite3.Connection, message_id: str, now_s: float) -> StoredMessage:
    """Undo `delete_message`; see `SessionStore.restore_message`."""
    place = message_place(connection, message_id, hidden=True)
    session_row(connection, place.session_id)
    [by] = connection.execute("SELECT deleted_by FROM messages WHERE n = ?", (place.n,)).fetchone()
    above = connection.execute(
        "SELECT id FROM messages WHERE n = ? AND deleted_by IS NOT NULL", (place.parent,)
    ).fetchone()
    if above is not None:
        raise MessageNotFound(f"Message {message_id!r} is below {above[0]!r}, which is deleted. Restore that one.")
    if by is not None:
        connection.execute(
            "UPDATE messages SET deleted_by = NULL, deleted_s = NULL WHERE session = ? AND deleted_by = ?",
            (place.session, by),
        )
        paths.choose(connection, place.session, place.n)
        touch(connection, place.session, now_s)
    return messages.get(connection, message_id)


def purge(connection: sqlite3.Connection, limits: SessionLimits, now_s: float) -> int:
    """Forget what is old; see `SessionStore.purge`."""
    gone = connection.execute("DELETE FROM sessions WHERE deleted_s < ?", (now_s - limits.bin_s,)).rowcount
    # Whatever is below a deleted message was deleted with it or before it: no child is left behind.
    gone += connection.execute("DELETE FROM messages WHERE deleted_s < ?", (now_s - limits.bin_s,)).rowcount
    return gone + connection.execute(_UNSENT, (now_s - limits.unsent_s,)).rowcount


def forget_words(connection: sqlite3.Connection, index: str, *, begin: bool) -> bool:
    """Write a part of a text index anew, without the words that are gone; return whether there is more to do.

    FTS5 notes that words are gone and has them until then (https://www.sqlite.org/fts5.html#the_merge_command). All at
    once would hold up everybody for seconds.
    """
    before = connection.total_changes
    pages = -_MERGED_PAGES if begin else _MERGED_PAGES
    connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('merge', ?)", (pages,))
    return connection.total_changes - before >= 2


def _move_choice(connection: sqlite3.Connection, place: Place) -> None:
    """Let another child be chosen where a deleted one was."""
    nearest = connection.execute(_NEAREST, (place.session, place.parent, place.n)).fetchone() or (None,)
    above, row = ("sessions", place.session) if place.parent is None else ("messages", place.parent)
    connection.execute(f"UPDATE {above} SET chosen = ? WHERE n = ? AND chosen = ?", (*nearest, row, place.n))
