"""What tests of the store of conversations need: a clock that stands, and short words for messages."""

from __future__ import annotations

import sqlite3

from minerva.core.session import MessageStatus, StoredMessage
from minerva.sessions.records import NewMessage
from minerva.sessions.store import SessionStore
from minerva.sessions.text_index import INDEXES
from minerva.sessions.unspaced import prepare


class Clock:
    """Seconds that pass when a test says so, and one with every look at it."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        self.now_s += 1
        return self.now_s


async def ask(store: SessionStore, session: str, parent: str | None, content: str = "a question") -> StoredMessage:
    """Add a user's message."""
    return await store.add(NewMessage(session=session, parent=parent, role="user", content=content))


async def answer(
    store: SessionStore, session: str, parent: str, content: str = "", status: MessageStatus = "streaming"
) -> StoredMessage:
    """Add an assistant's message, which is being written."""
    new = NewMessage(session=session, parent=parent, role="assistant", content=content, status=status)
    return await store.add(new)


async def path_ids(store: SessionStore, session: str) -> list[str]:
    """Return the ids of the active path."""
    return [message.id for message in await store.path(session)]


def check_database(connection: sqlite3.Connection) -> None:
    """Raise `AssertionError` if the file is broken, a reference hangs, or an index has other words than the texts.

    Texts of messages must be of lower-case words with spaces between.
    """
    prepare(connection)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for index in INDEXES:
        connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 # names of ours
    connection.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab (main, messages_text, instance)")
    words = connection.execute("SELECT doc, term FROM temp.words ORDER BY doc, offset").fetchall()
    texts = connection.execute("SELECT n, content FROM messages WHERE status <> 'streaming' ORDER BY n").fetchall()
    connection.execute("DROP TABLE temp.words")
    assert words == [(n, word) for n, text in texts for word in text.split()]
