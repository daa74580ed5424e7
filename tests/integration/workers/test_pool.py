"""The pool's own work: sharing, waiting, evicting, unloading; over the stand-in, so that the tests arrange the time."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import msgspec
import psutil
import pytest

from minerva.core.errors import ModelLoadFailed, OutOfMemory, ShuttingDown
from minerva.core.log import get_logger
from minerva.core.model import Device, ModelSpec
from minerva.core.request import FOREVER
from minerva.wire.messages import Ended, Refused
from minerva.workers import policy
from minerva.workers.pool import Lease, Pool, PoolSettings
from tests.integration.workers.support import (
    GIB,
    PLENTY_BYTES,
    SOON_S,
    Progress,
    ask,
    command,
    first_delta,
    gone,
    open_gate,
    plan,
    spec,
    stand_in_pool,
    text,
    until,
)


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def names(pool: Pool) -> list[str]:
    return [loaded.model.name for loaded in pool.loaded()]


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """A named pipe: a stand-in named `gate-…` finishes its load when `open_gate` was called on it."""
    path = tmp_path / "gate"
    os.mkfifo(path)
    return path


async def pid_of(pool: Pool, name: str, keep_alive_s: float | None = None) -> int:
    async with pool.lease(name, plan(name), keep_alive_s) as lease:
        return lease.worker.info.pid


async def test_many_leases_share_one_load(gate: Path) -> None:
    async with stand_in_pool() as pool:
        progress = Progress()

        async def use(number: int) -> tuple[int, str, float]:
            async with pool.lease("gate-a", plan("gate-a", path=str(gate)), on_progress=progress) as lease:
                return lease.worker.info.pid, text(await ask(lease, f"count {number}")), lease.load_s

        tasks = [asyncio.create_task(use(number)) for number in range(8)]
        await asyncio.wait_for(progress.begun.wait(), SOON_S)
        open_gate(gate)
        results = await asyncio.gather(*tasks)
    assert len({pid for pid, _, _ in results}) == 1
    assert [words for _, words, _ in results] == ["".join(f"{i} " for i in range(n)) for n in range(8)]
    assert all(load_s > 0 for _, _, load_s in results)
    assert 0.5 in progress.seen


async def test_a_loaded_model_is_lent_at_once() -> None:
    async with stand_in_pool() as pool:
        first = await pid_of(pool, "a")
        async with pool.lease("a", plan("a")) as lease:
            assert lease.load_s == 0.0
            assert lease.worker.info.pid == first


async def test_models_load_beside_one_another(gate: Path) -> None:
    """`b` is loaded and answers while the load of `gate-a` has not ended."""
    async with stand_in_pool() as pool:
        progress = Progress()
        slow = asyncio.create_task(_use(pool, "gate-a", str(gate), progress))
        await asyncio.wait_for(progress.begun.wait(), SOON_S)
        async with pool.lease("b", plan("b")) as lease:
            assert text(await ask(lease, "count 1")) == "0 "
            assert {(one.model.name, one.state) for one in pool.loaded()} == {("gate-a", "loading"), ("b", "ready")}
        open_gate(gate)
        assert await slow == "0 "


async def _use(pool: Pool, name: str, path: str, progress: Progress | None = None) -> str:
    async with pool.lease(name, plan(name, path=path), on_progress=progress) as lease:
        return text(await ask(lease, "count 1"))


async def test_a_waiter_that_goes_away_leaves_the_load_to_the_others(gate: Path) -> None:
    async with stand_in_pool() as pool:
        impatient, patient = Progress(), Progress()
        first = asyncio.create_task(_use(pool, "gate-a", str(gate), impatient))
        second = asyncio.create_task(_use(pool, "gate-a", str(gate), patient))
        await asyncio.wait_for(asyncio.gather(impatient.begun.wait(), patient.begun.wait()), SOON_S)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        open_gate(gate)
        assert await second == "0 "


async def test_a_load_that_nobody_waits_for_any_more_ends_idle(gate: Path) -> None:
    async with stand_in_pool() as pool:
        progress = Progress()
        task = asyncio.create_task(_use(pool, "gate-a", str(gate), progress))
        await asyncio.wait_for(progress.begun.wait(), SOON_S)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        open_gate(gate)
        await until(pool, lambda: pool.loaded()[0].state == "ready")
        assert pool.loaded()[0].active == 0
        assert pool.loaded()[0].expires_s == pytest.approx(300, abs=5)


async def test_keep_alive_0_unloads_at_once() -> None:
    async with stand_in_pool() as pool:
        pid = await pid_of(pool, "a", keep_alive_s=0)
        await gone(pool, pid)
        await until(pool, lambda: not pool.loaded())
        assert pid not in children()


async def test_a_short_keep_alive_unloads_by_itself() -> None:
    async with stand_in_pool(PoolSettings(default_keep_alive_s=0.05)) as pool:
        await gone(pool, await pid_of(pool, "a"))


async def test_for_ever_never_expires() -> None:
    async with stand_in_pool(PoolSettings(default_keep_alive_s=0)) as pool:
        await pid_of(pool, "a", keep_alive_s=FOREVER)
        assert names(pool) == ["a"]
        assert pool.loaded()[0].expires_s is None


async def test_keep_alive_of_the_latest_lease_counts_from_the_end_of_the_last() -> None:
    async with stand_in_pool() as pool:
        async with pool.lease("a", plan("a"), keep_alive_s=FOREVER):
            await pid_of(pool, "a", keep_alive_s=60.0)
            assert pool.loaded()[0].expires_s is None
        assert pool.loaded()[0].expires_s == pytest.approx(60, abs=5)


async def test_stop_unloads_an_idle_model() -> None:
    async with stand_in_pool() as pool:
        pid = await pid_of(pool, "a")
        assert await pool.stop("a") is True
        assert pool.loaded() == ()
        assert not psutil.pid_exists(pid)
        assert await pool.stop("a") is False


async def test_stop_waits_for_a_busy_model_and_cuts_nothing() -> None:
    async with stand_in_pool() as pool:
        async with pool.lease("a", plan("a"), keep_alive_s=FOREVER) as lease:
            assert await pool.stop("a", patience_s=0.01) is True
            assert text(await ask(lease, "count 2")) == "0 1 "
        await gone(pool, lease.worker.info.pid)


async def test_the_least_recently_used_is_evicted_by_bytes() -> None:
    settings = PoolSettings(memory_limit_bytes=100 * GIB)
    async with stand_in_pool(settings) as pool:
        for name in ("a", "b"):
            async with pool.lease(name, plan(name, 40 * GIB)):
                pass
        async with pool.lease("c", plan("c", 40 * GIB)):
            assert names(pool) == ["b", "c"]
        async with pool.lease("small", plan("small", 1 * GIB)):
            assert names(pool) == ["b", "c", "small"]


async def test_what_is_left_is_told_with_what_the_loaded_models_were_promised() -> None:
    async with stand_in_pool(PoolSettings(memory_limit_bytes=100 * GIB)) as pool:
        assert (pool.room().free_bytes, pool.room().limit_bytes) == (100 * GIB, 100 * GIB)
        async with pool.lease("a", plan("a", 40 * GIB)):
            assert pool.room().free_bytes == 60 * GIB
        assert pool.room().devices == await pool.devices()


async def test_a_busy_model_is_waited_for_and_never_evicted() -> None:
    settings = PoolSettings(memory_limit_bytes=50 * GIB)
    async with stand_in_pool(settings) as pool:
        async with pool.lease("a", plan("a", 40 * GIB)) as lease:
            waiting = asyncio.create_task(pid_of_sized(pool, "b", 40 * GIB))
            assert text(await ask(lease, "count 3")) == "0 1 2 "
            assert names(pool) == ["a"]
            assert not waiting.done()
        await asyncio.wait_for(waiting, SOON_S)
        assert names(pool) == ["b"]


async def pid_of_sized(pool: Pool, name: str, size_bytes: int) -> int:
    async with pool.lease(name, plan(name, size_bytes)) as lease:
        return lease.worker.info.pid


async def test_a_request_that_goes_away_gives_up_its_wait_for_memory() -> None:
    settings = PoolSettings(memory_limit_bytes=50 * GIB)
    async with stand_in_pool(settings) as pool:
        async with pool.lease("a", plan("a", 40 * GIB)):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(pid_of_sized(pool, "b", 40 * GIB), 0.05)
        assert names(pool) == ["a"]


async def test_a_load_is_not_starved_by_a_model_that_is_always_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the wait is long (here: at once), the busy model takes no new leases until the other was loaded."""
    monkeypatch.setattr(policy, "PATIENCE_S", 0.0)
    order: list[str] = []

    async def use(name: str) -> None:
        async with pool.lease(name, plan(name, 40 * GIB)):
            order.append(name)

    async with stand_in_pool(PoolSettings(memory_limit_bytes=50 * GIB)) as pool:
        waits: asyncio.Event = asyncio.Event()

        def planned(available_bytes: int, devices: tuple[Device, ...]) -> ModelSpec:
            waits.set()
            return spec("b", 40 * GIB)

        async def use_b() -> None:
            async with pool.lease("b", planned):
                order.append("b")

        async with pool.lease("a", plan("a", 40 * GIB)):
            tasks = [asyncio.create_task(use_b())]
            await asyncio.wait_for(waits.wait(), SOON_S)
            tasks.append(asyncio.create_task(use("a")))
        await asyncio.wait_for(asyncio.gather(*tasks), SOON_S)
    assert order == ["b", "a"]


