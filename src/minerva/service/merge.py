"""The news of several sequences as one stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from minerva.wire.messages import Generate, News


class Source(Protocol):
    """What generates: `workers.worker.Worker`."""

    def generate(self, command: Generate) -> AsyncGenerator[News, None]:
        """Yield the news of one sequence, ending in exactly one `Ended` or `Refused`."""


async def merged(source: Source, commands: list[Generate]) -> AsyncGenerator[tuple[int, News], None]:
    """Run all `commands` at once; yield each one's news with its index, as they come.

    The commands are sent in order, so that the later ones find the first one's prompt in the engine's cache. Closing
    the iterator cancels those that run.
    """
    queue: asyncio.Queue[tuple[int, News | Exception | None]] = asyncio.Queue()
    tasks = [asyncio.create_task(_forward(source, command, i, queue)) for i, command in enumerate(commands)]
    running = len(tasks)
    try:
        while running:
            index, item = await queue.get()
            if isinstance(item, Exception):
                raise item
            if item is None:
                running -= 1
            else:
                yield index, item
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _forward(
    source: Source, command: Generate, index: int, queue: asyncio.Queue[tuple[int, News | Exception | None]]
) -> None:
    try:
        async with aclosing(source.generate(command)) as stream:
            async for news in stream:
                queue.put_nowait((index, news))
        queue.put_nowait((index, None))
    except Exception as error:  # noqa: BLE001 - it is raised again in `merged`, where the request runs
        queue.put_nowait((index, error))
