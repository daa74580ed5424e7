"""Deaths of a worker at every stage, over the stand-in: each open request ends once, and the next load works."""

from __future__ import annotations

import asyncio
import contextlib

import psutil
import pytest

from minerva.core.errors import InferenceError, ModelLoadFailed, WorkerCrashed
from minerva.wire.messages import CountTokens, Ended, News, Refused
from minerva.workers.pool import PoolSettings
from tests.integration.workers.support import (
    SOON_S,
    Progress,
    ask,
    command,
    first_delta,
    plan,
    stand_in_pool,
    text,
    until,
)


def only_refusal(news: list[News]) -> Refused:
    """Return the one terminal item, which is the last and an error."""
    terminal = [item for item in news if isinstance(item, Ended | Refused)]
    assert len(terminal) == 1
    assert news[-1] is terminal[0]
    assert isinstance(terminal[0], Refused)
    return terminal[0]


@pytest.mark.parametrize(
    ("prompt", "how"),
    [
        ("die queued", "was killed by SIGKILL"),
        ("die streaming", "was killed by SIGKILL"),
        ("abort", "was killed by SIGABRT. Its last words: CUDA error: an illegal memory access was encountered"),
        ("exit", "exited with code 3"),
        ("garbage", "broke the protocol"),
        ("hush", "broke the protocol"),
    ],
)
async def test_death_ends_every_open_request_once_and_the_next_loads_again(prompt: str, how: str) -> None:
    async with stand_in_pool() as pool:
        async with pool.lease("a", plan("a")) as lease:
            pid = lease.worker.info.pid
            other = lease.worker.generate(command("stream"))
            await first_delta(other)
            refusal = only_refusal(await ask(lease, prompt))
            bystander = only_refusal([item async for item in other])
        assert refusal.error == bystander.error
        assert refusal.error.code == "worker_crashed"
        assert refusal.error.model == "a"
        assert how in refusal.error.message
        assert refusal.error.message.endswith("The next request loads it again.")
        assert not psutil.pid_exists(pid)
        async with pool.lease("a", plan("a")) as lease:
            assert text(await ask(lease, "count 2")) == "0 1 "
            assert lease.load_s > 0
            assert pool.loaded()[0].restarts == 1


async def test_another_model_does_not_notice() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as dying, pool.lease("b", plan("b")) as living:
        stream = living.worker.generate(command("stream"))
        await first_delta(stream)
        only_refusal(await ask(dying, "die streaming"))
        assert text(await ask(living, "count 1")) == "0 "
        await stream.aclose()


async def test_a_request_to_a_worker_that_is_dead_is_refused() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease:
        only_refusal(await ask(lease, "exit"))
        assert only_refusal(await ask(lease, "count 1")).error.code == "worker_crashed"


async def test_an_idle_worker_that_dies_is_loaded_again() -> None:
    async with stand_in_pool() as pool:
        async with pool.lease("a", plan("a")) as lease:
            pid = lease.worker.info.pid
        psutil.Process(pid).kill()
        await until(pool, lambda: not pool.loaded())
        async with pool.lease("a", plan("a")) as lease:
            assert text(await ask(lease, "count 1")) == "0 "


async def test_a_request_ends_once_even_if_the_worker_says_so_twice() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease:
        assert [type(item) for item in await ask(lease, "twice")] == [Ended]
        assert text(await ask(lease, "count 1")) == "0 "


async def test_a_count_is_a_number_or_an_error_and_dies_with_the_worker() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease, asyncio.timeout(SOON_S):
        worker = lease.worker
        counts = [worker.count(CountTokens(id=0, prompt=prompt)) for prompt in ("one", "one two three")]
        assert await asyncio.gather(*counts) == [1, 3]
        with pytest.raises(InferenceError, match="too long"):
            await worker.count(CountTokens(id=0, prompt="refuse"))
        for _ in range(2):
            with pytest.raises(WorkerCrashed):
                await worker.count(CountTokens(id=0, prompt="die"))


