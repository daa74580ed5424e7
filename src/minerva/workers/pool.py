"""The single owner of all workers: lends them, loads and unloads models as `policy.py` says.

Its state changes between two `await`s, never across one, so it needs no lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

import msgspec

from minerva.core.errors import (
    EngineError,
    MinervaError,
    ModelLoadFailed,
    OutOfMemory,
    ShuttingDown,
    WorkerCrashed,
    from_info,
)
from minerva.core.log import LogFormat, Logger, LogLevel
from minerva.core.model import Device, ModelSpec
from minerva.wire.messages import Load
from minerva.workers import policy
from minerva.workers.changes import Changes
from minerva.workers.devices import list_devices
from minerva.workers.entry import Entry, Loaded, Plan
from minerva.workers.launch import LoadWatch, launch
from minerva.workers.spawn import ENGINE
from minerva.workers.worker import Worker

__all__ = ["Lease", "Loaded", "Plan", "Pool", "PoolSettings"]

RECHECK_S = 2.0
"""How often a load that waits for memory looks again: other programs free memory without telling us."""
STOP_PATIENCE_S = 30.0


class PoolSettings(msgspec.Struct, frozen=True):
    """`default_keep_alive_s`: how long an unused model stays (0: not at all; `core.request.FOREVER`: always).

    `max_loaded` and `memory_limit_bytes` (RAM) bound all loaded models together; `None`: memory alone decides.
    `log_level` and `log_style` are passed on to the workers.
    """

    default_keep_alive_s: float = 300.0
    max_loaded: int | None = None
    load_timeout_s: float = 600.0
    log_level: LogLevel = "info"
    log_style: LogFormat = "console"
    memory_limit_bytes: int | None = None


class Lease(msgspec.Struct, frozen=True):
    """The right to use a worker. `load_s` is how long the load was waited for, 0 if the model was there already."""

    worker: Worker
    load_s: float


class Pool:
    """All workers of one server. Every method but `loaded` and `kill` must run in the event loop that uses it."""

    def __init__(
        self, settings: PoolSettings, log: Logger, available: Callable[[], int], *, command: Sequence[str] = ENGINE
    ) -> None:
        """`available` measures the RAM this process may still use, in bytes; `command` starts a worker."""
        self._settings = settings
        self._log = log
        self._available = available
        self._command = tuple(command)
        self._entries: dict[str, Entry] = {}
        self._crashes: dict[str, policy.Crashes] = {}
        self._devices: tuple[Device, ...] | None = None
        self._changes = Changes()
        self._closing = False

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
        if self._closing:
            raise _shutting_down()
        asked_s = _now()
        entry, worker, loaded = await self._acquire(model_name, plan, on_progress)
        entry.keep_alive_s = self._settings.default_keep_alive_s if keep_alive_s is None else keep_alive_s
        try:
            yield Lease(worker, _now() - asked_s if loaded else 0.0)
        finally:
            entry.active -= 1
            entry.last_used_s = _now()
            self._settle(entry)

    def loaded(self) -> tuple[Loaded, ...]:
        """Return the models that have a worker, by name."""
        now_s = _now()
        described = (entry.describe(now_s, self._history(name)) for name, entry in sorted(self._entries.items()))
        return tuple(loaded for loaded in described if loaded is not None)

    async def stop(self, model_name: str, patience_s: float = STOP_PATIENCE_S) -> bool:
        """Unload a model as soon as nobody uses it, and wait for that at most `patience_s`.

        Returns whether it was loaded; one that is still in use then goes when its last request ends.
        """
        entry = self._entries.get(model_name)
        if entry is None or entry.state is None:
            return False
        entry.leaving = True
        if entry.phase == "loading" and not entry.users:
            self._abandon(entry)
        self._settle(entry)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while entry.phase != "gone":
                    await self._changes.wait()
        return True

    async def close(self, drain_s: float) -> None:
        """Take no new leases, let those that are held or waited for end within `drain_s`, then end every worker.

        Requests that are still open then end with `ShuttingDown`.
        """
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(drain_s):
                while any(entry.users for entry in self._entries.values()):
                    await self._changes.wait()
        entries = list(self._entries.values())
        for entry in entries:
            entry.error = _shutting_down()
            if entry.phase == "ready":
                self._unload(entry, "shutdown")
            elif entry.phase != "stopping":
                self._abandon(entry)
        if tasks := [entry.task for entry in entries if entry.task is not None]:
            await asyncio.wait(tasks)

    def kill(self) -> None:
        """End every worker at once, with no regard for what it does."""
        self._closing = True
        for entry in list(self._entries.values()):
            if entry.process is not None:
                entry.process.kill_tree()
            if entry.phase in {"waiting", "loading"}:
                entry.error = _shutting_down()
                self._abandon(entry)

    async def _acquire(
        self, name: str, plan: Plan, on_progress: Callable[[float], None] | None
    ) -> tuple[Entry, Worker, bool]:
        """Count a lease and return its entry, its worker, and whether a load was waited for."""
        loaded = False
        while True:
            entry = self._entries.get(name) or self._begin(name, plan)
            # Those who waited for the load go first: held back, the model would be loaded for nothing.
            if entry.lendable and (loaded or not self._holds_back(name)):
                return entry, self._lend(entry), loaded
            if entry.phase in {"waiting", "loading"}:
                await self._follow(entry, on_progress)
                loaded = True
            else:
                await self._changes.wait()

    def _lend(self, entry: Entry) -> Worker:
        if entry.worker is None:
            raise EngineError(f"model '{entry.name}' has no worker")
        entry.active += 1
        entry.expires_at_s = None
        if entry.timer is not None:
            entry.timer.cancel()
        return entry.worker

    async def _follow(self, entry: Entry, on_progress: Callable[[float], None] | None) -> None:
        """Wait until the load is over. Raises what it ended with."""
        if entry.task is None:
            return
        entry.waiters += 1
        if on_progress is not None:
            entry.listeners.append(on_progress)
        try:
            # `wait` leaves the load alone when this waiter is cancelled.
            await asyncio.wait({entry.task})
        finally:
            entry.waiters -= 1
            if on_progress is not None:
                entry.listeners.remove(on_progress)
            if entry.phase == "waiting" and not entry.users:
                self._abandon(entry)
            self._changes.announce()
        if entry.error is not None:
            # Each waiter raises an exception of its own: a shared one would collect everybody's traceback.
            raise from_info(entry.error.info())
        if not entry.task.cancelled():
            entry.task.result()

    def _begin(self, name: str, plan: Plan) -> Entry:
        if self._closing:
            raise _shutting_down()
        entry = self._entries[name] = Entry(name, _now())
        entry.keep_alive_s = self._settings.default_keep_alive_s
        entry.task = asyncio.create_task(self._load(entry, plan), name=f"load {name}")
        return entry

    async def _load(self, entry: Entry, plan: Plan) -> None:
        try:
            entry.spec = await self._make_room(entry, plan)
            entry.phase = "loading"
            entry.worker = await self._launch(entry, entry.spec)
            entry.phase = "ready"
            entry.progress = 1.0
            entry.ready_at_s = entry.last_used_s = _now()
        except MinervaError as error:
            entry.error = error
            self._log.warning("model not loaded", model=entry.name, error=error.code, reason=error.message)
        finally:
            if entry.phase != "ready":
                self._drop(entry)
        self._settle(entry)

    async def _make_room(self, entry: Entry, plan: Plan) -> ModelSpec:
        """Return how to load, once that fits; nothing may be awaited between the return and `phase = "loading"`."""
        devices = await self._list_devices()
        while True:
            spec = self._plan(plan, devices)
            refused = isinstance(spec, OutOfMemory)
            needed_bytes = spec.needed_bytes if isinstance(spec, OutOfMemory) else spec.memory.ram_bytes
            wanted = policy.Wanted(entry.name, needed_bytes, self._history(entry.name).retry_at_s)
            decision = policy.decide(wanted, self._held(), self._budget(), _now())
            match decision:
                case policy.Wait(blockers, until_s):
                    await self._wait_for_room(entry, blockers, until_s)
                case policy.Refuse(error):
                    raise spec if isinstance(spec, OutOfMemory) else error
                case _ if isinstance(spec, OutOfMemory):
                    raise spec
                case policy.Load():
                    return spec
                case policy.Evict(names):
                    for name in names:
                        self._unload(self._entries[name], f"evicted for {entry.name}")
