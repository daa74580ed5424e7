"""Reading a PDF takes no thread from others, and ends with whoever wanted it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from minerva.core.errors import QueueFull, ShuttingDown
from minerva.service import pdf_pool
from minerva.service.pdf_pool import PdfPool
from minerva.service.pdf_text import pdf_text
from tests.support.pdf import make_pdf


class Reading:
    """In the place of the reading of a file: it begins, and ends when a test says so or nobody wants it."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()
        self.ended = threading.Semaphore(0)
        self.threads: set[str] = set()

    def __call__(self, data: bytes, name: str, most_characters: int, is_gone: Callable[[], bool]) -> str:
        self.threads.add(threading.current_thread().name)
        self.begun.release()
        while not is_gone() and not self.go.wait(0.001):
            pass
        self.ended.release()
        return name


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    reading = Reading()
    monkeypatch.setattr(pdf_pool, "pdf_text", reading)
    return reading


@pytest.fixture
async def pool() -> AsyncIterator[PdfPool]:
    pool = PdfPool(threads=1, most_open=2)
    yield pool
    await pool.close()


async def test_few_are_read_at_a_time_and_too_many_are_refused(pool: PdfPool, reading: Reading) -> None:
    waiting = [asyncio.create_task(pool.text(b"", name, 9)) for name in ("a.pdf", "b.pdf")]
    assert await asyncio.to_thread(reading.begun.acquire, timeout=10)
    assert not reading.begun.acquire(blocking=False)
    with pytest.raises(QueueFull, match="2 PDFs are being read") as caught:
        await pool.text(b"", "c.pdf", 9)
    assert caught.value.retry_after_s > 0
    reading.go.set()
    assert await asyncio.gather(*waiting) == ["a.pdf", "b.pdf"]
    assert await pool.text(b"", "c.pdf", 9) == "c.pdf"
    assert [name.startswith("pdf") for name in reading.threads] == [True]


async def test_whoever_goes_ends_the_reading(pool: PdfPool, reading: Reading) -> None:
    task = asyncio.create_task(pool.text(b"", "a.pdf", 9))
    assert await asyncio.to_thread(reading.begun.acquire, timeout=10)
    task.cancel()
    assert await asyncio.to_thread(reading.ended.acquire, timeout=10)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_closing_leaves_no_thread(pool: PdfPool, reading: Reading) -> None:
    tasks = [asyncio.create_task(pool.text(b"", name, 9)) for name in ("a.pdf", "b.pdf")]
    assert await asyncio.to_thread(reading.begun.acquire, timeout=10)
    await pool.close()
    assert reading.threads.isdisjoint(thread.name for thread in threading.enumerate())
    await asyncio.wait(tasks)
    assert isinstance(tasks[1].exception(), ShuttingDown)


def test_a_file_that_nobody_wants_is_not_read_to_its_end() -> None:
    with pytest.raises(ShuttingDown, match="was not read to its end"):
        pdf_text(make_pdf(["Words"]), "a.pdf", 1000, lambda: True)
