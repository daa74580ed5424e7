from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from minerva.core.errors import ErrorInfo
from minerva.core.event import ChoiceFinished, Event, Failed, Finished, Started, TextDelta, Timings, Truncation, Usage
from minerva.server.openai.several import several


async def answer(text: str, tokens: int, total_s: float) -> AsyncGenerator[Event, None]:
    yield Started("m", tokens, 0)
    for choice in range(2):
        yield TextDelta(choice, f"{text}{choice}")
        await asyncio.sleep(0)
        yield ChoiceFinished(choice, "stop")
    yield Finished(Usage(tokens, 2, 1), Timings(total_s=total_s))


async def test_choices_are_numbered_through_and_usage_adds_up() -> None:
    events = [event async for event in several([answer("a", 3, 1.0), answer("b", 4, 0.5)], 2)]
    assert sum(isinstance(event, Started) for event in events) == 1
    texts = sorted((event.choice, event.text) for event in events if isinstance(event, TextDelta))
    assert texts == [(0, "a0"), (1, "a1"), (2, "b0"), (3, "b1")]
    assert sorted(event.choice for event in events if isinstance(event, ChoiceFinished)) == [0, 1, 2, 3]
    assert events[-1] == Finished(Usage(7, 4, 2), Timings(total_s=1.0))


async def test_one_failure_ends_all_of_them() -> None:
    closed = asyncio.Event()

    async def waiting() -> AsyncGenerator[Event, None]:
        try:
            yield Started("m", 1, 0)
            await asyncio.Event().wait()
        finally:
            closed.set()

    async def failing() -> AsyncGenerator[Event, None]:
        yield Failed(ErrorInfo("inference_error", "no"))

    events = [event async for event in several([waiting(), failing()], 1)]
    assert events[-1] == Failed(ErrorInfo("inference_error", "no"))
    assert sum(isinstance(event, Failed) for event in events) == 1
    assert closed.is_set()


async def test_an_unexpected_error_comes_through() -> None:
    async def broken() -> AsyncGenerator[Event, None]:
        yield Started("m", 1, 0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async for _ in several([broken(), answer("a", 1, 1.0)], 2):
            pass


async def test_what_was_left_out_adds_up() -> None:
    async def shifted(shifts: int) -> AsyncGenerator[Event, None]:
        told = Truncation("shift", shifts=shifts, shifted_tokens=10 * shifts) if shifts else None
        yield Finished(Usage(1, 1), Timings(), told)

    for counts, told in (((1, 0, 2), Truncation("shift", shifts=3, shifted_tokens=30)), ((0, 0), None)):
        *_, end = [event async for event in several([shifted(count) for count in counts], 1)]
        assert isinstance(end, Finished)
        assert end.truncation == told
