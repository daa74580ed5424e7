"""One stream of events from several requests: the prompts of one text completion, their choices numbered through."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

import msgspec

from minerva.core.event import ChoiceFinished, Event, Failed, Finished, Started, TextDelta, Timings, Truncation, Usage

_Queue = asyncio.Queue[Event | Exception]


async def several(streams: Sequence[AsyncGenerator[Event, None]], choices_each: int) -> AsyncGenerator[Event, None]:
    """Run `streams` together. Choices of the second follow those of the first, usage adds up, one failure ends all."""
    queue: _Queue = asyncio.Queue()
    tasks = [asyncio.create_task(_feed(stream, index * choices_each, queue)) for index, stream in enumerate(streams)]
    ends: list[Finished] = []
    started = False
    try:
        while len(ends) < len(streams):
            match await queue.get():
                case Exception() as error:
                    raise error
                case Finished() as end:
                    ends.append(end)
                case Failed() as failed:
                    yield failed
                    return
                case Started() as start:
                    if not started:
                        yield start
                    started = True
                case event:
                    yield event
        yield total(ends)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def total(ends: Sequence[Finished]) -> Finished:
    """Return the sum of usages and of what was left out; of times, which ran side by side, the longest."""
    usage = Usage(*(sum(getattr(end.usage, name) for end in ends) for name in Usage.__struct_fields__))
    timings = Timings(*(max(getattr(end.timings, name) for end in ends) for name in Timings.__struct_fields__))
    return Finished(usage, timings, _left_out([end.truncation for end in ends if end.truncation is not None]))


def _left_out(truncations: Sequence[Truncation]) -> Truncation | None:
    """Texts have no turns: if something was left out of one, it was by shifting."""
    if not truncations:
        return None
    shifts = sum(one.shifts for one in truncations)
    return Truncation("shift", shifts=shifts, shifted_tokens=sum(one.shifted_tokens for one in truncations))


async def _feed(stream: AsyncGenerator[Event, None], first_choice: int, queue: _Queue) -> None:
    try:
        async with aclosing(stream):
            async for event in stream:
                if isinstance(event, TextDelta | ChoiceFinished):
                    event = msgspec.structs.replace(event, choice=event.choice + first_choice)
                queue.put_nowait(event)
    except Exception as error:  # noqa: BLE001 - it is raised again in `several`, where the request runs
        queue.put_nowait(error)