async def test_places_are_limited_too() -> None:
    async with stand_in_pool(PoolSettings(max_loaded=1)) as pool:
        await pid_of(pool, "a")
        await pid_of(pool, "b")
        assert names(pool) == ["b"]


async def test_what_can_never_fit_is_refused_with_figures() -> None:
    async with stand_in_pool(available_bytes=8 * GIB) as pool:
        with pytest.raises(OutOfMemory, match=r"needs 9\.00 GiB .* at most 8\.00 GiB") as caught:
            await pid_of_sized(pool, "a", 9 * GIB)
        assert caught.value.needed_bytes == 9 * GIB
        assert pool.loaded() == ()


async def test_a_plan_gets_what_eviction_could_free_only_if_it_must() -> None:
    """A plan that says it had to reduce something is asked again with the memory of idle models counted in."""
    offers: list[int] = []

    def greedy(available_bytes: int, devices: tuple[Device, ...]) -> ModelSpec:
        offers.append(available_bytes)
        if available_bytes >= 90 * GIB:
            return spec("b", 90 * GIB)
        return msgspec.structs.replace(spec("b", available_bytes), notes=("context reduced",))

    async with stand_in_pool(PoolSettings(memory_limit_bytes=100 * GIB)) as pool:
        await pid_of_sized(pool, "a", 40 * GIB)
        async with pool.lease("b", greedy):
            assert names(pool) == ["b"]
    assert offers[:2] == [60 * GIB, 100 * GIB]


