"""The settings in effect: defaults < settings file < environment < flags, resolved once and frozen.

The same setting is `port = 8080` below `[server]` in the file, `MINERVA_SERVER_PORT=8080` in the environment,
and `--port 8080` on the command line, where it has a flag.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from minerva.core.errors import SettingsError
from minerva.settings.coerce import coerce
from minerva.settings.keys import keys
from minerva.settings.paths import find_paths
from minerva.settings.schema import Settings
from minerva.settings.sources import Given, from_environment, from_file

DEFAULT = "default"


class Resolved(msgspec.Struct, frozen=True):
    """The settings, and for each key where its value comes from: `default`, a file with its line, a variable, a flag.

    `file` is the settings file that was read, if there was one.
    """

    settings: Settings
    sources: dict[str, str]
    file: Path | None


def load_settings(
    file: Path | None = None, flags: Sequence[Given] = (), environ: Mapping[str, str] | None = None
) -> Settings:
    """Return `resolve(...).settings`, for those who do not care where a value comes from."""
    return resolve(file, flags, environ).settings


def resolve(
    file: Path | None = None, flags: Sequence[Given] = (), environ: Mapping[str, str] | None = None
) -> Resolved:
    """Decide every setting.

    Args:
        file: The settings file, which must be there; `None`: the one that `MINERVA_CONFIG` names, or else the one in
            the configuration folder if it is there.
        flags: What the command line says, with the flag as `source`.
        environ: The environment; `None`: that of this process.

    Raises:
        SettingsError: A key is unknown, or a value of the wrong type or out of range; it names the key and the source.
    """
    environ = os.environ if environ is None else environ
    path = file or _configured_file(environ)
    layers = [*(from_file(path) if path else []), *from_environment(environ), *flags]
    given = {item.key: item for item in layers}
    values = {name: coerce(keys()[name], item) for name, item in given.items()}
    sources = {name: given[name].source if name in given else DEFAULT for name in keys()}
    return Resolved(_build(values), sources, path)


def model_folders(settings: Settings, environ: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Return the folders to look for models in: those of the settings, or the one in the data folder."""
    return tuple(map(Path, settings.models.folders)) or (find_paths(environ).models,)


def _configured_file(environ: Mapping[str, str]) -> Path | None:
    if named := environ.get("MINERVA_CONFIG"):
        path = Path(named).expanduser()
        if not path.is_file():
            raise SettingsError(f"MINERVA_CONFIG names {path}, which is not a file.", "", "MINERVA_CONFIG")
        return path
    path = find_paths(environ).config_file
    return path if path.is_file() else None


def _build(values: Mapping[str, object]) -> Settings:
    sections: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        key = keys()[name]
        sections.setdefault(key.section, {})[key.field] = value
    defaults = Settings()
    changed = {name: msgspec.structs.replace(getattr(defaults, name), **fields) for name, fields in sections.items()}
    return msgspec.structs.replace(defaults, **changed)
