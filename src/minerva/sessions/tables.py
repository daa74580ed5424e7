"""The second step of the database: conversations, their files, what is searched, and prompt templates.

Structs are columns of JSON. Tables refer to one another by `n`, SQLite's own number of a row, in the order of making;
ids are for the outside. `…_s` are seconds since 1970.
"""

from __future__ import annotations

_SESSIONS = (
    # `chosen`: the first message that the active path begins with. It goes with its message, so nothing checks it.
    """
    CREATE TABLE sessions (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        titled INTEGER NOT NULL,
        pinned INTEGER NOT NULL,
        archived INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        created_s REAL NOT NULL,
        updated_s REAL NOT NULL,
        deleted_s REAL,
        chosen INTEGER,
        settings TEXT NOT NULL
    )
    """,
    "CREATE INDEX sessions_in_order ON sessions (pinned, updated_s, n, archived) WHERE deleted_s IS NULL",
    "CREATE INDEX sessions_deleted ON sessions (deleted_s) WHERE deleted_s IS NOT NULL",
    """
    CREATE TABLE session_tags (
        session INTEGER NOT NULL REFERENCES sessions (n) ON DELETE CASCADE,
        tag TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (session, tag)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX session_tags_by_tag ON session_tags (tag)",
)
_MESSAGES = (
    # `chosen`: the child that the path goes on with; there is one as long as there is a child in sight.
    # `deleted_by`: the message that was deleted, this one or one above it; whatever is below it is deleted too, and was
    # not deleted later. `parent` does not cascade: SQLite would stop at a depth of a thousand. All below goes with it.
    """
    CREATE TABLE messages (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        session INTEGER NOT NULL REFERENCES sessions (n) ON DELETE CASCADE,
        parent INTEGER REFERENCES messages (n),
        chosen INTEGER,
        deleted_by INTEGER,
        deleted_s REAL,
        role TEXT NOT NULL,
        status TEXT NOT NULL,
        created_s REAL NOT NULL,
        updated_s REAL NOT NULL,
        model TEXT,
        tool_call_id TEXT,
        settings TEXT,
        outcome TEXT,
        tool_calls TEXT,
        reasoning TEXT NOT NULL,
        content TEXT NOT NULL
    )
    """,
    "CREATE INDEX messages_by_place ON messages (session, deleted_by, parent, n, id)",
    "CREATE INDEX messages_by_parent ON messages (parent)",
    "CREATE INDEX messages_streaming ON messages (n) WHERE status = 'streaming'",
    "CREATE INDEX messages_deleted ON messages (deleted_s) WHERE deleted_s IS NOT NULL",
    # Apart, for they are many times as long as the text, and seldom read.
    """
    CREATE TABLE logprobs (
        message INTEGER PRIMARY KEY REFERENCES messages (n) ON DELETE CASCADE,
        body TEXT NOT NULL
    )
    """,
)
_ATTACHMENTS = (
    """
    CREATE TABLE attachments (
        n INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        session INTEGER NOT NULL REFERENCES sessions (n) ON DELETE CASCADE,
        name TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        text_characters INTEGER NOT NULL,
        created_s REAL NOT NULL,
        text TEXT NOT NULL,
        data BLOB NOT NULL
    )
    """,
    "CREATE INDEX attachments_by_session ON attachments (session)",
    # A message that is edited has the files of the one before: a file may belong to several.
    """
    CREATE TABLE message_attachments (
        message INTEGER NOT NULL REFERENCES messages (n) ON DELETE CASCADE,
        position INTEGER NOT NULL,
        attachment INTEGER NOT NULL REFERENCES attachments (n) ON DELETE CASCADE,
        PRIMARY KEY (message, position)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX message_attachments_by_attachment ON message_attachments (attachment)",
)
_TEMPLATES = (
    """
    CREATE TABLE prompt_templates (
        name TEXT PRIMARY KEY,
        body TEXT NOT NULL,
        description TEXT NOT NULL,
        revision INTEGER NOT NULL,
        updated_s REAL NOT NULL
    )
    """,
)
_FTS = "tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3', content_rowid = 'n'"
_TITLES = "INSERT INTO titles_text (rowid, title) VALUES (new.n, new.title)"
_NO_TITLES = "INSERT INTO titles_text (titles_text, rowid, title) VALUES ('delete', old.n, old.title)"
_TEXTS = "INSERT INTO messages_text (rowid, content) VALUES (new.n, new.content)"
_NO_TEXTS = "INSERT INTO messages_text (messages_text, rowid, content) VALUES ('delete', old.n, old.content)"
# The index has no text of its own; what is taken out of it must be exactly what was put in. So it is the tables' own
# triggers that write it (https://www.sqlite.org/fts5.html#external_content_tables). What is being written is not in it.
_SEARCH = (
    f"CREATE VIRTUAL TABLE titles_text USING fts5 (title, content = 'sessions', {_FTS})",
    f"CREATE TRIGGER titles_added AFTER INSERT ON sessions BEGIN {_TITLES}; END",
    f"CREATE TRIGGER titles_gone AFTER DELETE ON sessions BEGIN {_NO_TITLES}; END",
    "CREATE TRIGGER titles_changed AFTER UPDATE OF title ON sessions WHEN old.title <> new.title "
    f"BEGIN {_NO_TITLES}; {_TITLES}; END",
    f"CREATE VIRTUAL TABLE messages_text USING fts5 (content, content = 'messages', {_FTS})",
    f"CREATE TRIGGER texts_added AFTER INSERT ON messages WHEN new.status <> 'streaming' BEGIN {_TEXTS}; END",
    f"CREATE TRIGGER texts_gone AFTER DELETE ON messages WHEN old.status <> 'streaming' BEGIN {_NO_TEXTS}; END",
    # At most one of these three is for a change: triggers of one event have no order.
    "CREATE TRIGGER texts_ended AFTER UPDATE OF status, content ON messages "
    f"WHEN old.status = 'streaming' AND new.status <> 'streaming' BEGIN {_TEXTS}; END",
    "CREATE TRIGGER texts_reopened AFTER UPDATE OF status, content ON messages "
    f"WHEN old.status <> 'streaming' AND new.status = 'streaming' BEGIN {_NO_TEXTS}; END",
    "CREATE TRIGGER texts_changed AFTER UPDATE OF status, content ON messages "
    "WHEN old.status <> 'streaming' AND new.status <> 'streaming' AND old.content <> new.content "
    f"BEGIN {_NO_TEXTS}; {_TEXTS}; END",
)

CONVERSATIONS: tuple[str, ...] = (*_SESSIONS, *_MESSAGES, *_ATTACHMENTS, *_TEMPLATES, *_SEARCH)
