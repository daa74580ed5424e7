"""Finding the files below the configured folders that are named like models."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from minerva.core.model import InvalidFile

SUFFIX = ".gguf"


class FoundFile(msgspec.Struct, frozen=True):
    """A regular file, and what tells whether it has changed. `shipped`: it came with Minerva."""

    path: str
    size_bytes: int
    modified_ns: int
    shipped: bool = False


def find_files(folders: Sequence[Path], shipped: Path | None = None) -> tuple[list[FoundFile], list[InvalidFile]]:
    """Return every `*.gguf` file below `folders`, in the order of their paths, and what could not be looked at.

    Links are followed, each folder is visited once: a cycle of links ends, and overlapping folders list a file once.
    Names that start with a dot are passed over: downloads in progress, and the shadow files of macOS.
    `shipped` is one file more, under this path also where a folder holds it; nothing is said if it is not there.
    """
    walk = _Walk()
    if shipped is not None:
        walk.take(shipped)
    for folder in folders:
        walk.visit(folder)
    return sorted(walk.found, key=lambda file: file.path), walk.invalid


class _Walk:
    def __init__(self) -> None:
        self.found: list[FoundFile] = []
        self.invalid: list[InvalidFile] = []
        self._folders: set[tuple[int, int]] = set()
        self._files: set[tuple[int, int, str]] = set()

    def take(self, file: Path) -> None:
        """Note `file` if it is there, as its folder lists it: on Windows another status would be another identity."""
        with contextlib.suppress(OSError), os.scandir(file.parent) as entries:
            for entry in entries:
                if entry.name == file.name:
                    self._note(entry, shipped=True)

    def visit(self, folder: Path) -> None:
        """Look through `folder` and all below it; a loop and not a recursion, for folders may nest deeply."""
        waiting = [os.path.abspath(folder)]  # noqa: PTH100 - texts: a Path for each of 10,000 files takes 0.1 s
        while waiting:
            path = waiting.pop()
            try:
                waiting.extend(self._visit_one(path))
            except OSError as error:
                self.invalid.append(InvalidFile(path, f"the folder cannot be read ({error.strerror})"))

    def _visit_one(self, path: str) -> Iterator[str]:
        """Note the files in `path` and yield the folders in it."""
        status = os.stat(path)  # noqa: PTH116 - see above
        identity = (status.st_dev, status.st_ino)
        if identity in self._folders:
            return
        self._folders.add(identity)
        files = len(self._files)
        with os.scandir(path) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if self._is_folder(entry):
                    yield entry.path
                elif entry.name.lower().endswith(SUFFIX):
                    self._note(entry)
        if path.lower().endswith(SUFFIX) and len(self._files) == files:
            self.invalid.append(InvalidFile(path, "it is a folder, not a file"))

    def _is_folder(self, entry: os.DirEntry[str]) -> bool:
        try:
            return entry.is_dir()
        except OSError:
            return False

    def _note(self, entry: os.DirEntry[str], *, shipped: bool = False) -> None:
        try:
            entry.path.encode()
            status = entry.stat()
        except UnicodeEncodeError:
            readable = entry.path.encode("utf-8", "replace").decode()
            self.invalid.append(InvalidFile(readable, "its path is not valid UTF-8; rename it"))
            return
        except OSError as error:
            broken = "it is a link to nothing" if isinstance(error, FileNotFoundError) else error.strerror
            self.invalid.append(InvalidFile(entry.path, f"it cannot be looked at: {broken}"))
            return
        # Windows gives no identity here; a file is then itself whatever its folder is called.
        identity = (status.st_dev, status.st_ino, entry.name if status.st_ino else entry.path)
        if identity not in self._files:
            self._files.add(identity)
            self.found.append(FoundFile(entry.path, status.st_size, status.st_mtime_ns, shipped))
