"""Whole sessions, read for an export and written from an import."""

from __future__ import annotations

import sqlite3

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.session import Session, StoredMessage
from minerva.sessions import attachments, messages, paths, session
from minerva.sessions.records import AttachmentFile, Outcome, SessionCopy
from minerva.sessions.rows import clean, encoded, logprobs_of, new_id, session_row

_LOGPROBS = "SELECT id, body FROM logprobs JOIN messages ON n = message WHERE session = ? AND deleted_by IS NULL"
_CHOSEN = """
    SELECT child.id FROM messages AS child LEFT JOIN messages AS above ON above.n = child.parent
    JOIN sessions ON sessions.n = child.session
    WHERE child.session = ? AND child.deleted_by IS NULL
    AND child.n = CASE WHEN child.parent IS NULL THEN sessions.chosen ELSE above.chosen END
"""


def read(connection: sqlite3.Connection, session_id: str) -> SessionCopy:
    """Return all of a session; see `SessionStore.export`."""
    n = session_row(connection, session_id)
    logprobs = {one: logprobs_of(body) for one, body in connection.execute(_LOGPROBS, (n,))}
    found = tuple(
        msgspec.structs.replace(message, logprobs=logprobs.get(message.id))
        for message in paths.tree(connection, session_id)
    )
    files = {file.id: attachments.get(connection, file.id) for message in found for file in message.attachments}
    chosen = frozenset(one for (one,) in connection.execute(_CHOSEN, (n,)))
    return SessionCopy(session=session.read(connection, n), messages=found, chosen=chosen, files=files)


def write(connection: sqlite3.Connection, copy: SessionCopy, now_s: float) -> Session:
    """Store a whole session; see `SessionStore.add_copy`."""
    about = copy.session
    made = session.create(connection, settings=about.settings, title=about.title, tags=about.tags, now_s=now_s)
    n = session_row(connection, made.id)
    files = {key: _write_file(connection, n, file, now_s) for key, file in copy.files.items()}
    rows: dict[str, int] = {}
    for index, message in enumerate(copy.messages):
        if message.id in rows or (message.parent is not None and message.parent not in rows):
            raise InvalidRequest(
                f"`messages[{index}]` has the id {message.id!r} and the parent {message.parent!r}: an id is there "
                "once, and a parent before its children.",
                f"messages[{index}]",
            )
        parent = None if message.parent is None else rows[message.parent]
        rows[message.id] = _write_message(connection, n, parent, message)
        kept = [files[file.id] for file in message.attachments if file.id in files]
        messages.attach_to(connection, rows[message.id], kept)
    _choose(connection, n, copy, rows)
    connection.execute(
        "UPDATE sessions SET titled = ?, pinned = ?, archived = ?, created_s = ?, updated_s = ? WHERE n = ?",
        (about.titled and made.title != "", about.pinned, about.archived, about.created_s, about.updated_s, n),
    )
    return session.read(connection, n)


def _write_file(connection: sqlite3.Connection, n: int, file: AttachmentFile, now_s: float) -> int:
    about = file.attachment
    again = attachments.new_attachment(about.name, about.media_type, file.data, file.text)
    return attachments.insert(connection, n, AttachmentFile(again, file.data, file.text), now_s)


def _write_message(connection: sqlite3.Connection, n: int, parent: int | None, message: StoredMessage) -> int:
    outcome = Outcome(**{name: getattr(message, name) for name in Outcome.__struct_fields__})
    status = "interrupted" if message.status == "streaming" else message.status
    row = connection.execute(
        messages.INSERT,
        (
            n,
            None,
            new_id("msg"),
            parent,
            message.role,
            status,
            message.created_s,
            message.updated_s,
            message.model,
            message.tool_call_id,
            None if message.settings is None else encoded(message.settings),
            messages.outcome_column(outcome),
            messages.calls_column(message.tool_calls),
            clean(message.reasoning),
            clean(message.content),
        ),
    ).lastrowid
    if message.logprobs is not None:
        connection.execute("INSERT INTO logprobs VALUES (?, ?)", (row, encoded(message.logprobs)))
    return row or 0


def _choose(connection: sqlite3.Connection, n: int, copy: SessionCopy, rows: dict[str, int]) -> None:
    """Choose among siblings: the last one, unless the copy says which."""
    chosen: dict[str | None, str] = {}
    for message in (*copy.messages, *(one for one in copy.messages if one.id in copy.chosen)):
        chosen[message.parent] = message.id
    for parent, child in chosen.items():
        above, row = ("sessions", n) if parent is None else ("messages", rows[parent])
        connection.execute(f"UPDATE {above} SET chosen = ? WHERE n = ?", (rows[child], row))
