"""The pool over the real engine: real loads, real answers, and SIGKILL at every stage."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import psutil
import pytest

from minerva.core.errors import ModelLoadFailed
from minerva.core.model import ModelSpec
from minerva.wire.messages import Admitted, Delta, Ended, News, Refused
from minerva.workers.devices import list_devices
from minerva.workers.pool import Lease, Pool, PoolSettings
from tests.integration.workers.support import (
    GIB,
    SOON_S,
    as_plan,
    ask,
    command,
    engine_pool,
    engine_spec,
    first_delta,
    gone,
    text,
    until,
)
from tests.support.tiny_model import write_tiny_model

LONG_CONTEXT = 8192
LONG_PROMPT = [40 + index % 200 for index in range(8000)]


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second model, with other weights."""
    return write_tiny_model(tmp_path_factory.mktemp("other") / "other.gguf", seed=1)


@pytest.fixture
def tiny(tiny_model: Path) -> ModelSpec:
    return engine_spec("tiny", tiny_model)


@pytest.fixture(scope="session")
def long_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose window is long enough for a prefill to be interrupted."""
    return write_tiny_model(tmp_path_factory.mktemp("long") / "long.gguf", context=LONG_CONTEXT, layers=4)


def kill(lease: Lease) -> None:
    psutil.Process(lease.worker.info.pid).send_signal(signal.SIGKILL)


def assert_crashed(news: list[News]) -> None:
    """Assert that the one terminal item is the last, and says how the worker died."""
    assert [type(item) for item in news if isinstance(item, Ended | Refused)] == [Refused]
    last = news[-1]
    assert isinstance(last, Refused)
    assert last.error.code == "worker_crashed"
    assert "was killed by SIGKILL" in last.error.message


async def assert_answers(pool: Pool, spec: ModelSpec) -> None:
    async with pool.lease(spec.name, as_plan(spec)) as lease:
        news = await ask(lease, "Once upon a time", 8)
        assert isinstance(news[-1], Ended)
        assert news[-1].completion_tokens == 8
        assert text(news)


async def test_many_leases_share_one_load_and_get_the_same_greedy_text(tiny: ModelSpec) -> None:
    async with engine_pool() as pool:

        async def use() -> tuple[int, str]:
            async with pool.lease("tiny", as_plan(tiny)) as lease:
                return lease.worker.info.pid, text(await ask(lease, "Once upon a time", 12))

        answers = await asyncio.gather(*(use() for _ in range(6)))
        assert len(set(answers)) == 1
        assert pool.loaded()[0].resident_bytes > 2**20
        assert pool.loaded()[0].model.context_length == tiny.context_length


async def test_two_models_load_and_answer_at_once(tiny: ModelSpec, other_model: Path) -> None:
    other = engine_spec("other", other_model)
    together = asyncio.Barrier(2)
    async with engine_pool() as pool:

        async def use(spec: ModelSpec) -> str:
            async with pool.lease(spec.name, as_plan(spec)) as lease:
                async with asyncio.timeout(SOON_S):
                    await together.wait()
                return text(await ask(lease, "Once upon a time", 12))

        first, second = await asyncio.gather(use(tiny), use(other))
        assert first != second
        assert [loaded.model.name for loaded in pool.loaded()] == ["other", "tiny"]


async def test_killed_while_it_loads(tiny: ModelSpec) -> None:
    async with engine_pool() as pool:
        load = asyncio.create_task(assert_answers(pool, tiny))
        await until(pool, lambda: bool(pool.loaded()) and pool.loaded()[0].model.pid > 0)
        assert pool.loaded()[0].state == "loading"
        psutil.Process(pool.loaded()[0].model.pid).kill()
        with pytest.raises(ModelLoadFailed, match="was killed by SIGKILL"):
            await load
        await assert_answers(pool, tiny)


async def test_killed_while_a_request_is_queued(long_model: Path) -> None:
    spec = engine_spec("long", long_model, context=LONG_CONTEXT, max_sequences=1)
    async with engine_pool() as pool:
        async with pool.lease("long", as_plan(spec)) as lease:
            running = lease.worker.generate(command("Once"))
            await first_delta(running)
            queued = asyncio.create_task(ask(lease, "upon"))
            news = [item async for item in _until_one_waits(running, lease)]
            assert not queued.done()
            kill(lease)
            assert_crashed(news + [item async for item in running])
            waited = await queued
            assert_crashed(waited)
            assert len(waited) == 1
        await assert_answers(pool, spec)


async def _until_one_waits(running: AsyncGenerator[News, None], lease: Lease) -> AsyncGenerator[News, None]:
    async with asyncio.timeout(SOON_S):
        while lease.worker.stats.waiting == 0:
            yield await anext(running)


async def test_killed_in_prefill(long_model: Path) -> None:
    spec = engine_spec("long", long_model, context=LONG_CONTEXT)
    async with engine_pool() as pool:
        async with pool.lease("long", as_plan(spec)) as lease:
            news = lease.worker.generate(command(LONG_PROMPT))
            assert isinstance(await asyncio.wait_for(anext(news), SOON_S), Admitted)
            kill(lease)
            rest = [item async for item in news]
            assert not any(isinstance(item, Delta) for item in rest)
            assert_crashed(rest)
        await assert_answers(pool, spec)


async def test_killed_in_decode_beside_a_model_that_goes_on(long_model: Path, other_model: Path) -> None:
    spec = engine_spec("long", long_model, context=LONG_CONTEXT)
    other = engine_spec("other", other_model)
    async with engine_pool() as pool, pool.lease("other", as_plan(other)) as bystander:
        stream = bystander.worker.generate(command("Once upon a time", 200))
        await first_delta(stream)
        async with pool.lease("long", as_plan(spec)) as lease:
            news = lease.worker.generate(command("Once"))
            await first_delta(news)
            kill(lease)
            assert_crashed([item async for item in news])
        assert isinstance([item async for item in stream][-1], Ended)
        await assert_answers(pool, spec)


async def test_closing_the_iterator_frees_the_sequence(tiny: ModelSpec) -> None:
    async with engine_pool() as pool, pool.lease("tiny", as_plan(tiny)) as lease:
        async with contextlib.aclosing(lease.worker.generate(command("Once"))) as news:
            await first_delta(news)
        assert isinstance((await ask(lease, "upon", 4))[-1], Ended)
        assert lease.worker.stats.running == 0


async def test_keep_alive_0_ends_the_process(tiny: ModelSpec) -> None:
    async with engine_pool() as pool:
        async with pool.lease("tiny", as_plan(tiny), keep_alive_s=0) as lease:
            pid = lease.worker.info.pid
        await gone(pool, pid)
        await until(pool, lambda: not pool.loaded())


async def test_stop_ends_the_process(tiny: ModelSpec) -> None:
    async with engine_pool() as pool:
        async with pool.lease("tiny", as_plan(tiny)) as lease:
            pid = lease.worker.info.pid
        assert await pool.stop("tiny") is True
        assert not psutil.pid_exists(pid)


async def test_eviction_by_bytes(tiny: ModelSpec, other_model: Path) -> None:
    """Each plan asks for all that is allowed; a loaded worker holds some of that, so the idle one must go."""
    other = engine_spec("other", other_model)
    async with engine_pool(PoolSettings(memory_limit_bytes=GIB)) as pool:
        await assert_answers(pool, tiny)
        await assert_answers(pool, other)
        assert [loaded.model.name for loaded in pool.loaded()] == ["other"]


async def test_a_file_that_is_no_model_fails_with_the_engines_words(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + bytes(60))
    async with engine_pool() as pool:
        with pytest.raises(ModelLoadFailed, match=r"'broken' could not be loaded\. .+"):
            await assert_answers(pool, engine_spec("broken", path))
        assert pool.loaded() == ()


async def test_the_engine_lists_devices() -> None:
    assert all(device.total_bytes > 0 for device in await list_devices())


@pytest.fixture
def parent(request: pytest.FixtureRequest, long_model: Path) -> Iterator[subprocess.Popen[str]]:
    """A server in small that has reached the stage the test asks for."""
    program = Path(__file__).with_name("parent.py")
    arguments = [sys.executable, str(program), str(long_model), request.param]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("parent", ["loading", "prefill", "decode"], indirect=True)
async def test_a_server_killed_by_sigkill_leaves_no_worker(parent: subprocess.Popen[str]) -> None:
    assert parent.stdout is not None
    line = await asyncio.wait_for(asyncio.to_thread(parent.stdout.readline), SOON_S)
    worker = psutil.Process(int(line))
    assert worker.is_running()
    parent.kill()
    await asyncio.to_thread(worker.wait, SOON_S)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE
