"""What the tests of this folder share: pools over the stand-in, plans, and conditions that are waited for."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path

import psutil

from minerva.core.log import get_logger
from minerva.core.model import Device, LoadOptions, MemoryPlan, ModelSpec
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import Delta, Generate, News
from minerva.workers.pool import Lease, Plan, Pool, PoolSettings

STAND_IN = (sys.executable, str(Path(__file__).with_name("stand_in.py")))
PLENTY_BYTES = 2**40
GIB = 2**30
SOON_S = 30.0


def spec(name: str, size_bytes: int = 1000, path: str = "none", context: int = 64) -> ModelSpec:
    return ModelSpec(
        name=name,
        paths=(path,),
        context_length=context,
        kv_cells=context * 4,
        gpu_layers=0,
        options=LoadOptions(max_sequences=4),
        memory=MemoryPlan(size_bytes, 0, 0),
    )


def plan(name: str, size_bytes: int = 1000, path: str = "none") -> Plan:
    return as_plan(spec(name, size_bytes, path))


@contextlib.asynccontextmanager
async def stand_in_pool(
    settings: PoolSettings | None = None, available_bytes: int = PLENTY_BYTES
) -> AsyncIterator[Pool]:
    pool = Pool(settings or PoolSettings(), get_logger("test"), lambda: available_bytes, command=STAND_IN)
    try:
        yield pool
    finally:
        await pool.close(drain_s=0)


def engine_spec(
    name: str, path: Path, *, context: int = 512, max_sequences: int = 4, size_bytes: int = GIB
) -> ModelSpec:
    """Return how the real engine is to load `path`; `size_bytes` is what the pool is to reckon with."""
    return ModelSpec(
        name=name,
        paths=(str(path),),
        context_length=context,
        kv_cells=context * 2,
        gpu_layers=0,
        options=LoadOptions(max_sequences=max_sequences, threads=1),
        memory=MemoryPlan(size_bytes, 0, 0),
    )


def as_plan(fixed: ModelSpec) -> Plan:
    def plan_it(available_bytes: int, devices: tuple[Device, ...]) -> ModelSpec:
        return fixed

    return plan_it


@contextlib.asynccontextmanager
async def engine_pool(settings: PoolSettings | None = None) -> AsyncIterator[Pool]:
    pool = Pool(settings or PoolSettings(), get_logger("test"), lambda: PLENTY_BYTES)
    try:
        yield pool
    finally:
        await pool.close(drain_s=0)


def command(prompt: str | list[int], max_tokens: int | None = None, *, ignore_eos: bool = True) -> Generate:
    sampling = resolve(SamplingOptions(temperature=0.0, ignore_eos=ignore_eos))
    return Generate(id=0, request_id="req-test", prompt=prompt, sampling=sampling, max_tokens=max_tokens)


async def ask(lease: Lease, prompt: str, max_tokens: int | None = None) -> list[News]:
    """Return all news of one request."""
    async with asyncio.timeout(SOON_S), contextlib.aclosing(lease.worker.generate(command(prompt, max_tokens))) as news:
        return [item async for item in news]


def text(news: list[News]) -> str:
    return "".join(item.text for item in news if isinstance(item, Delta))


async def first_delta(news: AsyncGenerator[News, None]) -> Delta:
    async with asyncio.timeout(SOON_S):
        async for item in news:
            if isinstance(item, Delta):
                return item
    raise AssertionError("the request ended without text")


async def until(pool: Pool, condition: Callable[[], bool]) -> None:
    """Wait for a condition on a pool's models; looked at whenever the pool says that something changed."""
    async with asyncio.timeout(SOON_S):
        while not condition():
            await pool.changed()


async def gone(pool: Pool, pid: int) -> None:
    """Wait until a worker has ended. Not by waiting for the process itself: its exit status is the event loop's."""
    await until(pool, lambda: not psutil.pid_exists(pid))


class Progress:
    """An `on_progress` that can be waited for: `begun` says that a worker has begun to load."""

    def __init__(self) -> None:
        self.seen: list[float] = []
        self.begun = asyncio.Event()

    def __call__(self, fraction: float) -> None:
        self.seen.append(fraction)
        if fraction > 0:
            self.begun.set()


def open_gate(fifo: Path) -> None:
    """Let a stand-in go on whose load reads from `fifo`, without waiting for it."""
    threading.Thread(target=fifo.write_bytes, args=(b"go",), daemon=True).start()
