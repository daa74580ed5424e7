"""What was said and thought, titles, and files, by their words: SQLite's FTS5 (https://www.sqlite.org/fts5.html)."""

from __future__ import annotations

import heapq
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import FoundIn, SearchHit, SnippetPart
from minerva.sessions.rows import Row, clean
from minerva.sessions.unspaced import has_unspaced, shown, unspaced

_MOST = 100
_MOST_WORDS = 32
_MOST_OF_A_SESSION = 3
_MOST_SEEN = 3000
"""Messages that are looked at for one search. Words that are everywhere are found soon enough."""
_MOST_FILES_SEEN = 300
_SNIPPET_WORDS, _SNIPPET_CHARACTERS = 24, 48
_BEGIN, _END = "\ue000", "\ue001"
"""Marks around what was found. Hardly anybody writes these, and where somebody does, a wrong part is shown as found."""
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")

_TITLES = f"""
    SELECT id, sessions.title, highlight(titles_text, 0, '{_BEGIN}', '{_END}'), updated_s
    FROM titles_text JOIN sessions ON n = titles_text.rowid
    WHERE titles_text MATCH ? AND deleted_s IS NULL ORDER BY titles_text.rowid DESC LIMIT ?
"""
_FILES_SEEN = f"""
    SELECT (
        SELECT MAX(messages.n) FROM message_attachments JOIN messages ON messages.n = message
        WHERE attachment = attachments.n AND deleted_by IS NULL
    ) AS holder, session, attachments.n
    FROM files_text JOIN attachments ON attachments.n = files_text.rowid JOIN sessions ON sessions.n = session
    WHERE files_text MATCH ? AND sessions.deleted_s IS NULL
    ORDER BY files_text.rowid DESC LIMIT {_MOST_FILES_SEEN}
"""
"""A file may belong to several messages: to those before an edit and behind it. The newest in sight is told."""


def _messages_seen(index: str) -> str:
    return f"""
        SELECT messages.n, session, messages.n
        FROM {index} JOIN messages ON messages.n = {index}.rowid JOIN sessions ON sessions.n = session
        WHERE {index} MATCH ? AND deleted_by IS NULL AND sessions.deleted_s IS NULL
        ORDER BY {index}.rowid DESC LIMIT {_MOST_SEEN}
    """


_SOURCES: tuple[tuple[FoundIn, str, str], ...] = (
    ("text", "messages_text", _messages_seen("messages_text")),
    ("thoughts", "thoughts_text", _messages_seen("thoughts_text")),
    ("file", "files_text", _FILES_SEEN),
)
_SNIPPETS = """
    SELECT rowid, snippet({index}, 0, '{begin}', '{end}', '…', ?2) FROM {index}
    WHERE {index} MATCH ?1 AND rowid BETWEEN ?3 AND ?4 AND rowid IN (SELECT value FROM json_each(?5))
"""
"""Snippets take long: they are made of what is shown alone, though the words are looked up once more for that."""
_ABOUT = """
    SELECT messages.n, sessions.id, title, messages.id, sessions.updated_s
    FROM messages JOIN sessions ON sessions.n = session WHERE messages.n IN (SELECT value FROM json_each(?))
"""
_NAMES = "SELECT n, name FROM attachments WHERE n IN (SELECT value FROM json_each(?))"


class _Found(msgspec.Struct, frozen=True):
    """A message by its row, and its session's; what of it has the words, and the row of that in its index."""

    message: int
    session: int
    found_in: FoundIn
    row: int


def search(connection: sqlite3.Connection, query: str, limit: int) -> tuple[SearchHit, ...]:
    """Return where the words of `query` are; see `SessionStore.search`."""
    if not 0 < limit <= _MOST:
        raise InvalidRequest(f"`limit` is {limit}; there are 1 to {_MOST} hits.", "limit")
    match = expression(query)
    if not match:
        return ()
    # Titles leave room: what was said is looked for at least as often.
    titles = connection.execute(_TITLES, (match, max(1, limit // 2)))
    hits = [
        SearchHit(
            session=session, title=title, message=None, found_in="title", snippet=_parts(marked), updated_s=updated_s
        )
        for session, title, marked, updated_s in titles
    ]
    found = _messages(connection, match, limit - len(hits))
    return (*hits, *_hits(connection, match, found))


def _messages(connection: sqlite3.Connection, match: str, limit: int) -> list[_Found]:
    """Return the newest messages, a few of each session, each once: by its text first, then its thoughts and files."""
    of_session: Counter[int] = Counter()
    found: dict[int, _Found] = {}
    sources = (_seen(connection, match, found_in, sql) for found_in, _, sql in _SOURCES)
    for one in heapq.merge(*sources, key=lambda one: one.message, reverse=True):
        if len(found) == limit:
            break
        if one.message in found:
            continue
        of_session[one.session] += 1
        if of_session[one.session] <= _MOST_OF_A_SESSION:
            found[one.message] = one
    return list(found.values())


def _seen(connection: sqlite3.Connection, match: str, found_in: FoundIn, sql: str) -> Iterator[_Found]:
    """Yield what has the words, the newest message first."""
    rows: Iterable[Row] = connection.execute(sql, (match,))
    if found_in == "file":
        # They come by their own age, and some were never sent.
        rows = sorted((row for row in rows if row[0] is not None), reverse=True)
    for message, session, row in rows:
        yield _Found(message, session, found_in, row)


def _hits(connection: sqlite3.Connection, match: str, found: list[_Found]) -> Iterator[SearchHit]:
    about = {row[0]: row[1:] for row in connection.execute(_ABOUT, (str([one.message for one in found]),))}
    files = [one.row for one in found if one.found_in == "file"]
    names: dict[int, str] = dict(connection.execute(_NAMES, (str(files),)).fetchall())
    snippets = {
        found_in: _snippets(connection, match, index, [one.row for one in found if one.found_in == found_in])
        for found_in, index, _ in _SOURCES
    }
    for one in found:
        session, title, message, updated_s = about[one.message]
        yield SearchHit(
            session=session,
            title=title,
            message=message,
            found_in=one.found_in,
            file=names.get(one.row) if one.found_in == "file" else None,
            snippet=_parts(snippets[one.found_in][one.row]),
            updated_s=updated_s,
        )


def _snippets(connection: sqlite3.Connection, match: str, index: str, rows: list[int]) -> Mapping[int, str]:
    if not rows:
        return {}
    # Where a character is a word, so many words are hardly a sentence.
    length = _SNIPPET_CHARACTERS if has_unspaced(match) else _SNIPPET_WORDS
    sql = _SNIPPETS.format(index=index, begin=_BEGIN, end=_END)
    return dict(connection.execute(sql, (match, length, min(rows), max(rows), str(rows))).fetchall())


def expression(query: str) -> str:
    """Return what FTS5 is asked: words as strings, in which nothing is an operator, and the last one as a beginning."""
    words = [word for word in clean(query).replace("\0", " ").split() if any(map(str.isalnum, word))][:_MOST_WORDS]
    if not words:
        return ""
    quoted = ['"{}"'.format(unspaced(word).replace('"', '""')) for word in words]
    # A single letter begins so many words that all of them would take long, and say little.
    is_open = not query[-1].isspace() and not (len(words[-1]) == 1 and words[-1].isascii())
    return " ".join(quoted) + ("*" if is_open else "")


def _parts(marked: str) -> tuple[SnippetPart, ...]:
    # With one group, every second piece is what was between marks.
    pieces = _MARKED.split(shown(marked))
    return tuple(SnippetPart(text, index % 2 == 1) for index, text in enumerate(pieces) if text)
