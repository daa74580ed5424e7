"""What the tests of the services share: running them on real models, and collecting what they tell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from minerva.core.event import ChoiceFinished, Event, Failed, Finished, Started, TextDelta
from minerva.core.model import LoadOptions
from minerva.core.request import GenerateRequest, Input, TextInput
from minerva.core.sampling import SamplingOptions
from minerva.service.observe import RequestRecord
from minerva.service.services import Services, ServiceSettings
from tests.support.tiny_model import write_tiny_model

GREEDY = SamplingOptions(temperature=0.0)


class Diary:
    """An observer that keeps the records of finished requests, and how often it heard the rest."""

    def __init__(self) -> None:
        self.records: list[RequestRecord] = []
        self.counts = {"started": 0, "first_token": 0, "token_gap": 0}
        self._changed = asyncio.Event()

    def started(self, model: str) -> None:
        self._count("started")

    def first_token(self, model: str, ttft_s: float) -> None:
        self._count("first_token")

    def token_gap(self, model: str, gap_s: float) -> None:
        self._count("token_gap")

    def finished(self, record: RequestRecord) -> None:
        self.records.append(record)

    async def heard(self, what: str, times: int = 1) -> None:
        """Wait until `what` was heard so often."""
        while self.counts[what] < times:
            self._changed.clear()
            await self._changed.wait()

    def _count(self, what: str) -> None:
        self.counts[what] += 1
        self._changed.set()


@asynccontextmanager
async def running(
    *models: Path, diary: Diary | None = None, change: Callable[[ServiceSettings], ServiceSettings] = lambda it: it
) -> AsyncGenerator[Services, None]:
    """Run services over the folders of `models`, of which the first is the default; leave no worker behind."""
    folders = tuple({model.parent for model in models})
    services = Services(change(ServiceSettings(folders=folders, shipped=None, default_model=models[0].stem)), diary)
    await services.start()
    try:
        yield services
    finally:
        await services.close(drain_s=0.0)


def request(source: Input | str = "Once upon a time", **fields: Any) -> GenerateRequest:
    """Return a greedy request for twelve tokens, except for what `fields` say."""
    source = TextInput(source) if isinstance(source, str) else source
    return GenerateRequest(**({"request_id": "r", "input": source, "max_tokens": 12, "sampling": GREEDY} | fields))


def write_long_model(folder: Path) -> Path:
    """Write `long.gguf`, whose window takes half a minute to fill."""
    return write_tiny_model(folder / "long.gguf", context=16_000)


def few_cells(settings: ServiceSettings) -> ServiceSettings:
    """Load models for four sequences only: a cache for dozens of long windows would slow every step."""
    return msgspec.structs.replace(settings, load=LoadOptions(threads=1, max_sequences=4, kv_cells=32_768))


async def collect(services: Services, asked: GenerateRequest) -> list[Event]:
    """Return all events of a request, checked to be in a sound order."""
    events = [event async for event in services.generate(asked)]
    assert [isinstance(event, Finished | Failed) for event in events] == [False] * (len(events) - 1) + [True]
    assert [index for index, event in enumerate(events) if isinstance(event, Started)] in ([0], [])
    if isinstance(events[-1], Finished):
        assert isinstance(events[0], Started)
        done = [event.choice for event in events if isinstance(event, ChoiceFinished)]
        assert sorted(done) == list(range(asked.n))
    return events


def text(events: Sequence[Event], choice: int = 0) -> str:
    """Return the text of a choice."""
    return "".join(event.text for event in events if isinstance(event, TextDelta) and event.choice == choice)


def finished(events: Sequence[Event]) -> Finished:
    """Return the terminal event of a request that ended well."""
    assert isinstance(events[-1], Finished), events[-1]
    return events[-1]


def failed(events: Sequence[Event]) -> Failed:
    """Return the terminal event of a request that ended in an error."""
    assert isinstance(events[-1], Failed), events[-1]
    return events[-1]
