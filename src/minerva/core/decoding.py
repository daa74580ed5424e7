"""What msgspec says against a document, taken apart. Pure."""

from __future__ import annotations

import re

_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?", re.DOTALL)
_FIELD = re.compile(r"Object (?:contains unknown|missing required) field `(?P<name>[^`]*)`")


def fault_of(message: str) -> tuple[str, str]:
    """Return what a `msgspec.ValidationError` says is wrong, and the path to it, `a.b[2]`; empty: the whole."""
    match = _PLACE.fullmatch(message)
    what, path = (match["what"], match["path"] or "") if match is not None else (message, "")
    if (named := _FIELD.search(what)) is not None:
        path = ".".join(filter(None, [path, named["name"]]))
    return what, path
