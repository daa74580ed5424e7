"""Reading forward through a file of unknown good will: bounded memory, no seek past the end, no blocking."""

from __future__ import annotations

import os
import stat
import struct
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from minerva.core.errors import InvalidModelFile

_CHUNK_BYTES = 1 << 18
_LENGTH = struct.Struct("<Q")
# Without O_NONBLOCK the opening of a pipe waits for its writer. Windows has neither and wants O_BINARY.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Cursor:
    """A position in a regular file. Everything that goes wrong is `InvalidModelFile` with the reason.

    It holds at most one chunk, or one taken string, in memory. Not mapped on purpose: a mapped file that is cut short
    while it is read kills the process with SIGBUS.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`, which must be a readable regular file."""
        self.path = path
        try:
            # Asked before opening too: to open a device may already do something.
            self._require_regular(path.stat().st_mode)
            self._file = os.open(path, _FLAGS)
        except (OSError, ValueError) as error:
            self.fail(_reason(error))
        try:
            status = os.fstat(self._file)
            self._require_regular(status.st_mode)
        except BaseException:
            os.close(self._file)
            raise
        self.size = status.st_size
        self._chunk = b""
        self._start = 0
        self._offset = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    @property
    def position(self) -> int:
        """Bytes from the start of the file."""
        return self._start + self._offset

    @property
    def remaining(self) -> int:
        """Bytes from here to the end of the file."""
        return self.size - self.position

    def fail(self, reason: str) -> NoReturn:
        """Raise `InvalidModelFile` naming the file and `reason`."""
        raise InvalidModelFile(f"{self.path} is not a usable model file: {reason}", str(self.path))

    def unpack(self, form: struct.Struct, what: str) -> tuple[int | float | bool, ...]:
        """Read the fields of `form`; `what` names them in the error of a file that ends here."""
        self._need(form.size, what)
        values = form.unpack_from(self._chunk, self._offset)
        self._offset += form.size
        return values

    def take(self, count: int, what: str) -> bytes:
        """Read `count` bytes. The caller bounds `count`; past the end of the file is an error without a read."""
        self._need(count, what)
        data = self._chunk[self._offset : self._offset + count]
        self._offset += count
        return data

    def skip(self, count: int, what: str) -> None:
        """Move `count` bytes forward without reading them."""
        if count > self.remaining:
            self._ends(count, what)
        self._offset += count
        if self._offset > len(self._chunk):
            self._start, self._offset, self._chunk = self.position, 0, b""

    def skip_strings(self, count: int, what: str) -> None:
        """Move over `count` strings, each its length in 8 bytes and then as many bytes.

        The inner loop runs once per token of a vocabulary, 150,000 times in a common model; it takes 50 ns each.
        """
        read_length, left = _LENGTH.unpack_from, count
        while left:
            self._need(8, what)
            chunk, offset, last = self._chunk, self._offset, len(self._chunk) - 8
            while left and offset <= last:
                offset += 8 + read_length(chunk, offset)[0]
                left -= 1
            self.skip(offset - self._offset, what)

    def _need(self, count: int, what: str) -> None:
        """Have `count` bytes from here in the chunk."""
        if len(self._chunk) - self._offset >= count:
            return
        if count > self.remaining:
            self._ends(count, what)
        self._start, self._offset = self.position, 0
        self._chunk = self._read(self._start, max(count, _CHUNK_BYTES))
        if len(self._chunk) < count:
            self.fail(f"it became shorter while it was read, at byte {self._start:,}")

    def _read(self, start: int, count: int) -> bytes:
        try:
            os.lseek(self._file, start, os.SEEK_SET)
            return os.read(self._file, count)
        except OSError as error:
            self.fail(_reason(error))

    def _ends(self, count: int, what: str) -> NoReturn:
        self.fail(
            f"it is truncated: {what} at byte {self.position:,} needs {count:,} bytes and the file ends at"
            f" {self.size:,}. Download it again"
        )

    def _require_regular(self, mode: int) -> None:
        kinds = {stat.S_IFDIR: "a directory", stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
        if not stat.S_ISREG(mode):
            self.fail(f"it is {kinds.get(stat.S_IFMT(mode), 'a device')}, not a file")


def _reason(error: OSError | ValueError) -> str:
    """Say in words why a file could not be opened or read."""
    match error:
        case FileNotFoundError():
            return "it does not exist"
        case PermissionError():
            return "this user may not read it; change its permissions"
        case OSError(strerror=str(text)):
            return f"it cannot be read ({text})"
        case _:
            return f"it cannot be read ({error})"
