"""The workers that are there and those to come: each model's way from wanted to loaded to gone.

State changes between two `await`s, never across one, so it needs no lock. What is decided, is decided in `policy.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence

import msgspec

from minerva.core.errors import MinervaError, ModelLoadFailed, ShuttingDown, WorkerCrashed
from minerva.core.log import LogFormat, Logger, LogLevel
from minerva.core.model import CacheOptions, ModelSpec
from minerva.wire.messages import Load
from minerva.workers import policy
from minerva.workers.changes import Changes
from minerva.workers.devices import DeviceList
from minerva.workers.entry import Entry, Plan
from minerva.workers.history import CrashHistory
from minerva.workers.launch import LoadWatch, launch
from minerva.workers.ledger import Candidate, Ledger, Room
from minerva.workers.spawn import Process
from minerva.workers.worker import Worker

RECHECK_S = 2.0
"""How often a load that waits for memory looks again: other programs free memory without telling us."""

_CACHE_SHARE = 10
"""One part in so many of the available memory is what a model may keep computed prompts in, unless it is set."""


class PoolSettings(msgspec.Struct, frozen=True):
    """`default_keep_alive_s`: how long an unused model stays (0: not at all; `core.request.FOREVER`: always).

    `max_loaded` and `memory_limit_bytes` (RAM) bound all loaded models together; `None`: memory alone decides.
    `log_level` and `log_style` are passed on to the workers, and `cache`.
    """

    default_keep_alive_s: float = 300.0
    max_loaded: int | None = None
    load_timeout_s: float = 600.0
    log_level: LogLevel = "info"
    log_style: LogFormat = "console"
    memory_limit_bytes: int | None = None
    cache: CacheOptions = CacheOptions()


class Fleet:
    """All models that are wanted, loading, loaded or leaving. The pool owns it, and nobody else touches it."""

    def __init__(
        self, settings: PoolSettings, log: Logger, available: Callable[[], int], command: Sequence[str]
    ) -> None:
        """`available` measures the RAM this process may still use, in bytes; `command` starts a worker."""
        self.entries: dict[str, Entry] = {}
        self.changes = Changes()
        self.history = CrashHistory()
        self.devices = DeviceList(command, log)
        self.closing = False
        self.tasks: set[asyncio.Task[None]] = set()
        """Every load and unload under way, those of forgotten entries too: the pool waits for them when it closes."""
        self._settings = settings
        self._log = log
        self._available = available
        self._command = tuple(command)
        self._ledger = Ledger(available, settings.memory_limit_bytes, settings.max_loaded)

    def begin(self, name: str, plan: Plan) -> Entry:
        """Want a model that has no entry; `plan` is asked how to load it. Raises `ShuttingDown`."""
        if self.closing:
            raise shutting_down()
        entry = self.entries[name] = Entry(name, clock(), self._settings.default_keep_alive_s)
        entry.task = self.run(self._load(entry, plan), f"load {name}")
        return entry

    def run(self, work: Coroutine[None, None, None], name: str) -> asyncio.Task[None]:
        """Start `work` as a task that is waited for when the pool closes."""
        task = asyncio.create_task(work, name=name)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _load(self, entry: Entry, plan: Plan) -> None:
        try:
            entry.spec = await self._make_room(entry, plan)
            entry.phase = "loading"
            entry.worker = await self._launch(entry, entry.spec)
            entry.phase = "ready"
            entry.ready_at_s = entry.last_used_s = clock()
        except MinervaError as error:
            entry.error = error
            self._log.warning("model not loaded", model=entry.name, error=error.code, reason=error.message)
        finally:
            if entry.phase != "ready":
                self._drop(entry)
        self.changes.announce()
        self.settle(entry)

    async def _make_room(self, entry: Entry, plan: Plan) -> ModelSpec:
        """Return how to load, once that fits; nothing may be awaited between the return and `phase = "loading"`."""
        candidate = Candidate(entry.name, plan, await self.devices.now(), self.history.of(entry.name).retry_at_s)
        while True:
            now_s = clock()
            match self._ledger.consider(candidate, self._held(), now_s):
                case ModelSpec() as spec:
                    return spec
                case policy.Evict(names):
                    for name in names:
                        self.unload(self.entries[name], f"its memory is needed for {entry.name}")
                case policy.Wait(blockers, until_s):
                    if blockers and not entry.blockers:
                        self._log.info("load waits for busy models", model=entry.name, busy=blockers)
                    entry.blockers = blockers
                    await self.changes.wait(RECHECK_S if until_s is None else max(0.0, until_s - now_s))

    def room(self) -> Room:
        """Return the memory that is left for one more model, as measured now."""
        return self._ledger.room(self._held(), self.devices.known)

    def _held(self) -> list[policy.Held]:
        return [model for entry in self.entries.values() if (model := entry.held()) is not None]

    async def _launch(self, entry: Entry, spec: ModelSpec) -> Worker:
        load = Load(spec, self._cache(spec), self._settings.log_level, self._settings.log_style)
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
            threads_batch=info.threads_batch,
            batch_tokens=info.batch_tokens,
            tuned=info.tuned,
            context_length=info.context_length,
            kv_cells=info.kv_cells,
            memory_bytes=info.memory.total_bytes,
            notes=spec.notes,
        )
        return worker

    def _cache(self, spec: ModelSpec) -> CacheOptions:
        """Of what the model itself will leave, and within the limit for all models."""
        options, limit_bytes = self._settings.cache, self._settings.memory_limit_bytes
        if options.ram_bytes is not None:
            return options
        available = self._available() if limit_bytes is None else min(limit_bytes, self._available())
        return msgspec.structs.replace(options, ram_bytes=max(0, available - spec.memory.ram_bytes) // _CACHE_SHARE)

    def _started(self, entry: Entry, process: Process) -> None:
        entry.process = process
        self.changes.announce()

    def settle(self, entry: Entry) -> None:
        """After the last user of a model has gone: unload it, now or later, or give its load up."""
        if entry.users:
            return
        if entry.phase == "waiting" or (entry.phase == "loading" and entry.leaving):
            self.abandon(entry)
        elif entry.phase == "ready":
            now_s = clock()
            entry.expires_at_s = policy.expiry_s(now_s, 0.0 if entry.leaving else entry.keep_alive_s)
            if entry.timer is not None:
                entry.timer.cancel()
            if entry.expires_at_s is not None and entry.expires_at_s <= now_s:
                self.unload(entry, "stopped" if entry.leaving else "idle")
            elif entry.expires_at_s is not None:
                delay_s = entry.expires_at_s - now_s
                entry.timer = asyncio.get_running_loop().call_later(delay_s, self.unload, entry, "idle")
        self.changes.announce()

    def abandon(self, entry: Entry) -> None:
        """Give up a load; one that has not begun is forgotten at once, so that the next request begins anew."""
        if entry.task is not None:
            entry.task.cancel()
        if entry.phase == "waiting":
            self._drop(entry)

    def unload(self, entry: Entry, why: str) -> None:
        """Begin to end a ready worker that nobody uses, or whose users are to be refused."""
        if entry.phase != "ready" or entry.worker is None:
            return
        self._log.info("model unloaded", model=entry.name, why=why)
        entry.phase = "stopping"
        entry.task = self.run(self._end(entry, entry.worker), f"unload {entry.name}")

    async def _end(self, entry: Entry, worker: Worker) -> None:
        try:
            await worker.stop(shutting_down())
        finally:
            self._drop(entry)

    def _drop(self, entry: Entry) -> None:
        entry.phase = "gone"
        if entry.timer is not None:
            entry.timer.cancel()
        if self.entries.get(entry.name) is entry:
            del self.entries[entry.name]
        self.changes.announce()

    def _crashed(self, entry: Entry, how: str) -> str:
        """Forget a worker that died, so that the next lease loads again, and return what will be done about it."""
        self._log.error("worker crashed", model=entry.name, how=how)
        self._drop(entry)
        return self._count_crash(entry.name, clock() - entry.ready_at_s)

    def _count_crash(self, name: str, lived_s: float) -> str:
        if self.closing:
            return "The server is shutting down."
        return self.history.add(name, lived_s, clock())

    def holds_back(self, name: str) -> bool:
        """Tell whether a loaded model takes no new leases for now, so that a load that waits for it has its turn."""
        waits = [(entry.since_s, entry.blockers) for entry in self.entries.values() if entry.phase == "waiting"]
        return policy.holds_back(name, waits, clock())


def clock() -> float:
    """Return the time in seconds that everything here is measured with."""
    return asyncio.get_running_loop().time()


def shutting_down() -> ShuttingDown:
    """Return the error of whoever comes too late."""
    return ShuttingDown("The server is shutting down; send the request again when it is back.")
