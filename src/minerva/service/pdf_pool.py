"""Threads that read PDFs, and nothing else: whoever waits for another thread does not wait for a stranger's file."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from minerva.core.errors import QueueFull
from minerva.service.ends import shutting_down
from minerva.service.pdf_text import MOST_S, pdf_text

_THREADS = 2
"""One file that takes its whole time leaves a thread to the others."""
_MOST_OPEN = 16
"""Files that are read or wait for it; each has tens of megabytes."""


class PdfPool:
    """Reads PDFs, few at a time. Belongs to one event loop; its threads start with the first file."""

    def __init__(self, threads: int = _THREADS, most_open: int = _MOST_OPEN) -> None:
        """Read `threads` files at a time; more than `most_open` with those that wait are refused."""
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pdf")
        self._most_open = most_open
        self._open: set[threading.Event] = set()

    async def text(self, data: bytes, name: str, most_characters: int) -> str:
        """Return the text of a PDF; cancelling it ends the reading. Raises as `pdf_text` does, and `QueueFull`."""
        if len(self._open) >= self._most_open:
            raise QueueFull(f"{name!r} was not read: {len(self._open)} PDFs are being read. Try again.", MOST_S)
        gone = threading.Event()
        self._open.add(gone)
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, pdf_text, data, name, most_characters, gone.is_set)
        except asyncio.CancelledError:
            if gone.is_set():
                # Not the request was cancelled but its place in the queue, by `close`.
                raise shutting_down() from None
            raise
        finally:
            gone.set()
            self._open.discard(gone)

    async def close(self) -> None:
        """End what is being read; return when no thread is left."""
        for gone in self._open:
            gone.set()
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
