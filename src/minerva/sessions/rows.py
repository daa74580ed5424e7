"""Rows as structs, and back: which columns are read, and how each is written."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from minerva.core.errors import MessageNotFound, SessionNotFound
from minerva.core.event import TokenLogprob
from minerva.core.message import ToolCall
from minerva.core.session import Attachment, Branch, Session, SessionSettings, StoredMessage
from minerva.sessions.records import Outcome

Row = tuple[Any, ...]
"""What SQLite answers: a column is what its table says."""

_SURROGATE = re.compile("[\ud800-\udfff]")

SESSION_COLUMNS = """
    sessions.id, title, titled, pinned, archived,
    (SELECT json_group_array(tag) FROM
        (SELECT tag FROM session_tags WHERE session = sessions.n ORDER BY position)),
    settings, revision,
    (SELECT COUNT(*) FROM messages WHERE session = sessions.n AND deleted_by IS NULL),
    created_s, updated_s, deleted_s
"""
MESSAGE_COLUMNS = """
    n, id, parent, role, status, created_s, updated_s, model, tool_call_id, settings, outcome, tool_calls, reasoning,
    content
"""
ATTACHMENT_COLUMNS = "attachments.id, name, media_type, size_bytes, text_characters"


NO_OUTCOME = Outcome()
_tags = msgspec.json.Decoder(tuple[str, ...])
_settings = msgspec.json.Decoder(SessionSettings)
_outcome = msgspec.json.Decoder(Outcome)
_tool_calls = msgspec.json.Decoder(tuple[ToolCall, ...])
_logprobs = msgspec.json.Decoder(tuple[TokenLogprob, ...])


class Place(msgspec.Struct, frozen=True):
    """Where a message is: its row, its session's row and id, and its parent's row."""

    n: int
    session: int
    session_id: str
    parent: int | None


def new_id(prefix: str) -> str:
    """Return an id that nothing has: `ses_`, `msg_` or `att_` and 24 hex digits."""
    return f"{prefix}_{secrets.token_hex(12)}"


def clean(text: str) -> str:
    """Return `text` as UTF-8 can have it: half of a surrogate pair becomes U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def encoded(value: object) -> str:
    """Return the JSON of a column."""
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        return msgspec.json.encode(_cleaned(msgspec.to_builtins(value))).decode()


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [_cleaned(one) for one in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(one) for key, one in value.items()}
    return value


def session_of(row: Row) -> Session:
    """Return the session of a row of `SESSION_COLUMNS`."""
    return Session(
        id=row[0],
        title=row[1],
        titled=bool(row[2]),
        pinned=bool(row[3]),
        archived=bool(row[4]),
        tags=_tags.decode(row[5]),
        settings=_settings.decode(row[6]),
        revision=row[7],
        messages=row[8],
        created_s=row[9],
        updated_s=row[10],
        deleted_s=row[11],
    )


def attachment_of(row: Row) -> Attachment:
    """Return the attachment of a row of `ATTACHMENT_COLUMNS`."""
    return Attachment(id=row[0], name=row[1], media_type=row[2], size_bytes=row[3], text_characters=row[4])


def message_of(
    row: Row,
    session_id: str,
    parent: str | None,
    branch: Branch,
    attachments: tuple[Attachment, ...],
    logprobs: str | None = None,
) -> StoredMessage:
    """Return the message of a row of `MESSAGE_COLUMNS`; `parent` is the id of its parent."""
    outcome = NO_OUTCOME if row[10] is None else _outcome.decode(row[10])
    return StoredMessage(
        id=row[1],
        session=session_id,
        parent=parent,
        branch=branch,
        role=row[3],
        status=row[4],
        content=row[13],
        reasoning=row[12],
        tool_calls=() if row[11] is None else _tool_calls.decode(row[11]),
        tool_call_id=row[8],
        attachments=attachments,
        model=row[7],
        settings=None if row[9] is None else _settings.decode(row[9]),
        finish_reason=outcome.finish_reason,
        error=outcome.error,
        usage=outcome.usage,
        timings=outcome.timings,
        ttft_s=outcome.ttft_s,
        reasoning_s=outcome.reasoning_s,
        truncation=outcome.truncation,
        logprobs=None if logprobs is None else logprobs_of(logprobs),
        created_s=row[5],
        updated_s=row[6],
    )


def logprobs_of(body: str) -> tuple[TokenLogprob, ...]:
    """Return the log probabilities of a message, as they are stored."""
    return _logprobs.decode(body)


def grouped(rows: Iterable[Row]) -> Mapping[int, tuple[Attachment, ...]]:
    """Return attachments by the rows of their messages; `rows` are a message's, then `ATTACHMENT_COLUMNS`, in order."""
    found: dict[int, tuple[Attachment, ...]] = {}
    for message, *columns in rows:
        found[message] = (*found.get(message, ()), attachment_of(tuple(columns)))
    return found


def session_row(connection: sqlite3.Connection, session_id: str) -> int:
    """Return the row of a session that is not in the bin. Raises `SessionNotFound`."""
    row = connection.execute(
        "SELECT n FROM sessions WHERE id = ? AND deleted_s IS NULL", (clean(session_id),)
    ).fetchone()
    if row is None:
        raise SessionNotFound(f"Session {session_id!r} not found: it was deleted, or there never was one of that id.")
    return int(row[0])


def message_place(connection: sqlite3.Connection, message_id: str, *, hidden: bool = False) -> Place:
    """Return where a message is; `hidden`: also one that is deleted, or in the bin. Raises `MessageNotFound`."""
    row = connection.execute(
        "SELECT messages.n, session, sessions.id, parent, deleted_by IS NULL AND sessions.deleted_s IS NULL "
        "FROM messages JOIN sessions ON sessions.n = session WHERE messages.id = ?",
        (clean(message_id),),
    ).fetchone()
    if row is None or not (row[4] or hidden):
        raise MessageNotFound(f"Message {message_id!r} not found: it was deleted, or there never was one of that id.")
    return Place(*row[:4])


def touch(connection: sqlite3.Connection, session: int, now_s: float) -> None:
    """Note that something in a session has changed."""
    connection.execute("UPDATE sessions SET updated_s = ? WHERE n = ?", (now_s, session))
