"""Messages one at a time: added, written while they come, ended, read."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from minerva.core.errors import InvalidRequest, TurnRunning
from minerva.core.message import ToolCall
from minerva.core.session import Branch, Session, SessionSettings, StoredMessage
from minerva.sessions import paths
from minerva.sessions.records import MessageEnd, MessageProgress, NewMessage, Outcome
from minerva.sessions.rows import (
    ATTACHMENT_COLUMNS,
    MESSAGE_COLUMNS,
    NO_OUTCOME,
    Place,
    clean,
    encoded,
    grouped,
    message_of,
    message_place,
    new_id,
    session_row,
    touch,
)
from minerva.sessions.session import draw_title, read

INSERT = f"INSERT INTO messages (session, {MESSAGE_COLUMNS}) VALUES (?{', ?' * 14})"
"""A message of a session's row, with its own row, which may be `NULL`."""
_SIBLINGS = "FROM messages WHERE session = ?1 AND deleted_by IS NULL AND parent IS ?2"
_BRANCH = f"""
    SELECT COUNT(*) FILTER (WHERE n < ?3), COUNT(*),
        (SELECT id {_SIBLINGS} AND n < ?3 ORDER BY n DESC LIMIT 1),
        (SELECT id {_SIBLINGS} AND n > ?3 ORDER BY n LIMIT 1)
    {_SIBLINGS}
"""
_FILES = f"""
    SELECT message, {ATTACHMENT_COLUMNS} FROM message_attachments JOIN attachments ON n = attachment
    WHERE message = ? ORDER BY position
"""


def add(connection: sqlite3.Connection, new: NewMessage, now_s: float) -> StoredMessage:
    """Add a message; see `SessionStore.add`."""
    session = session_row(connection, new.session)
    parent = None if new.parent is None else _parent(connection, session, new)
    files = [_file(connection, session, one, index) for index, one in enumerate(new.attachments)]
    message_id = _free_id(connection, new.id)
    answered = None if new.tool_call_id is None else clean(new.tool_call_id)
    row = (session, None, message_id, parent, new.role, new.status, now_s, now_s, new.model, answered)
    settings = None if new.settings is None else encoded(new.settings)
    said = (calls_column(new.tool_calls), clean(new.reasoning), clean(new.content))
    n = connection.execute(INSERT, (*row, settings, None, *said)).lastrowid or 0
    attach_to(connection, n, [file for file, _ in files])
    paths.choose(connection, session, n)
    if new.role == "user":
        draw_title(connection, session, new.content if new.content.strip() else "\n".join(name for _, name in files))
    touch(connection, session, now_s)
    return get(connection, message_id)


def progress(connection: sqlite3.Connection, message_id: str, progress: MessageProgress, now_s: float) -> None:
    """Keep what a message says so far; see `SessionStore.progress`."""
    # An interrupted one is taken back: whoever interrupted it did not know of its writer.
    changed = connection.execute(
        "UPDATE messages SET status = 'streaming', content = ?, reasoning = ?, tool_calls = ?, updated_s = ? "
        "WHERE id = ? AND status IN ('streaming', 'interrupted')",
        (
            clean(progress.content),
            clean(progress.reasoning),
            calls_column(progress.tool_calls),
            now_s,
            clean(message_id),
        ),
    ).rowcount
    if not changed:
        message_place(connection, message_id, hidden=True)
        raise InvalidRequest(f"Message {message_id!r} has ended: what it says cannot grow. Reopen it first.", "id")


def finish(connection: sqlite3.Connection, message_id: str, end: MessageEnd, now_s: float) -> StoredMessage:
    """Keep how a message ended; see `SessionStore.finish`."""
    place = message_place(connection, message_id, hidden=True)
    outcome = Outcome(**{name: getattr(end, name) for name in Outcome.__struct_fields__})
    connection.execute(
        "UPDATE messages SET status = ?, content = ?, reasoning = ?, tool_calls = ?, updated_s = ?, "
        "model = COALESCE(?, model), outcome = ? WHERE n = ?",
        (
            end.status,
            clean(end.content),
            clean(end.reasoning),
            calls_column(end.tool_calls),
            now_s,
            None if end.model is None else clean(end.model),
            outcome_column(outcome),
            place.n,
        ),
    )
    connection.execute("DELETE FROM logprobs WHERE message = ?", (place.n,))
    if end.logprobs is not None:
        connection.execute("INSERT INTO logprobs VALUES (?, ?)", (place.n, encoded(end.logprobs)))
    touch(connection, place.session, now_s)
    return _read(connection, place)


