"""Descriptions kept from the last scan, so that a file that has not changed is not opened again."""

from __future__ import annotations

from pathlib import Path

import msgspec

from minerva import __version__
from minerva.models.description import Description
from minerva.models.folders import FoundFile
from minerva.models.replacement import replace_file

_FORMAT = f"1 {__version__}"
"""Another version may describe the same header differently."""


class CachedFile(msgspec.Struct, frozen=True, array_like=True):
    """What a file was like when it was described."""

    size_bytes: int
    modified_ns: int
    description: Description


class _Contents(msgspec.Struct, frozen=True):
    format: str
    files: dict[str, CachedFile]


class ScanCache:
    """Descriptions by path, size and modification time. A cache that cannot be read or written costs time only."""

    def __init__(self, path: Path | None) -> None:
        """Read the cache at `path`; one that is absent, damaged or of another version is empty. `None`: no file."""
        self._path = path
        self._known = _read(path) if path else {}
        self._used: dict[str, CachedFile] = {}

    def get(self, file: FoundFile) -> Description | None:
        """Return the description of `file` if it is as it was."""
        entry = self._known.get(file.path)
        if entry is None or (entry.size_bytes, entry.modified_ns) != (file.size_bytes, file.modified_ns):
            return None
        self._used[file.path] = entry
        return entry.description

    def put(self, file: FoundFile, description: Description) -> None:
        """Remember the description of `file`."""
        self._used[file.path] = CachedFile(file.size_bytes, file.modified_ns, description)

    def save(self) -> None:
        """Write what was used since the cache was read, if that is anything new; files that are gone are forgotten."""
        if self._path is None or self._used == self._known:
            return
        try:
            replace_file(self._path, msgspec.msgpack.encode(_Contents(_FORMAT, self._used)))
        except OSError:
            return
        self._known = dict(self._used)


def _read(path: Path) -> dict[str, CachedFile]:
    try:
        contents = msgspec.msgpack.decode(path.read_bytes(), type=_Contents)
    except (OSError, msgspec.MsgspecError):
        return {}
    return contents.files if contents.format == _FORMAT else {}
