"""Structs on disk: a JSON file for each, in one folder. Several processes may use it at the same time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote

import msgspec

from minerva.core.errors import InvalidModelFile, InvalidRequest, RevisionConflict, StorageFailed
from minerva.core.model import InvalidFile
from minerva.models.replacement import replace_file

S = TypeVar("S", bound=msgspec.Struct)

_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Kind(Generic[S]):
    """What is in a folder: `words` call one of them, and `many` several.

    `name_of` gives the name of one, `key` what tells names apart, `None` for what is no name. `check` raises
    `InvalidRequest`.
    """

    shape: type[S]
    words: str
    many: str
    name_of: Callable[[S], str]
    key: Callable[[str], str | None]
    check: Callable[[S], None]


class KeptFiles(Generic[S]):
    """Structs of one kind in a folder. Nothing is remembered: they are small, and a person may edit them.

    Its methods block on the disk and may be called from any thread.
    """

    def __init__(self, folder: Path | None, kind: Kind[S]) -> None:
        """Use `folder`, which is made when the first is saved; `None`: there are none, and none can be saved."""
        self._folder = folder
        self._kind = kind
        self._writing = threading.Lock()

    def get(self, name: str) -> S | None:
        """Return what is called `name`. Raises `InvalidModelFile` if its file cannot be used."""
        path = self._path(name)
        try:
            return None if path is None else self._read(path)
        except FileNotFoundError:
            return None
        except _Unusable as error:
            raise InvalidModelFile(f"{path} is there, but {error}.", str(path)) from error

    def list(self) -> tuple[list[S], list[InvalidFile]]:
        """Return all by name, and the files that cannot be used with the reason."""
        found: list[S] = []
        invalid: list[InvalidFile] = []
        for path in self._paths():
            try:
                found.append(self._read(path))
            except FileNotFoundError:
                continue
            except _Unusable as error:
                invalid.append(InvalidFile(str(path), str(error)))
        return found, invalid

    def save(self, kept: S, revision: int | None = None) -> None:
        """Keep `kept`, instead of one of its name.

        `revision` is that of the one which it is made from, 0 if there shall be none; `None`: any.
        Raises `InvalidRequest`, `StorageFailed`, and `RevisionConflict` if it is not at `revision` any more.
        """
        kind = self._kind
        kind.check(kept)
        name = kind.name_of(kept)
        path = self._path(name)
        if path is None:
            raise StorageFailed(f"This server was started without a data folder, so {kind.many} cannot be kept.")
        with self._writing:
            self._check(name, revision)
            try:
                replace_file(path, msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")
            except OSError as error:
                why = error.strerror or error
                raise StorageFailed(f"The {kind.words} cannot be written to {path}: {why}.") from error

    def delete(self, name: str, revision: int | None = None) -> bool:
        """Forget what is called `name`, also if its file cannot be used; return whether it was there.

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
            what = f"The {self._kind.words} {name!r}"
            raise RevisionConflict(f"{what} {wanted}, and {state}. Read it again, and change that.", present)

    def _revision(self, name: str) -> int:
        try:
            kept = self.get(name)
        except InvalidModelFile:
            # Nobody has seen it, so nobody knows what would be lost.
            return -1
        return 0 if kept is None else revision_of(kept)

    def _path(self, name: str) -> Path | None:
        key = self._kind.key(name)
        return None if self._folder is None or key is None else self._folder / _file_name(key)

    def _paths(self) -> Iterator[Path]:
        if self._folder is not None and self._folder.is_dir():
            for path in sorted(self._folder.iterdir()):
                if path.suffix == _SUFFIX and not path.name.startswith("."):
                    yield path

    def _read(self, path: Path) -> S:
        """Return what is in `path`. Raises `FileNotFoundError`, and `_Unusable`."""
        kind = self._kind
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=kind.shape)
            kind.check(kept)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _Unusable(f"it cannot be read ({error.strerror or error})") from error
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise _Unusable(f"it holds no {kind.words} ({error})") from error
        except InvalidRequest as error:
            raise _Unusable(f"it holds no {kind.words} ({error.message.removesuffix('.')})") from error
        name = kind.name_of(kept)
        key = kind.key(name)
        if key is None or _file_name(key) != path.name:
            raise _Unusable(f"it holds the {kind.words} {name!r}, which belongs into another file")
        return kept


def revision_of(kept: msgspec.Struct) -> int:
    """Return a number that is another one for every other content, and never 0. JavaScript can hold it."""
    return 1 + int.from_bytes(hashlib.blake2b(msgspec.json.encode(kept), digest_size=6).digest())


class _Unusable(Exception):
    """Why a file is none of its kind, to be read behind its path and "but"."""


def _file_name(key: str) -> str:
    return quote(key, safe="") + _SUFFIX
