"""The tables, as the steps that made them. A step that has shipped is never changed: the next one changes its work."""

from __future__ import annotations

import sqlite3

from minerva.core.errors import StorageFailed
from minerva.sessions import unspaced
from minerva.sessions.tables import CONVERSATIONS
from minerva.sessions.text_index import TEXT_INDEX

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # `used_s`: when it was made, or last continued; seconds since 1970.
        """
        CREATE TABLE responses (
            id TEXT PRIMARY KEY,
            previous TEXT,
            used_s REAL NOT NULL,
            size_bytes INTEGER NOT NULL,
            answer BLOB NOT NULL
        )
        """,
        "CREATE INDEX responses_by_use ON responses (used_s, size_bytes)",
        # The items of a response: those that it was asked with, and behind them those that it answered.
        """
        CREATE TABLE items (
            response TEXT NOT NULL REFERENCES responses (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            is_output INTEGER NOT NULL,
            id TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (response, position)
        )
        """,
        "CREATE INDEX items_by_id ON items (id)",
    ),
    CONVERSATIONS,
    TEXT_INDEX,
)
"""Step number i + 1, as statements."""


def migrate(connection: sqlite3.Connection) -> None:
    """Do the steps that are still to be done. Raises `StorageFailed` for a file that a newer Minerva has changed.

    From then on the connection has what the tables' triggers call.
    """
    unspaced.prepare(connection)
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations "
        "(number INTEGER PRIMARY KEY, applied_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP)"
    )
    [done] = connection.execute("SELECT COALESCE(MAX(number), 0) FROM migrations").fetchone()
    if done > len(MIGRATIONS):
        raise StorageFailed(
            f"A newer Minerva made the database: it is at step {done}, and this one knows {len(MIGRATIONS)}. "
            "Use the newer one, or move the file away."
        )
    for number, statements in enumerate(MIGRATIONS[done:], done + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations (number) VALUES (?)", (number,))
