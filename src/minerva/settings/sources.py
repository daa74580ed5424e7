"""Where settings come from: a TOML file and the environment. Each becomes a list of `Given`, its values unchecked."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

import msgspec

from minerva.core.errors import SettingsError
from minerva.settings.keys import ENV_PREFIX, keys
from minerva.settings.locate import key_lines, line_of

RESERVED = {
    "MINERVA_HOME": "the folder that holds all of Minerva's folders",
    "MINERVA_CONFIG": "the settings file to read",
    "MINERVA_URL": "the server that the command line talks to",
}
"""Variables that set no key, and what they mean."""

MODELS_VARIABLE = "MINERVA_MODELS"
"""Short for MINERVA_MODELS_FOLDERS."""


class Given(msgspec.Struct, frozen=True):
    """A value that somebody gave a setting.

    `source` says where, for messages. A relative folder starts from `base`, or from the working folder.
    `is_text` marks a value that arrives as text whatever its type, as the environment's do.
    """

    key: str
    value: object
    source: str
    base: Path | None = None
    is_text: bool = False


def from_file(path: Path) -> list[Given]:
    """Read a settings file. Raises `SettingsError` if it cannot be read, is not TOML, or holds an unknown key."""
    text, document = _parse(path)
    lines = key_lines(text)
    given: list[Given] = []
    for section, table in document.items():
        source = f"{path} line {line_of(lines, (section,))}"
        for name, value in _section(section, table, source).items():
            source = f"{path} line {line_of(lines, (section, name))}"
            key = f"{section}.{name}"
            if key not in keys():
                raise _unknown("setting", key, source, keys())
            given.append(Given(key, value, source, base=path.absolute().parent))
    return given


def from_environment(environ: Mapping[str, str] | None = None) -> list[Given]:
    """Read `MINERVA_SECTION_KEY`; an empty variable counts as not set. Raises `SettingsError` for an unknown one."""
    environ = os.environ if environ is None else environ
    known = {key.variable: key.name for key in keys().values()} | {MODELS_VARIABLE: "models.folders"}
    given: dict[str, Given] = {}
    for variable in sorted(name for name in environ if name.startswith(ENV_PREFIX) and environ[name]):
        if variable in RESERVED:
            continue
        if variable not in known:
            raise _unknown("variable", variable, "the environment", [*known, *RESERVED])
        key = known[variable]
        if key in given:
            raise SettingsError(f"{given[key].source} and {variable} both set `{key}`; keep one.", key, variable)
        given[key] = Given(key, environ[variable], variable, is_text=True)
    return list(given.values())


def _parse(path: Path) -> tuple[str, dict[str, object]]:
    try:
        # Some editors on Windows begin a file with a byte order mark.
        text = path.read_text(encoding="utf-8-sig")
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"The settings file {path} is not TOML: {error}.", "", str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.", "", str(path)) from error


def _section(section: str, table: object, source: str) -> dict[str, object]:
    sections = {key.section for key in keys().values()}
    if section in sections and isinstance(table, dict):
        return table
    if section in sections:
        message = f"`{section}` is {table!r} ({source}); it must be a table: [{section}], and its keys below."
        raise SettingsError(message, section, source)
    elsewhere = [key.name for key in keys().values() if key.name.endswith(f".{section}")]
    if elsewhere and not isinstance(table, dict):
        message = f"`{section}` is outside any section ({source}); did you mean `{elsewhere[0]}`?"
        raise SettingsError(message, section, source)
    raise _unknown("section", section, source, sections)


def _unknown(noun: str, name: str, source: str, candidates: Iterable[str]) -> SettingsError:
    known = sorted(candidates)
    close = get_close_matches(name, known, n=1)
    advice = f"did you mean `{close[0]}`?" if close else f"there are {', '.join(known)}."
    return SettingsError(f"Unknown {noun} `{name}` ({source}); {advice}", name, source)
