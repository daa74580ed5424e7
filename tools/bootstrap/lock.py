"""One set-up at a time: a lock that the operating system lets go when its last holder ends, however it ends.

On POSIX the programs that set-up starts inherit the lock (`held_descriptors`). So when set-up itself is killed and
leaves a compiler behind, the next set-up waits for that compiler instead of racing it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

POLL_S = 0.25

_held: list[int] = []


def held_descriptors() -> tuple[int, ...]:
    """Return the descriptors of the locks this process holds, to be passed to its children."""
    return tuple(_held)


class FileLock:
    """A lock on `path`, held inside a `with` block."""

    def __init__(self, path: Path, waiting: Callable[[], None]) -> None:
        """`waiting` is called again and again while somebody else holds the lock."""
        self._path = path
        self._waiting = waiting
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("ab")
        try:
            while not _try_lock(file.fileno()):
                self._waiting()
                time.sleep(POLL_S)
        except BaseException:
            file.close()
            raise
        self._file = file
        _held.append(file.fileno())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            _held.remove(self._file.fileno())
            self._file.close()
            self._file = None


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