async def test_what_a_plan_raises_reaches_every_waiter() -> None:
    def impossible(available_bytes: int, devices: tuple[Device, ...]) -> ModelSpec:
        raise OutOfMemory("even a context of 256 tokens needs 9 GiB", 9 * GIB, available_bytes)

    async def use(pool: Pool) -> None:
        async with pool.lease("a", impossible):
            pass

    async with stand_in_pool(available_bytes=GIB) as pool:
        errors = await asyncio.gather(use(pool), use(pool), return_exceptions=True)
    assert [str(error) for error in errors] == ["even a context of 256 tokens needs 9 GiB"] * 2
    assert errors[0] is not errors[1]


async def test_close_refuses_new_leases_and_lets_held_ones_end() -> None:
    async with stand_in_pool() as pool:
        async with pool.lease("a", plan("a")) as lease:
            pool.begin_drain()
            closing = asyncio.create_task(pool.close(drain_s=SOON_S))
            with pytest.raises(ShuttingDown):
                await pid_of(pool, "a")
            assert text(await ask(lease, "count 2")) == "0 1 "
            assert not closing.done()
        await asyncio.wait_for(closing, SOON_S)
        assert not psutil.pid_exists(lease.worker.info.pid)


async def test_close_ends_what_outlasts_the_drain() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease:
        news = lease.worker.generate(command("stream"))
        await first_delta(news)
        await pool.close(drain_s=0)
        rest = [item async for item in news]
        assert [item.error.code for item in rest if isinstance(item, Refused)] == ["shutting_down"]
        assert len(rest) == 1


async def test_close_ends_loads_and_their_waiters() -> None:
    others = children()
    async with stand_in_pool() as pool:
        progress = Progress()
        waiting = asyncio.create_task(_use(pool, "hang-a", "none", progress))
        await asyncio.wait_for(progress.begun.wait(), SOON_S)
        pids = children() - others
        assert pids
        await pool.close(drain_s=0)
        with pytest.raises(ShuttingDown):
            await waiting
        assert pids.isdisjoint(children())


async def test_kill_ends_everything_without_waiting() -> None:
    async with stand_in_pool() as pool, pool.lease("a", plan("a")) as lease:
        news = lease.worker.generate(command("stream"))
        await first_delta(news)
        pool.kill()
        rest = [item async for item in news]
        assert [item.error.code for item in rest if isinstance(item, Refused)] == ["worker_crashed"]
        await gone(pool, lease.worker.info.pid)


async def test_a_program_that_cannot_be_started_is_a_failed_load() -> None:
    pool = Pool(PoolSettings(), get_logger("test"), lambda: PLENTY_BYTES, command=("/no/such/program",))
    with pytest.raises(ModelLoadFailed, match="could not be started"):
        await pid_of(pool, "a")
    await pool.close(0)


async def test_leases_taken_together_are_counted() -> None:
    async with stand_in_pool() as pool:
        inside = asyncio.Barrier(3)
        leave = asyncio.Event()

        async def use() -> list[object]:
            async with pool.lease("a", plan("a")) as lease:
                await inside.wait()
                await leave.wait()
                return [type(item) for item in await _counted(lease)]

        tasks = [asyncio.create_task(use()) for _ in range(2)]
        await asyncio.wait_for(inside.wait(), SOON_S)
        assert pool.loaded()[0].active == 2
        leave.set()
        assert all(kinds[-1] is Ended for kinds in await asyncio.gather(*tasks))
        assert pool.loaded()[0].active == 0


async def _counted(lease: Lease) -> list[object]:
    return list(await ask(lease, "count 1"))
