"""Presets on disk: a JSON file for each, in one folder. Several processes may use it at the same time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from minerva.core.errors import InvalidModelFile, InvalidRequest, RevisionConflict, StorageFailed
from minerva.core.model import InvalidFile
from minerva.core.preset import Preset, check_preset, is_name, name_key
from minerva.models.replacement import replace_file

_SUFFIX = ".json"


class PresetFiles:
    """The presets in a folder. Nothing is remembered: they are small, and a person may edit them.

    Its methods block on the disk and may be called from any thread.
    """

    def __init__(self, folder: Path | None) -> None:
        """Use `folder`, which is made when the first is saved; `None`: there are none, and none can be saved."""
        self._folder = folder
        self._writing = threading.Lock()

    def get(self, name: str) -> Preset | None:
        """Return the preset `name`. Raises `InvalidModelFile` if its file cannot be used."""
        path = self._path(name)
        try:
            return None if path is None else _read(path)
        except FileNotFoundError:
            return None
        except _Unusable as error:
            raise InvalidModelFile(f"{path} is there, but {error}.", str(path)) from error

    def list(self) -> tuple[list[Preset], list[InvalidFile]]:
        """Return all presets by name, and the files that cannot be used with the reason."""
        presets: list[Preset] = []
        invalid: list[InvalidFile] = []
        for path in self._paths():
            try:
                presets.append(_read(path))
            except FileNotFoundError:
                continue
            except _Unusable as error:
                invalid.append(InvalidFile(str(path), str(error)))
        return presets, invalid

    def save(self, preset: Preset, revision: int | None = None) -> None:
        """Keep `preset`, instead of one of its name.

        `revision` is that of the one which it is made from, 0 if there shall be none; `None`: any.
        Raises `InvalidRequest`, `StorageFailed`, and `RevisionConflict` if it is not at `revision` any more.
        """
        check_preset(preset)
        path = self._path(preset.name)
        if path is None:
            raise StorageFailed("This server was started without a data folder, so presets cannot be kept.")
        with self._writing:
            self._check(preset.name, revision)
            try:
                replace_file(path, msgspec.json.format(msgspec.json.encode(preset), indent=2) + b"\n")
            except OSError as error:
                raise StorageFailed(f"The preset cannot be written to {path}: {error.strerror or error}.") from error

    def delete(self, name: str, revision: int | None = None) -> bool:
        """Forget preset `name`, also if its file cannot be used; return whether it was there.

        Raises `StorageFailed`, and `RevisionConflict` if it is not at `revision` any more; `None`: at any.
        """
        path = self._path(name)
        with self._writing:
            self._check(name, revision)
            try:
                if path is not None:
                    path.unlink()
            except FileNotFoundError:
                return False
            except OSError as error:
                raise StorageFailed(f"{path} cannot be deleted: {error.strerror or error}.") from error
        return path is not None

    def _check(self, name: str, revision: int | None) -> None:
        """Between this and the writing another process may come; another thread of this one does not."""
        if revision is None:
            return
        present = self._revision(name)
        if present != revision:
            state = "is not there" if present == 0 else f"is at revision {present}"
            wanted = "was to be new" if revision == 0 else f"was to be at revision {revision}"
            raise RevisionConflict(f"Preset {name!r} {wanted}, and {state}. Read it again, and change that.", present)

    def _revision(self, name: str) -> int:
        try:
            preset = self.get(name)
        except InvalidModelFile:
            # Nobody has seen it, so nobody knows what would be lost.
            return -1
        return 0 if preset is None else preset_revision(preset)

    def _path(self, name: str) -> Path | None:
        key = name_key(name)
        return self._folder / _file_name(key) if self._folder is not None and is_name(key) else None

    def _paths(self) -> Iterator[Path]:
        if self._folder is not None and self._folder.is_dir():
            for path in sorted(self._folder.iterdir()):
                if path.suffix == _SUFFIX and not path.name.startswith("."):
                    yield path


def preset_revision(preset: Preset) -> int:
    """Return a number that is another one for every other content, and never 0. JavaScript can hold it."""
    return 1 + int.from_bytes(hashlib.blake2b(msgspec.json.encode(preset), digest_size=6).digest())


class _Unusable(Exception):
    """Why a file is no preset, to be read behind its path and "but"."""


def _file_name(key: str) -> str:
    return quote(key, safe="") + _SUFFIX


def _read(path: Path) -> Preset:
    """Return the preset in `path`. Raises `FileNotFoundError`, and `_Unusable`."""
    try:
        preset = msgspec.json.decode(path.read_bytes(), type=Preset)
        check_preset(preset)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _Unusable(f"it cannot be read ({error.strerror or error})") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _Unusable(f"it holds no preset ({error})") from error
    except InvalidRequest as error:
        raise _Unusable(f"it holds no preset ({error.message.removesuffix('.')})") from error
    if _file_name(name_key(preset.name)) != path.name:
        raise _Unusable(f"it holds the preset {preset.name!r}, which belongs into another file")
    return preset
