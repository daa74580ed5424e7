"""The single owner of all workers: lends them to requests, and has `fleet.py` load and unload them.

State changes between two `await`s, never across one, so it needs no lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec

from minerva.core.errors import EngineError, from_info
from minerva.core.log import Logger
from minerva.core.model import Device
from minerva.workers.entry import Entry, Loaded, Plan
from minerva.workers.fleet import Fleet, PoolSettings, clock, shutting_down
from minerva.workers.ledger import Room
from minerva.workers.spawn import ENGINE
from minerva.workers.worker import Worker

__all__ = ["Lease", "Loaded", "Plan", "Pool", "PoolSettings", "Room"]

STOP_PATIENCE_S = 30.0


class Lease(msgspec.Struct, frozen=True):
    """The right to use a worker. `load_s` is how long the load was waited for, 0 if the model was there already."""

    worker: Worker
    load_s: float


class Pool:
    """All workers of one server. All of it runs in one event loop."""

    def __init__(
        self, settings: PoolSettings, log: Logger, available: Callable[[], int], *, command: Sequence[str] = ENGINE
    ) -> None:
        """`available` measures the RAM this process may still use, in bytes; `command` starts a worker."""
        self._default_keep_alive_s = settings.default_keep_alive_s
        self._fleet = Fleet(settings, log, available, command)

    @asynccontextmanager
    async def lease(
        self,
        model_name: str,
        plan: Plan,
        keep_alive_s: float | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> AsyncGenerator[Lease, None]:
        """Lend the model's worker; load the model first if it is not there, which all who wait for it share.

        While it is lent the model is not unloaded. `keep_alive_s` of the latest lease counts from the end of the last.
        Whoever holds a lease must not ask for a second one of the same model: it may be kept waiting for the first.

        Raises `ModelLoadFailed`, `OutOfMemory`, `ShuttingDown`, and what `plan` raises.
        """
        if self._fleet.closing:
            raise shutting_down()
        asked_s = clock()
        entry, worker, loaded = await self._acquire(model_name, plan, on_progress)
        entry.keep_alive_s = self._default_keep_alive_s if keep_alive_s is None else keep_alive_s
        try:
            yield Lease(worker, clock() - asked_s if loaded else 0.0)
        finally:
            entry.active -= 1
            entry.last_used_s = clock()
            self._fleet.settle(entry)

    async def devices(self) -> tuple[Device, ...]:
        """Return the GPUs with the memory that is free on them now. Where there is none, this is asked once only."""
        return await self._fleet.devices.now()

    def look_for_devices(self) -> None:
        """Begin to ask for the GPUs, so that the first load need not wait for the answer."""
        _task = self._fleet.run(self._fleet.devices.look(), "look for devices")

    def loaded(self) -> tuple[Loaded, ...]:
        """Return the models that have a worker, by name."""
        now_s = clock()
        described = (
            entry.describe(now_s, self._fleet.history.of(name)) for name, entry in sorted(self._fleet.entries.items())
        )
        return tuple(loaded for loaded in described if loaded is not None)

    def room(self) -> Room:
        """Return the memory that is left for one more model, as measured now."""
        return self._fleet.room()

    async def changed(self) -> None:
        """Return after the next change: a worker starts, is ready, falls idle or is gone."""
        await self._fleet.changes.wait()

    async def stop(self, model_name: str, patience_s: float = STOP_PATIENCE_S) -> bool:
        """Unload a model as soon as nobody uses it, and wait for that at most `patience_s`.

        Returns whether it was loaded; one that is still in use then goes when its last request ends. Requests that
        come in the meantime wait for that, and load it again.
        """
        entry = self._fleet.entries.get(model_name)
        if entry is None or entry.state is None:
            return False
        entry.leaving = True
        self._fleet.settle(entry)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while entry.phase != "gone":
                    await self._fleet.changes.wait()
        return True

    def begin_drain(self) -> None:
        """Take no new leases from now on; those that are held or waited for go on."""
        self._fleet.closing = True

    async def close(self, drain_s: float) -> None:
        """Take no new leases, let those that are held or waited for end within `drain_s`, then end every worker.

        Requests that are still open then end with `ShuttingDown`.
        """
        self.begin_drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(drain_s):
                while any(entry.users for entry in self._fleet.entries.values()):
                    await self._fleet.changes.wait()
        entries = list(self._fleet.entries.values())
        for entry in entries:
            entry.error = shutting_down()
            if entry.phase == "ready":
                self._fleet.unload(entry, "shutdown")
            elif entry.phase != "stopping":
                self._fleet.abandon(entry)
        await self._fleet.devices.close()
        if tasks := set(self._fleet.tasks):
            await asyncio.wait(tasks)

    def kill(self) -> None:
        """End every worker at once, with no regard for what it does."""
        self._fleet.closing = True
        for entry in list(self._fleet.entries.values()):
            if entry.process is not None:
                entry.process.kill_tree()
            if entry.phase in {"waiting", "loading"}:
                entry.error = shutting_down()
                self._fleet.abandon(entry)

    async def _acquire(
        self, name: str, plan: Plan, on_progress: Callable[[float], None] | None
    ) -> tuple[Entry, Worker, bool]:
        """Count a lease and return its entry, its worker, and whether a load was waited for."""
        loaded = False
        while True:
            entry = self._fleet.entries.get(name) or self._fleet.begin(name, plan)
            # Those who waited for the load go first: held back, the model would be loaded for nothing. Others wait
            # until a model that is to be stopped is gone, or under steady traffic it never would be.
            if entry.lendable and (loaded or not (entry.leaving or self._fleet.holds_back(name))):
                return entry, self._lend(entry), loaded
            if entry.phase in {"waiting", "loading"}:
                await self._follow(entry, on_progress)
                loaded = True
            else:
                await self._fleet.changes.wait()

    def _lend(self, entry: Entry) -> Worker:
        if entry.worker is None:
            raise EngineError(f"Model '{entry.name}' has no worker.")
        entry.active += 1
        entry.expires_at_s = None
        if entry.timer is not None:
            entry.timer.cancel()
        return entry.worker

    async def _follow(self, entry: Entry, on_progress: Callable[[float], None] | None) -> None:
        """Wait until the load is over. Raises what it ended with."""
        if entry.task is None:
            return
        listeners = [] if on_progress is None else [on_progress]
        entry.waiters += 1
        entry.listeners.extend(listeners)
        try:
            # Who joins late learns at once how far it is.
            for listener in listeners if entry.phase == "loading" else ():
                listener(entry.progress)
            # `wait` leaves the load alone when this waiter is cancelled.
            await asyncio.wait({entry.task})
        except BaseException:
            entry.waiters -= 1
            self._fleet.settle(entry)
            raise
        finally:
            for listener in listeners:
                entry.listeners.remove(listener)
        # A ready model that nobody waits for might be unloaded: the caller begins its lease before that is looked at.
        entry.waiters -= 1
        if entry.error is not None:
            # Each waiter raises an exception of its own: a shared one would collect everybody's traceback.
            raise from_info(entry.error.info())
        if not entry.task.cancelled():
            entry.task.result()
