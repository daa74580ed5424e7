"""A process that writes to a database which others write to: `python -m … FILE NAME SHARED-SESSION`.

It begins at the first line on its standard input, and prints the ids of the messages that are kept.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.records import MessageEnd, MessageProgress, NewMessage
from minerva.sessions.store import SessionStore

TASKS = 4
TURNS = 5


async def write(store: SessionStore, name: str, shared: str) -> list[str]:
    """Have a conversation in a session of its own, and add to one that all add to."""
    session, parent = (await store.create(title=name)).id, None
    kept = []
    for turn in range(TURNS):
        asked = NewMessage(session=session, parent=parent, role="user", content=f"question {turn}")
        new = NewMessage(session=session, parent=(await store.add(asked)).id, role="assistant", status="streaming")
        answer = await store.add(new)
        await store.progress(answer.id, MessageProgress(content="half an"))
        await store.finish(answer.id, MessageEnd(status="complete", content=f"half an answer {turn}"))
        parent = answer.id
        common = await store.add(NewMessage(session=shared, parent=None, role="user", content=f"{name} {turn}"))
        kept += [answer.id, common.id]
    return kept


async def main(path: str, name: str, shared: str) -> None:
    """Run all tasks on one connection, and print what they have kept."""
    database = Database(Path(path), get_logger("writer"))
    store = SessionStore(database)
    kept = await asyncio.gather(*(write(store, f"{name} {task}", shared) for task in range(TASKS)))
    await database.close()
    sys.stdout.write("\n".join(one for ids in kept for one in ids) + "\n")


if __name__ == "__main__":
    sys.stdin.readline()
    asyncio.run(main(*sys.argv[1:4]))
