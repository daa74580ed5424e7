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
    ShuttingDown,
    WorkerCrashed,
    from_info,
)
from minerva.core.log import LogFormat, Logger, LogLevel
from minerva.core.model import ModelSpec
from minerva.wire.messages import Load
from minerva.workers import policy
from minerva.workers.changes import Changes
from minerva.workers.devices import DeviceList
from minerva.workers.entry import Entry, Loaded, Plan
from minerva.workers.history import CrashHistory
from minerva.workers.launch import LoadWatch, launch
from minerva.workers.ledger import Candidate, Ledger
from minerva.workers.spawn import ENGINE, Process
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
    """All workers of one server. All of it runs in one event loop."""

    def __init__(
        self, settings: PoolSettings, log: Logger, available: Callable[[], int], *, command: Sequence[str] = ENGINE
    ) -> None:
        """`available` measures the RAM this process may still use, in bytes; `command` starts a worker."""
        self._settings = settings
        self._log = log
        self._ledger = Ledger(available, settings.memory_limit_bytes, settings.max_loaded)
        self._command = tuple(command)
        self._entries: dict[str, Entry] = {}
        self._history = CrashHistory()
        self._devices = DeviceList(self._command, log)
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
        described = (entry.describe(now_s, self._history.of(name)) for name, entry in sorted(self._entries.items()))
        return tuple(loaded for loaded in described if loaded is not None)

    async def changed(self) -> None:
        """Return after the next change of what is loaded, loading or in use."""
        await self._changes.wait()

    async def stop(self, model_name: str, patience_s: float = STOP_PATIENCE_S) -> bool:
        """Unload a model as soon as nobody uses it, and wait for that at most `patience_s`.

        Returns whether it was loaded; one that is still in use then goes when its last request ends.
        """
        entry = self._entries.get(model_name)
        if entry is None or entry.state is None:
            return False
        entry.leaving = True
        self._settle(entry)
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while entry.phase != "gone":
                    await self._changes.wait()
        return True

    def begin_drain(self) -> None:
        """Take no new leases from now on; those that are held or waited for go on."""
        self._closing = True

    async def close(self, drain_s: float) -> None:
        """Take no new leases, let those that are held or waited for end within `drain_s`, then end every worker.

        Requests that are still open then end with `ShuttingDown`.
        """
        self.begin_drain()
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
        listeners = [] if on_progress is None else [on_progress]
        entry.waiters += 1
        entry.listeners.extend(listeners)
        if entry.phase == "loading":
            # Who joins late learns at once how far it is.
            for listener in listeners:
                listener(entry.progress)
        try:
            # `wait` leaves the load alone when this waiter is cancelled.
            await asyncio.wait({entry.task})
        except BaseException:
            entry.waiters -= 1
            self._settle(entry)
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

    def _begin(self, name: str, plan: Plan) -> Entry:
        if self._closing:
            raise _shutting_down()
        entry = self._entries[name] = Entry(name, _now(), self._settings.default_keep_alive_s)
        entry.task = asyncio.create_task(self._load(entry, plan), name=f"load {name}")
        return entry

    async def _load(self, entry: Entry, plan: Plan) -> None:
        try:
            entry.spec = await self._make_room(entry, plan)
            entry.phase = "loading"
            entry.worker = await self._launch(entry, entry.spec)
            entry.phase = "ready"
            entry.ready_at_s = entry.last_used_s = _now()
        except MinervaError as error:
            entry.error = error
            self._log.warning("model not loaded", model=entry.name, error=error.code, reason=error.message)
        finally:
            if entry.phase != "ready":
                self._drop(entry)
        self._changes.announce()
        self._settle(entry)

    async def _make_room(self, entry: Entry, plan: Plan) -> ModelSpec:
        """Return how to load, once that fits; nothing may be awaited between the return and `phase = "loading"`."""
        candidate = Candidate(entry.name, plan, await self._devices.now(), self._history.of(entry.name).retry_at_s)
        while True:
            held = [model for other in self._entries.values() if (model := other.held()) is not None]
            now_s = _now()
            match self._ledger.consider(candidate, held, now_s):
                case ModelSpec() as spec:
                    return spec
                case policy.Evict(names):
                    for name in names:
                        self._unload(self._entries[name], f"its memory is needed for {entry.name}")
                case policy.Wait(blockers, until_s):
                    if blockers and not entry.blockers:
                        self._log.info("load waits for busy models", model=entry.name, busy=blockers)
                    entry.blockers = blockers
                    await self._changes.wait(RECHECK_S if until_s is None else max(0.0, until_s - now_s))

    async def _launch(self, entry: Entry, spec: ModelSpec) -> Worker:
        load = Load(spec, self._settings.log_level, self._settings.log_style)
        watch = LoadWatch(
            on_process=lambda process: self._started(entry, process),
            on_progress=entry.report,
            on_crash=lambda how: self._crashed(entry, how),
        )
        try:
            worker = await launch(self._command, load, self._settings.load_timeout_s, watch)
        except WorkerCrashed as error:
            raise ModelLoadFailed(
                f"{error.message} {self._count_crash(entry.name, lived_s=0.0)}", entry.name
            ) from error
        info = worker.info
        self._log.info(
            "model loaded",
            model=entry.name,
            pid=info.pid,
            load_s=round(info.load_s, 3),
            device=info.device,
            gpu_layers=info.gpu_layers,
            threads=info.threads,
            context_length=info.context_length,
            kv_cells=info.kv_cells,
            memory_bytes=info.memory.total_bytes,
            notes=spec.notes,
        )
        return worker

    def _started(self, entry: Entry, process: Process) -> None:
        entry.process = process
        self._changes.announce()

    def _settle(self, entry: Entry) -> None:
        """After the last user of a model has gone: unload it, now or later, or give its load up."""
        if entry.users:
            return
        if entry.phase == "waiting" or (entry.phase == "loading" and entry.leaving):
            self._abandon(entry)
        elif entry.phase == "ready":
            now_s = _now()
            entry.expires_at_s = policy.expiry_s(now_s, 0.0 if entry.leaving else entry.keep_alive_s)
            if entry.timer is not None:
                entry.timer.cancel()
            if entry.expires_at_s is not None and entry.expires_at_s <= now_s:
                self._unload(entry, "stopped" if entry.leaving else "idle")
            elif entry.expires_at_s is not None:
                delay_s = entry.expires_at_s - now_s
                entry.timer = asyncio.get_running_loop().call_later(delay_s, self._unload, entry, "idle")
        self._changes.announce()

    def _abandon(self, entry: Entry) -> None:
        """Give up a load; one that has not begun is forgotten at once, so that the next request begins anew."""
        if entry.task is not None:
            entry.task.cancel()
        if entry.phase == "waiting":
            self._drop(entry)

    def _unload(self, entry: Entry, why: str) -> None:
        """Begin to end a ready worker that nobody uses, or whose users are to be refused."""
        if entry.phase != "ready" or entry.worker is None:
            return
        self._log.info("model unloaded", model=entry.name, why=why)
        entry.phase = "stopping"
        entry.task = asyncio.create_task(self._end(entry, entry.worker), name=f"unload {entry.name}")

    async def _end(self, entry: Entry, worker: Worker) -> None:
        try:
            await worker.stop(_shutting_down())
        finally:
            self._drop(entry)

    def _drop(self, entry: Entry) -> None:
        entry.phase = "gone"
        if entry.timer is not None:
            entry.timer.cancel()
        if self._entries.get(entry.name) is entry:
            del self._entries[entry.name]
        self._changes.announce()

    def _crashed(self, entry: Entry, how: str) -> str:
        """Forget a worker that died, so that the next lease loads again, and return what will be done about it."""
        self._log.error("worker crashed", model=entry.name, how=how)
        self._drop(entry)
        return self._count_crash(entry.name, _now() - entry.ready_at_s)

    def _count_crash(self, name: str, lived_s: float) -> str:
        if self._closing:
            return "The server is shutting down."
        return self._history.add(name, lived_s, _now())

    def _holds_back(self, name: str) -> bool:
        waits = [(entry.since_s, entry.blockers) for entry in self._entries.values() if entry.phase == "waiting"]
        return policy.holds_back(name, waits, _now())


def _now() -> float:
    return asyncio.get_running_loop().time()


def _shutting_down() -> ShuttingDown:
    return ShuttingDown("the server is shutting down; send the request again when it is back")
