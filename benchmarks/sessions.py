"""What the store of conversations takes: `python -m benchmarks.sessions [--sessions 5000] [--messages 2000]`.

Fills a database with sessions of 20 messages of 20 to 150 words, and one long session. Half of the words are of a
hundred frequent ones, as in a language. Prints the median of several calls of each method in milliseconds, thread and
transaction included: by the clock, and of the processor's time, which other programs change less.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median

from minerva.core.log import get_logger
from minerva.core.session import Session, SessionSettings, StoredMessage
from minerva.sessions.db import Database
from minerva.sessions.records import NewMessage, SessionCopy
from minerva.sessions.store import SessionStore

RUNS = 9
_COMMON = 100
_LENGTHS = (20, 60, 150)


def _words(chance: random.Random) -> list[str]:
    """Return the words of a language, the frequent ones first."""
    letters = "etaoinshrdlucmwfgypbvk"
    return ["".join(chance.choices(letters, range(22, 0, -1), k=chance.randint(2, 9))) for _ in range(20_000)]


def _text(chance: random.Random, words: list[str]) -> str:
    length = chance.choice(_LENGTHS)
    return " ".join(words[chance.randrange(_COMMON if chance.random() < 0.5 else len(words))] for _ in range(length))


def _session(chance: random.Random, words: list[str], now_s: float, messages: int) -> SessionCopy:
    about = Session(
        id="",
        title=_text(chance, words)[:60],
        titled=True,
        pinned=False,
        archived=False,
        tags=(),
        settings=SessionSettings(),
        revision=1,
        messages=messages,
        created_s=now_s,
        updated_s=now_s,
    )
    chain = (
        StoredMessage(
            id=f"{number}",
            session="",
            parent=f"{number - 1}" if number else None,
            role="assistant" if number % 2 else "user",
            status="complete",
            content=_text(chance, words),
            settings=SessionSettings(model="tiny") if number % 2 else None,
            created_s=now_s,
            updated_s=now_s,
        )
        for number in range(messages)
    )
    return SessionCopy(session=about, messages=tuple(chain))


async def _measure(store: SessionStore, session: str, words: list[str]) -> None:
    end = (await store.path(session))[-1].id
    new = NewMessage(session=session, parent=end, role="user", content="a question")
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "the active path of the long session": lambda: store.path(session),
        "a message added below its last one": lambda: store.add(new),
        "a page of 50 sessions": lambda: store.list(limit=50),
        "search: a frequent word": lambda: store.search(words[0] + " "),
        "search: two frequent words, one unfinished": lambda: store.search(f"{words[0]} {words[1][:3]}"),
        "search: two letters": lambda: store.search("et"),
        "search: a rare word": lambda: store.search(words[-1]),
    }
    for name, call in calls.items():
        took_ms, worked_ms = [], []
        for _ in range(RUNS):
            begin_s, worked_s = time.perf_counter(), time.process_time()
            await call()
            took_ms.append((time.perf_counter() - begin_s) * 1000)
            worked_ms.append((time.process_time() - worked_s) * 1000)
        sys.stdout.write(f"{name}: {median(took_ms):.1f} ms, processor {median(worked_ms):.1f} ms\n")


async def main() -> None:
    """Fill a database and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=5000)
    parser.add_argument("--messages", type=int, default=2000)
    wanted = parser.parse_args()
    chance = random.Random(1)  # noqa: S311 # the same texts each time
    words = _words(chance)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "d.sqlite3", get_logger("benchmark"))
        store = SessionStore(database)
        for number in range(wanted.sessions):
            await store.add_copy(_session(chance, words, 1.7e9 + number, 20))
        long = await store.add_copy(_session(chance, words, 1.8e9, wanted.messages))
        await _measure(store, long.id, words)
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
