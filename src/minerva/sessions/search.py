"""What was said, and titles, by their words: SQLite's FTS5 (https://www.sqlite.org/fts5.html)."""

from __future__ import annotations

import re
import sqlite3
from collections import Counter

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import SearchHit, SnippetPart
from minerva.sessions.rows import clean

_MOST = 100
_MOST_WORDS = 32
_MOST_OF_A_SESSION = 3
_MOST_SEEN = 3000
"""Messages that are looked at for one search. Words that are everywhere are found soon enough."""
_SNIPPET_WORDS = 24
_BEGIN, _END = "\ue000", "\ue001"
"""Marks around what was found. Hardly anybody writes these, and where somebody does, a wrong part is shown as found."""
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")

_TITLES = f"""
    SELECT id, sessions.title, NULL, highlight(titles_text, 0, '{_BEGIN}', '{_END}'), updated_s
    FROM titles_text JOIN sessions ON n = titles_text.rowid
    WHERE titles_text MATCH ? AND deleted_s IS NULL ORDER BY titles_text.rowid DESC LIMIT ?
"""
_SEEN = f"""
    SELECT messages.n, session
    FROM messages_text JOIN messages ON messages.n = messages_text.rowid JOIN sessions ON sessions.n = session
    WHERE messages_text MATCH ? AND deleted_by IS NULL AND sessions.deleted_s IS NULL
    ORDER BY messages_text.rowid DESC LIMIT {_MOST_SEEN}
"""
_SHOWN = f"""
    SELECT sessions.id, title, messages.id,
        snippet(messages_text, 0, '{_BEGIN}', '{_END}', '…', {_SNIPPET_WORDS}), sessions.updated_s
    FROM messages_text JOIN messages ON messages.n = messages_text.rowid JOIN sessions ON sessions.n = session
    WHERE messages_text MATCH ?1 AND messages_text.rowid BETWEEN ?2 AND ?3
    AND messages.n IN (SELECT value FROM json_each(?4)) ORDER BY messages_text.rowid DESC
"""
"""Snippets take long: they are made of what is shown alone, though the words are looked up once more for that."""


def search(connection: sqlite3.Connection, query: str, limit: int) -> tuple[SearchHit, ...]:
    """Return where the words of `query` are; see `SessionStore.search`."""
    if not 0 < limit <= _MOST:
        raise InvalidRequest(f"`limit` is {limit}; there are 1 to {_MOST} hits.", "limit")
    match = expression(query)
    if not match:
        return ()
    # Titles leave room: what was said is looked for at least as often.
    hits = [_hit(*row) for row in connection.execute(_TITLES, (match, max(1, limit // 2)))]
    found = _messages(connection, match, limit - len(hits))
    if found:
        span = (found[-1], found[0], str(found))
        hits += [_hit(*row) for row in connection.execute(_SHOWN, (match, *span))]
    return tuple(hits)


def _messages(connection: sqlite3.Connection, match: str, limit: int) -> list[int]:
    """Return the rows of the newest messages, a few of each session."""
    of_session: Counter[int] = Counter()
    found: list[int] = []
    for n, session in connection.execute(_SEEN, (match,)):
        of_session[session] += 1
        if of_session[session] <= _MOST_OF_A_SESSION:
            found.append(n)
        if len(found) == limit:
            break
    return found


def expression(query: str) -> str:
    """Return what FTS5 is asked: words as strings, in which nothing is an operator, and the last one as a beginning."""
    words = [word for word in clean(query).replace("\0", " ").split() if any(map(str.isalnum, word))][:_MOST_WORDS]
    if not words:
        return ""
    quoted = ['"{}"'.format(word.replace('"', '""')) for word in words]
    # A single letter begins so many words that all of them would take long, and say little.
    is_open = not query[-1].isspace() and not (len(words[-1]) == 1 and words[-1].isascii())
    return " ".join(quoted) + ("*" if is_open else "")


def _hit(session: str, title: str, message: str | None, marked: str, updated_s: float) -> SearchHit:
    return SearchHit(session=session, title=title, message=message, snippet=_parts(marked), updated_s=updated_s)


def _parts(marked: str) -> tuple[SnippetPart, ...]:
    # With one group, every second piece is what was between marks.
    pieces = _MARKED.split(marked)
    return tuple(SnippetPart(text, index % 2 == 1) for index, text in enumerate(pieces) if text)