def reopen(
    connection: sqlite3.Connection, message_id: str, settings: SessionSettings | None, now_s: float
) -> StoredMessage:
    """Let an answer be written on; see `SessionStore.reopen`."""
    found = get(connection, message_id)
    if found.role != "assistant":
        raise InvalidRequest(f"Message {message_id!r} is the {found.role}'s; only an answer can go on.", "id")
    if found.status == "streaming":
        raise TurnRunning(f"Message {message_id!r} is being written. Wait for its end, or stop it.")
    # How it ended is no longer so, should the server be killed now; but what it took to think adds up.
    outcome = outcome_column(Outcome(reasoning_s=found.reasoning_s))
    connection.execute(
        "UPDATE messages SET status = 'streaming', outcome = ?, settings = COALESCE(?, settings), updated_s = ? "
        "WHERE id = ?",
        (outcome, None if settings is None else encoded(settings), now_s, found.id),
    )
    return get(connection, message_id)


def interrupt_orphans(connection: sqlite3.Connection, writing: Sequence[str], now_s: float) -> int:
    """End what nobody writes; see `SessionStore.interrupt_orphans`."""
    return connection.execute(
        "UPDATE messages SET status = 'interrupted', updated_s = ? "
        "WHERE status = 'streaming' AND id NOT IN (SELECT value FROM json_each(?))",
        (now_s, encoded(writing)),
    ).rowcount


def get(connection: sqlite3.Connection, message_id: str) -> StoredMessage:
    """Return a message; see `SessionStore.message`."""
    return _read(connection, message_place(connection, message_id))


def choose(connection: sqlite3.Connection, message_id: str) -> Session:
    """Make the active path run through a message; see `SessionStore.choose`."""
    place = message_place(connection, message_id)
    paths.choose(connection, place.session, place.n)
    return read(connection, place.session)


def attach_to(connection: sqlite3.Connection, n: int, files: Sequence[int]) -> None:
    """Let the message `n` have the files of these rows, in this order."""
    rows = ((n, position, file) for position, file in enumerate(files))
    connection.executemany("INSERT INTO message_attachments VALUES (?, ?, ?)", rows)


def calls_column(calls: tuple[ToolCall, ...]) -> str | None:
    """Return a message's calls as they are stored."""
    return encoded(calls) if calls else None


def outcome_column(outcome: Outcome) -> str | None:
    """Return how a message ended as it is stored."""
    return None if outcome == NO_OUTCOME else encoded(outcome)


def _read(connection: sqlite3.Connection, place: Place) -> StoredMessage:
    row = connection.execute(f"SELECT {MESSAGE_COLUMNS} FROM messages WHERE n = ?", (place.n,)).fetchone()
    parent = connection.execute("SELECT id FROM messages WHERE n = ?", (place.parent,)).fetchone()
    index, count, previous, following = connection.execute(_BRANCH, (place.session, place.parent, place.n)).fetchone()
    branch = Branch(index=index, count=count, previous=previous, next=following)
    logprobs = connection.execute("SELECT body FROM logprobs WHERE message = ?", (place.n,)).fetchone()
    files = grouped(connection.execute(_FILES, (place.n,))).get(place.n, ())
    above = None if parent is None else parent[0]
    return message_of(row, place.session_id, above, branch, files, None if logprobs is None else logprobs[0])


def _parent(connection: sqlite3.Connection, session: int, new: NewMessage) -> int:
    row = connection.execute(
        "SELECT n FROM messages WHERE id = ? AND session = ? AND deleted_by IS NULL", (clean(new.parent or ""), session)
    ).fetchone()
    if row is None:
        raise InvalidRequest(
            f"`parent` is {new.parent!r}, which is no message of session {new.session!r}, or a deleted one. Take one "
            "of its messages, or null for a first one.",
            "parent",
        )
    return int(row[0])


def _file(connection: sqlite3.Connection, session: int, attachment_id: str, index: int) -> tuple[int, str]:
    row = connection.execute(
        "SELECT n, name FROM attachments WHERE id = ? AND session = ?", (clean(attachment_id), session)
    ).fetchone()
    if row is None:
        raise InvalidRequest(
            f"`attachments[{index}]` is {attachment_id!r}, which is no file of this session, or one that was not sent "
            "for too long. Attach it again.",
            f"attachments[{index}]",
        )
    return row[0], row[1]


def _free_id(connection: sqlite3.Connection, message_id: str | None) -> str:
    if message_id is None:
        return new_id("msg")
    message_id = clean(message_id)
    if connection.execute("SELECT 1 FROM messages WHERE id = ?", (message_id,)).fetchone():
        raise InvalidRequest(f"`id` is {message_id!r}, which another message has. Leave it away to get one.", "id")
    return message_id
