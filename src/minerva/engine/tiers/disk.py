"""The disk tier: blocks in files, for the next process of this model. One thread writes, looks and clears away.

A tier is a convenience: whatever goes wrong with it is logged, what is broken is removed, and the prompt is computed.
"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from minerva.core.log import Logger
from minerva.engine.tiers import block_file
from minerva.engine.tiers.block import Block, Data
from minerva.engine.tiers.shelf import Shelf

MAX_BACKLOG_BYTES = 256 * 1024 * 1024
"""What waits to be written at most; a block beyond that is not written."""

_LARGEST_SHARE = 4
"""A block that would take more than one part in so many of the limit is not written: all others would go for it."""

_CLEAR_EVERY_S = 3600.0
"""How often a tier that has nothing to do looks for what is too old."""

_ABANDONED_S = 3600.0
"""A partial file this old is nobody's any more."""


@dataclass(slots=True, frozen=True)
class DiskOptions:
    """Where blocks are kept and how many. `root` is shared by all models, `limit_bytes` too; 0 turns the tier off."""

    root: Path
    limit_bytes: int
    keep_s: float


class Disk:
    """The blocks of one key. All methods are called by the engine's thread; the other one is inside."""

    def __init__(self, options: DiskOptions, key: Callable[[], bytes], log: Logger) -> None:
        """Begin to look for what is there, in the background; so `key` is called, for it reads the model's file."""
        self.shelf = Shelf(options.limit_bytes)
        self.is_on = True
        self._options = options
        self._find_key = key
        self._key, self._folder = b"", options.root
        """Known once it has looked."""
        self._log = log
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._found: queue.SimpleQueue[Block] = queue.SimpleQueue()
        self._coming: set[bytes] = set()
        """Digests of what was handed to the thread and is not known to be written."""
        self._backlog_bytes = 0
        self._written_bytes = 0
        self._lock = threading.Lock()
        self._jobs.put(self._look)
        threading.Thread(target=self._work, name="disk tier", daemon=True).start()

    def collect(self) -> None:
        """Take in what the thread has found and written."""
        while not self._found.empty():
            block = self._found.get()
            self._coming.discard(block.digest)
            for gone in self.shelf.add(block):
                self._remove(gone)

    def holds(self, digest: bytes) -> bool:
        """Whether the block of `digest` is there, or on its way."""
        return digest in self.shelf or digest in self._coming

    def write(self, block: Block, data: Data) -> None:
        """Have a block written, if it is not there and the disk keeps up."""
        with self._lock:
            if not self.is_on or self.holds(block.digest) or self._backlog_bytes + len(data) > MAX_BACKLOG_BYTES:
                return
            if len(data) > self._options.limit_bytes // _LARGEST_SHARE:
                return
            self._backlog_bytes += len(data)
        self._coming.add(block.digest)
        self._jobs.put(lambda: self._write(block, data))

    def read(self, block: Block) -> Data | None:
        """Return the data of a block; `None`, and it is forgotten, if the file is not what it was."""
        try:
            data = block_file.read_data(self._folder, self._key, block)
        except FileNotFoundError:
            # Another process of this model made room.
            self.shelf.remove(block)
            return None
        except OSError as error:
            # It may be whole, and what cannot be read now can be later.
            self._log.warning("a kept prompt could not be read", file=block.digest.hex(), error=str(error))
            self.shelf.remove(block)
            return None
        if data is None:
            self._log.warning("a kept prompt is damaged and was removed", file=block.digest.hex())
            self.forget(block)
            return None
        self._jobs.put(lambda: self._touch(block))
        return data

    def forget(self, block: Block) -> None:
        """Remove a block."""
        self.shelf.remove(block)
        self._remove(block)

    def flush(self, patience_s: float) -> None:
        """Wait until what was to be written is written, `patience_s` at most."""
        done = threading.Event()
        self._jobs.put(done.set)
        done.wait(patience_s)

    def _remove(self, block: Block) -> None:
        self._jobs.put(lambda: block_file.file_of(self._folder, block).unlink(missing_ok=True))

    def _work(self) -> None:
        while True:
            try:
                self._next_job()()
            except Exception as error:  # noqa: BLE001 - logged, and the tier is off: a worker does not end for it
                self._give_up(error)

    def _next_job(self) -> Callable[[], None]:
        try:
            return self._jobs.get(timeout=_CLEAR_EVERY_S)
        except queue.Empty:
            return self._clear

    def _give_up(self, error: Exception) -> None:
        """No space, no right to write: that will not pass, so nothing more is written."""
        with self._lock:
            was_on, self.is_on = self.is_on, False
        if was_on:
            self._log.warning("the disk tier is off: prompts are no longer kept on disk", error=str(error))

    def _write(self, block: Block, data: Data) -> None:
        with self._lock:
            self._backlog_bytes -= len(data)
            if not self.is_on:
                return
        block_file.write(self._folder, self._key, block, data)
        self._found.put(block)
        self._written_bytes += len(data)
        if self._written_bytes > self._options.limit_bytes // 16:
            # Others write into the same root; each makes room for all.
            self._written_bytes = 0
            self._clear()

    def _touch(self, block: Block) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.utime(block_file.file_of(self._folder, block))

    def _look(self) -> None:
        """Find the blocks of this key, the longest unused first, and remove what is no block."""
        self._key = self._find_key()
        self._folder = self._options.root / self._key.hex()
        # Prompts can be read from these files by who may read the folder.
        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            # Who may only read it may go on from what is there.
            self._folder.chmod(0o700)
        for path in sorted(self._folder.glob("*" + block_file.SUFFIX), key=_used_s):
            try:
                block = block_file.read_block(path, self._key)
            except FileNotFoundError:
                continue
            if block is None:
                self._log.warning("a kept prompt is damaged and was removed", file=path.name)
                path.unlink(missing_ok=True)
            else:
                self._found.put(block)
        self._clear()

    def _clear(self) -> None:
        """Remove what is too old, half written, or more than the limit of all models, the longest unused first."""
        now, total = time.time(), 0
        for path in sorted(filter(Path.is_file, self._options.root.glob("*/*")), key=_used_s, reverse=True):
            age_s = now - _used_s(path)
            is_partial = path.suffix != block_file.SUFFIX
            total += 0 if is_partial else _size(path)
            if age_s > (_ABANDONED_S if is_partial else self._options.keep_s) or total > self._options.limit_bytes:
                path.unlink(missing_ok=True)


def _used_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
