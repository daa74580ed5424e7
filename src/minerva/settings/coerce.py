"""From a value somebody wrote to the value a setting holds, or an error that says what was expected. Pure."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from minerva.core.errors import SettingsError
from minerva.core.units import parse_duration, parse_size
from minerva.settings.keys import Key, expected
from minerva.settings.sources import Given

_UNSET = frozenset({"auto", "none"})
"""Words that take a setting back to `unset`, where a layer below gave it a value."""


def coerce(key: Key, given: Given) -> object:
    """Return the value of `given` as `key` holds it. Raises `SettingsError` for a wrong type or range."""
    try:
        return msgspec.convert(_plain(key, given), key.type, strict=not given.is_text)
    except (ValueError, TypeError, msgspec.ValidationError) as error:
        shown = "***" if key.name == "server.api_key" else repr(given.value)
        message = f"`{key.name}` is {shown} ({given.source}); it must be {expected(key)}."
        raise SettingsError(message, key.name, given.source) from error


def _plain(key: Key, given: Given) -> object:
    value = given.value
    if key.nullable and not key.is_text and isinstance(value, str) and value.strip().lower() in _UNSET:
        return None
    if key.unit == "duration" and isinstance(value, (str, int, float)):
        return parse_duration(value)
    if key.unit == "size" and isinstance(value, (str, int)):
        return parse_size(value)
    if key.unit == "files":
        return _files(value, given)
    if key.is_list:
        items = _split(key, value) if given.is_text else value
        if key.unit == "folders" and isinstance(items, list):
            return [_path(item, given.base) for item in items]
        return items
    return value


def _split(key: Key, value: object) -> list[str]:
    separator = os.pathsep if key.unit == "folders" else ","
    return [item.strip() for item in str(value).split(separator) if item.strip()]


def _files(value: object, given: Given) -> object:
    """Return a table of paths; in a variable it is `NAME=FILE`, several with what separates paths between them."""
    if given.is_text:
        pairs = (item.partition("=") for item in str(value).split(os.pathsep) if item.strip())
        value = {name.strip(): path.strip() for name, _, path in pairs}
    if not isinstance(value, dict):
        return value
    return {name: _path(path, given.base) for name, path in value.items()}


def _path(item: object, base: Path | None) -> str:
    if not isinstance(item, str) or not item:
        raise TypeError(item)
    path = Path(item).expanduser()
    return str((base or Path.cwd()) / path)
