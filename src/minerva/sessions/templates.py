"""Prompt templates: texts with gaps that a person fills in before sending them."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections.abc import Container, Mapping, Sequence

from minerva.core.errors import InvalidRequest, PromptTemplateNotFound
from minerva.sessions.records import Duplicates, ImportedTemplate, PromptTemplate, TemplateEntry
from minerva.sessions.rows import Row, clean
from minerva.sessions.session import check_revision

_NAME_LIMIT = 100
_VARIABLE = re.compile(r"\{\{\s*(\w[\w -]*?)\s*\}\}")
_COLUMNS = "name, body, description, revision, updated_s"


def every(connection: sqlite3.Connection) -> tuple[PromptTemplate, ...]:
    """Return all templates; see `SessionStore.templates`."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM prompt_templates ORDER BY name COLLATE NOCASE, name")
    return tuple(map(_template, rows))


def get(connection: sqlite3.Connection, name: str) -> PromptTemplate:
    """Return a template; see `SessionStore.template`."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM prompt_templates WHERE name = ?", (clean(name),)).fetchone()
    if row is None:
        raise PromptTemplateNotFound(f"Prompt template {name!r} not found.")
    return _template(row)


def put(
    connection: sqlite3.Connection, name: str, body: str, description: str, revision: int | None, now_s: float
) -> PromptTemplate:
    """Make or change a template; see `SessionStore.put_template`."""
    _check_name(name, "name")
    check_revision(_revision(connection, name), revision)
    connection.execute(
        f"INSERT INTO prompt_templates ({_COLUMNS}) VALUES (?, ?, ?, 1, ?) ON CONFLICT (name) DO UPDATE SET "
        "body = excluded.body, description = excluded.description, revision = revision + 1, "
        "updated_s = excluded.updated_s",
        (name, clean(body), clean(description), now_s),
    )
    return get(connection, name)


def delete(connection: sqlite3.Connection, name: str, revision: int | None) -> None:
    """Forget a template; see `SessionStore.delete_template`."""
    get(connection, name)
    check_revision(_revision(connection, name), revision)
    connection.execute("DELETE FROM prompt_templates WHERE name = ?", (clean(name),))


def take_in(
    connection: sqlite3.Connection, entries: Sequence[TemplateEntry], duplicates: Duplicates, now_s: float
) -> tuple[ImportedTemplate, ...]:
    """Make templates of a file's entries; see `SessionStore.import_templates`."""
    places: dict[str, int] = {}
    for index, entry in enumerate(entries):
        field = f"templates[{index}].name"
        _check_name(entry.name, field)
        if (first := places.setdefault(entry.name, index)) != index:
            raise InvalidRequest(f"`{field}` is {entry.name!r}, which templates[{first}] is called too.", field)
    return tuple(_take(connection, entry, places, duplicates, now_s) for entry in entries)


def _take(
    connection: sqlite3.Connection,
    entry: TemplateEntry,
    places: Mapping[str, int],
    duplicates: Duplicates,
    now_s: float,
) -> ImportedTemplate:
    content = (clean(entry.body), clean(entry.description))
    if _revision(connection, entry.name) == 0:
        made = put(connection, entry.name, *content, revision=0, now_s=now_s)
        return ImportedTemplate(name=entry.name, outcome="made", template=made)
    present = get(connection, entry.name)
    if (present.body, present.description) == content:
        return ImportedTemplate(name=entry.name, outcome="unchanged", template=present)
    if duplicates == "replace":
        made = put(connection, entry.name, *content, revision=None, now_s=now_s)
        return ImportedTemplate(name=entry.name, outcome="replaced", template=made)
    if duplicates == "keep_both":
        made = put(connection, _free_name(connection, entry.name, places), *content, revision=0, now_s=now_s)
        return ImportedTemplate(name=entry.name, outcome="kept_both", template=made)
    field = f"templates[{places[entry.name]}].name"
    raise InvalidRequest(
        f"`{field}` is {entry.name!r}, which another template has. Say what should become of the two: `keep_both`, or "
        "`replace` the one that is here.",
        field,
    )


def _free_name(connection: sqlite3.Connection, name: str, taken: Container[str]) -> str:
    """Return `name` with the first number from 2 on behind it that no template has, and that is not in `taken`."""
    for number in itertools.count(2):
        end = f" ({number})"
        free = name[: _NAME_LIMIT - len(end)].rstrip() + end
        if free not in taken and _revision(connection, free) == 0:
            return free
    raise AssertionError("there are always more numbers")


def variables(body: str) -> tuple[str, ...]:
    """Return the names of the gaps of a text, in order, each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(body)))


def _revision(connection: sqlite3.Connection, name: str) -> int:
    row = connection.execute("SELECT revision FROM prompt_templates WHERE name = ?", (clean(name),)).fetchone()
    return 0 if row is None else int(row[0])


def _template(row: Row) -> PromptTemplate:
    return PromptTemplate(
        name=row[0],
        body=row[1],
        description=row[2],
        variables=variables(row[1]),
        revision=row[3],
        updated_s=row[4],
    )


def _check_name(name: str, field: str) -> None:
    if not 0 < len(name) <= _NAME_LIMIT or name != name.strip() or not name.isprintable() or "/" in name:
        raise InvalidRequest(
            f"`{field}` is {name[:_NAME_LIMIT]!r}; a name has 1 to {_NAME_LIMIT} characters, no `/`, and no spaces "
            "around it.",
            field,
        )
