"""Files of messages. One is stored before the message that it is sent with."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence

from minerva.core.errors import AttachmentNotFound, InvalidRequest
from minerva.core.session import Attachment
from minerva.core.units import format_size
from minerva.sessions.records import AttachmentFile, AttachmentText
from minerva.sessions.rows import ATTACHMENT_COLUMNS, attachment_of, clean, new_id, session_row

_NAME_LIMIT = 255
_UNKNOWN = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]{1,80}/[\w!#$&^.+-]{1,80}", re.ASCII)
"""What may stand in a header: a file from an import says what it likes."""
_GET = f"""
    SELECT {ATTACHMENT_COLUMNS}, text, data FROM attachments JOIN sessions ON sessions.n = session
    WHERE attachments.id = ? AND deleted_s IS NULL
"""
_TEXTS = f"""
    SELECT {ATTACHMENT_COLUMNS}, text FROM messages JOIN message_attachments ON message = messages.n
    JOIN attachments ON attachments.n = attachment WHERE messages.id = ? ORDER BY position
"""


def attach(
    connection: sqlite3.Connection,
    session_id: str,
    name: str,
    media_type: str,
    data: bytes,
    text: str,
    *,
    size_limit_bytes: int,
    now_s: float,
) -> Attachment:
    """Keep a file; see `SessionStore.attach`."""
    if len(data) > size_limit_bytes:
        raise InvalidRequest(
            f"The file has {format_size(len(data))}; at most {format_size(size_limit_bytes)} are kept of one. "
            "Attach the part that matters.",
            "data",
        )
    session = session_row(connection, session_id)
    file = new_attachment(name, media_type, data, text)
    insert(connection, session, AttachmentFile(file, data, text), now_s)
    return file


def new_attachment(name: str, media_type: str, data: bytes, text: str) -> Attachment:
    """Return what is said of a file, with an id of its own, a name on one line, and a type that is one."""
    return Attachment(
        id=new_id("att"),
        name=" ".join(clean(name).split())[:_NAME_LIMIT] or "file",
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else _UNKNOWN,
        size_bytes=len(data),
        text_characters=len(text),
    )


def insert(connection: sqlite3.Connection, session: int, file: AttachmentFile, now_s: float) -> int:
    """Store a file of a session's row as it is, and return its row."""
    about = file.attachment
    return (
        connection.execute(
            "INSERT INTO attachments VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                about.id,
                session,
                about.name,
                about.media_type,
                len(file.data),
                len(file.text),
                now_s,
                clean(file.text),
                file.data,
            ),
        ).lastrowid
        or 0
    )


def get(connection: sqlite3.Connection, attachment_id: str) -> AttachmentFile:
    """Return a file; see `SessionStore.attachment`."""
    row = connection.execute(_GET, (clean(attachment_id),)).fetchone()
    if row is None:
        raise AttachmentNotFound(
            f"Attachment {attachment_id!r} not found: its session was deleted, or it was not sent for too long."
        )
    return AttachmentFile(attachment_of(row), row[6], row[5])


def texts(connection: sqlite3.Connection, message_ids: Sequence[str]) -> dict[str, tuple[AttachmentText, ...]]:
    """Return the texts of the files of messages; see `SessionStore.attachment_texts`."""
    found = {}
    for one in dict.fromkeys(message_ids):
        rows = connection.execute(_TEXTS, (clean(one),)).fetchall()
        if rows:
            found[one] = tuple(AttachmentText(attachment_of(row), row[5]) for row in rows)
    return found
