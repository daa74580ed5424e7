"""The pages that compare what routes take with what other makers' APIs have, field by field."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.metadata import version
from typing import Any, NamedTuple

import msgspec

from tools.pages.compared import COMPARED, Compared
from tools.pages.document import shapes
from tools.pages.markdown import code, table
from tools.pages.places import Places, forms, is_free, parent, places
from tools.pages.shapes import Schema, type_text

YES, NO_EFFECT, REFUSED = "yes", "no effect", "refused"
HEAD = ["Field", "Here", "Takes", "Remarks"]
INDEX = """\
# Compatibility

Every field of the request bodies of three APIs, as the official Python clients declare it, and what becomes of it here:

- **yes**: it does what its API says;
- **no effect**: it is taken, as clients send it out of habit, and the page says why it changes nothing;
- **refused**: it is a 400 that names the field, unless its value is one of those that ask for nothing.

A field that stands on none of these pages is unknown, and refused too. Nothing is taken and dropped in silence.
"""


class Row(NamedTuple):
    """What is said of one field."""

    path: str
    state: str
    takes: str
    remarks: str


def pages() -> dict[str, Callable[[], str]]:
    """Return what makes each page, by its name within the folder of generated pages."""
    each = {f"compat/{name}.md": partial(page, compared) for name, compared in COMPARED.items()}
    return {"compat/index.md": index, **each}


def index() -> str:
    """Return the page that leads to the others, with the number of fields of each kind."""
    head = ["Request body", "Route", "Client", *map(str.capitalize, (YES, NO_EFFECT, REFUSED)), "More here"]
    return f"{INDEX}\n{table(head, (list(_counts(name, compared)) for name, compared in COMPARED.items()))}"


def page(compared: Compared) -> str:
    """Return the page of one request body."""
    theirs, more = rows(compared)
    sections = {
        "Fields": [row for row in theirs if not parent(row.path)],
        "Fields within these": [row for row in theirs if parent(row.path)],
        "More that is taken here": more,
    }
    return "\n".join(
        [
            f"# {compared.title}\n",
            f"`{compared.route}`, beside what version {version(compared.client)} of the Python package "
            f"`{compared.client}` declares. What the words in the second column mean: [Compatibility](index.md).\n",
            *(f"## {title}\n\n{table(HEAD, map(_cells, found))}" for title, found in sections.items() if found),
        ]
    )


def rows(compared: Compared) -> tuple[list[Row], list[Row]]:
    """Return a row for each field that the client declares, and for each that is only known here.

    What is within a field that is refused, changes nothing, or has fields of the caller's choice, has no rows.
    """
    ours = places(shapes(), compared.body.__name__)
    theirs = _shown(compared, ours, compared.declared)
    known = dict.fromkeys([*ours, *compared.body.not_yet])
    more = _shown(compared, ours, [path for path in known if path not in compared.declared])
    return theirs, more


def _shown(compared: Compared, ours: Places, paths: Iterable[str]) -> list[Row]:
    return [_row(compared, ours, path) for path in paths if not parent(path) or _leads_on(compared, ours, parent(path))]


def _leads_on(compared: Compared, ours: Places, path: str) -> bool:
    above = parent(path)
    if above and not _leads_on(compared, ours, above):
        return False
    free = any(is_free(form) for schema in ours.get(path, ()) for form in forms(shapes(), schema))
    return not free and _row(compared, ours, path).state == YES


def _row(compared: Compared, ours: Places, path: str) -> Row:
    if path in compared.body.not_yet:
        return Row(path, REFUSED, _values([None, *compared.body.not_yet[path]]), "Not supported yet.")
    if path not in ours:
        return Row(path, REFUSED, "", "Not known here.")
    schemas = ours[path]
    nothing = _nothing(schemas)
    if nothing is not None:
        return Row(path, REFUSED, _values(nothing), "Not supported yet.")
    takes = " or ".join(dict.fromkeys(type_text(schema) for schema in schemas)).replace("](#", "](../routes.md#")
    if path in compared.no_ops:
        return Row(path, NO_EFFECT, takes, compared.no_ops[path])
    remarks = dict.fromkeys(schema["description"] for schema in schemas if "description" in schema)
    return Row(path, YES, takes, " ".join(remarks))


def _nothing(schemas: Iterable[Schema]) -> list[Any] | None:
    """Return the values that `schemas` allow if all of them ask for nothing, `None` if one asks for something."""
    found: list[Any] = []
    for form in (form for schema in schemas for form in forms(shapes(), schema)):
        match form:
            case {"type": "null"}:
                found.append(None)
            case {"maxItems": 0}:
                found.append([])
            case {"maxProperties": 0}:
                found.append({})
            case {"const": (False | "") as value}:
                found.append(value)
            case _:
                return None
    return sorted(found, key=lambda value: value is not None)


def _values(values: Iterable[Any]) -> str:
    texts = (msgspec.json.encode(value).decode() for value in values)
    return ", ".join(dict.fromkeys(map(code, texts)))


def _cells(row: Row) -> list[str]:
    return [code(row.path), row.state, row.takes, row.remarks]


def _counts(name: str, compared: Compared) -> Iterator[str]:
    theirs, more = rows(compared)
    states = [row.state for row in theirs]
    yield f"[{compared.title}]({name}.md)"
    yield code(compared.route)
    yield code(compared.client)
    yield from (str(states.count(state)) for state in (YES, NO_EFFECT, REFUSED))
    yield str(len(more))
