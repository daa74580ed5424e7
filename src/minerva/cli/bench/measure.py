"""Measure a model without a server: a worker of its own, one sequence, nothing cached."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, asynccontextmanager

import msgspec

from minerva.cli.bench.result import Kind, Measurement
from minerva.core.errors import ContextLimitExceeded, InferenceError, from_info
from minerva.core.log import get_logger
from minerva.core.model import ModelFile
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.models import memory
from minerva.models.registry import Registry
from minerva.service.loading import Loader
from minerva.wire.messages import Ended, Generate, Refused
from minerva.workers.pool import Pool, PoolSettings
from minerva.workers.worker import Worker

DEFAULT_PROMPT, DEFAULT_ANSWER = 512, 128
_GREEDY = resolve(SamplingOptions(temperature=0.0, ignore_eos=True))
_STRIDE = 7919
"""A prime: multiples of it visit a vocabulary of any other size in no apparent order."""


class Plan(msgspec.Struct, frozen=True):
    """What to measure. `None` for a number of tokens means llama-bench's default, or what fits the window."""

    prompt_tokens: int | None
    answer_tokens: int | None
    repetitions: int


class Bench(msgspec.Struct, frozen=True):
    """A model that is ready to be measured."""

    file: ModelFile
    worker: Worker


@asynccontextmanager
async def open_bench(
    registry: Registry,
    model: str,
    loader: Loader,
    settings: PoolSettings,
    on_progress: Callable[[float], None],
) -> AsyncGenerator[Bench, None]:
    """Load `model` by `loader` in a worker that is ended with the context. Raises what finding and loading it raise."""
    file = registry.find(model)
    pool = Pool(settings, get_logger("bench"), memory.available)
    try:
        async with pool.lease(file.name, loader.plan(file), on_progress=on_progress) as lease:
            yield Bench(file, lease.worker)
    finally:
        await pool.close(0)


async def measure(worker: Worker, plan: Plan) -> AsyncGenerator[Measurement, None]:
    """Yield each test when it is done. One run of each before the first repetition is thrown away."""
    for kind, tokens in planned(plan, worker.info.context_length):
        if tokens:
            await _run(worker, kind, tokens)
            yield Measurement(kind, tokens, tuple([await _run(worker, kind, tokens) for _ in range(plan.repetitions)]))


def planned(plan: Plan, window: int) -> list[tuple[Kind, int]]:
    """Return what to run. A default that does not fit the window is reduced; a number asked for is an error."""
    limits: list[tuple[Kind, int | None, int]] = [
        ("pp", plan.prompt_tokens, DEFAULT_PROMPT),
        ("tg", plan.answer_tokens, DEFAULT_ANSWER),
    ]
    # One cell more for the token that ends the prompt's run, or begins the answer's; one for its start.
    room = window - 2
    tests: list[tuple[Kind, int]] = []
    for kind, asked, default in limits:
        if asked is not None and asked > room:
            message = f"{kind}{asked} does not fit the window of {window} tokens: ask for {room} at most."
            raise ContextLimitExceeded(message, room, asked)
        tests.append((kind, min(default, room) if asked is None else asked))
    return tests


async def _run(worker: Worker, kind: Kind, tokens: int) -> float:
    """Return the seconds that reading, or writing, `tokens` tokens took.

    A prompt's time ends with its first sampled token. An answer's begins there: of `tokens + 1` sampled ones the first
    is the prompt's.
    """
    vocabulary = worker.info.vocabulary
    prompt = [_STRIDE * index % vocabulary for index in range(1, (tokens if kind == "pp" else 1) + 1)]
    command = Generate(
        id=0,
        request_id=f"bench-{kind}{tokens}",
        prompt=prompt,
        sampling=_GREEDY,
        max_tokens=1 if kind == "pp" else tokens + 1,
        cache_prompt=False,
    )
    async with aclosing(worker.generate(command)) as stream:
        async for news in stream:
            if isinstance(news, Refused):
                raise from_info(news.error)
            if isinstance(news, Ended):
                return _seconds(news, kind, command)
    raise InferenceError("The worker ended a measurement without a result.")


def _seconds(ended: Ended, kind: Kind, command: Generate) -> float:
    if ended.completion_tokens != command.max_tokens:
        message = f"The model wrote {ended.completion_tokens} of {command.max_tokens} tokens, so nothing was measured."
        raise InferenceError(message)
    return ended.prefill_s if kind == "pp" else ended.decode_s