async def test_a_count_that_its_caller_gives_up_is_cancelled() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease, asyncio.timeout(SOON_S):
        worker = lease.worker
        waiting = asyncio.create_task(worker.count(CountTokens(id=0, prompt="never")))
        await asyncio.sleep(0)
        assert await worker.count(CountTokens(id=0, prompt="one")) == 1
        assert text(await ask(lease, "cancelled")) == ""
        waiting.cancel()
        await asyncio.wait({waiting})
        assert text(await ask(lease, "cancelled")) == "1"


async def test_closing_the_iterator_cancels() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease:
        news = lease.worker.generate(command("stream"))
        number = (await first_delta(news)).id
        await news.aclose()
        assert text(await ask(lease, "cancelled")) == str(number)


async def test_cancelling_the_consumer_cancels() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease:
        streaming = asyncio.Event()

        async def consume() -> None:
            async with contextlib.aclosing(lease.worker.generate(command("stream"))) as news:
                async for _ in news:
                    streaming.set()

        task = asyncio.create_task(consume())
        await asyncio.wait_for(streaming.wait(), SOON_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert text(await ask(lease, "cancelled")) == "1"


async def test_a_request_that_ended_is_not_cancelled() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease:
        await ask(lease, "count 1")
        assert text(await ask(lease, "cancelled")) == ""


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("abort-in-load", r"was killed by SIGABRT. Its last words: GGML_ASSERT\(n_tokens > 0\) failed"),
        ("fails-to-load", "llama.cpp refused the file. Its last words: error loading model: tensor 'output.weight'"),
        ("garbage-in-load", "broke the protocol"),
    ],
)
async def test_a_load_that_fails_says_why_to_all_who_wait(name: str, how: str) -> None:
    async def use() -> None:
        async with pool.lease(name, plan(name)):
            pass

    async with stand_in_pool() as pool:
        errors = await asyncio.gather(use(), use(), use(), return_exceptions=True)
        assert pool.loaded() == ()
    assert all(isinstance(error, ModelLoadFailed) for error in errors)
    with pytest.raises(ModelLoadFailed, match=how):
        raise errors[0] if isinstance(errors[0], ModelLoadFailed) else AssertionError


async def test_a_load_that_is_killed_is_a_failed_load() -> None:
    async with stand_in_pool() as pool:
        progress = Progress()

        async def use() -> None:
            async with pool.lease("hang-a", plan("hang-a"), on_progress=progress):
                pass

        task = asyncio.create_task(use())
        await asyncio.wait_for(progress.begun.wait(), SOON_S)
        await until(pool, lambda: pool.loaded()[0].model.pid > 0)
        psutil.Process(pool.loaded()[0].model.pid).kill()
        with pytest.raises(ModelLoadFailed, match="was killed by SIGKILL"):
            await task


async def test_a_load_that_takes_too_long_is_ended() -> None:
    async with stand_in_pool(PoolSettings(load_timeout_s=1.0)) as pool:
        others = set(psutil.Process().children())
        with pytest.raises(ModelLoadFailed, match="not loaded within 1 s"):
            async with pool.lease("hang-a", plan("hang-a")):
                pass
        assert set(psutil.Process().children()) <= others


async def test_crashes_in_a_row_are_backed_off_and_the_error_says_so() -> None:
    async def use() -> None:
        async with pool.lease("abort-a", plan("abort-a")):
            pass

    async with stand_in_pool() as pool:
        with pytest.raises(ModelLoadFailed, match=r"The next request loads it again\.$"):
            await use()
        with pytest.raises(ModelLoadFailed, match=r"crashed 2 times in a row: .* 1 s from now"):
            await use()
        started_s = asyncio.get_running_loop().time()
        with pytest.raises(ModelLoadFailed, match=r"crashed 3 times in a row: .* 2 s from now"):
            await use()
        assert asyncio.get_running_loop().time() - started_s >= 1.0
