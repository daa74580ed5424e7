"""The third step of the database: what is searched, in languages without spaces too, and thoughts and files with it.

Each index is FTS5's, without a text of its own (https://www.sqlite.org/fts5.html#external_content_tables): the text is
in a view, which takes it apart as `unspaced` says, and triggers of the tables write the index, so that no path of the
code can forget it. What is taken out of an index must be exactly what was put in.
"""

from __future__ import annotations

from minerva.sessions.unspaced import FUNCTION, MARKS

INDEXES = ("titles_text", "messages_text", "thoughts_text", "files_text")
_OPTIONS = f"content_rowid = 'n', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2 tokenchars ''{MARKS}'''"
_ENDED = "@.status <> 'streaming'"
"""What is being written is not found."""


def _index(name: str, table: str, text: str, kept: str, columns: str) -> tuple[str, ...]:
    """Return what makes the index `name`: of the expression `text` of those rows of `table` that are `kept`.

    `@` stands for the row in both; they depend on `columns` alone.
    """
    words = f"{FUNCTION}({text})"
    add = f"INSERT INTO {name} (rowid, text) SELECT @.n, {words} WHERE {kept}".replace("@", "new")
    forget = f"INSERT INTO {name} ({name}, rowid, text) SELECT 'delete', @.n, {words} WHERE {kept}".replace("@", "old")
    changed = " OR ".join(f"({one})".replace("@", "old") + f" <> ({one})".replace("@", "new") for one in (kept, text))
    view = f"CREATE VIEW {name}_split AS SELECT n, {words} AS text FROM {table} WHERE {kept}".replace("@", table)
    return (
        view,
        f"CREATE VIRTUAL TABLE {name} USING fts5 (text, content = '{name}_split', {_OPTIONS})",
        f"CREATE TRIGGER {name}_added AFTER INSERT ON {table} BEGIN {add}; END",
        f"CREATE TRIGGER {name}_gone AFTER DELETE ON {table} BEGIN {forget}; END",
        # One trigger for both, since triggers of one event have no order.
        f"CREATE TRIGGER {name}_changed AFTER UPDATE OF {columns} ON {table} WHEN {changed} BEGIN {forget}; {add}; END",
        f"INSERT INTO {name} ({name}) VALUES ('rebuild')",
    )


_BEFORE = (
    "titles_added",
    "titles_gone",
    "titles_changed",
    "texts_added",
    "texts_gone",
    "texts_ended",
    "texts_reopened",
    "texts_changed",
)
TEXT_INDEX: tuple[str, ...] = (
    *(f"DROP TRIGGER {trigger}" for trigger in _BEFORE),
    "DROP TABLE titles_text",
    "DROP TABLE messages_text",
    *_index("titles_text", "sessions", "@.title", "@.title <> ''", "title"),
    *_index("messages_text", "messages", "@.content", _ENDED, "status, content"),
    *_index("thoughts_text", "messages", "@.reasoning", f"{_ENDED} AND @.reasoning <> ''", "status, reasoning"),
    # A file is found by its name too.
    *_index("files_text", "attachments", "@.name || char(10) || @.text", "TRUE", "name, text"),
)
