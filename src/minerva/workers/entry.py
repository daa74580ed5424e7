"""The state of one model in the pool, from the first request for it until its process has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

import msgspec

from minerva.core.errors import MinervaError
from minerva.core.model import Device, LoadedModel, ModelSpec
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import EngineStats
from minerva.workers.policy import Crashes, Held
from minerva.workers.spawn import Process
from minerva.workers.worker import Worker

Plan = Callable[[int, tuple[Device, ...]], ModelSpec]
"""Given available bytes and the GPUs, how to load the model; raises `OutOfMemory` when it cannot fit."""

State = Literal["loading", "ready", "stopping"]
Phase = Literal["waiting", State, "gone"]


class Loaded(msgspec.Struct, frozen=True):
    """A model that has a worker.

    `expires_s`: seconds until it is unloaded for being idle; `None` while it is used, loads, or is kept for ever.
    `keep_alive_s`: how long it stays after its last use, as that use has it.
    While it loads, `model` is what is expected, with 0 for what only the engine knows. `restarts` counts the crashes of
    its workers since the server started.
    """

    model: LoadedModel
    state: State
    progress: float
    active: int
    expires_s: float | None
    keep_alive_s: float
    restarts: int
    stats: EngineStats
    resident_bytes: int


class Entry:
    """One model's state. The pool alone changes it, and never across an `await`."""

    def __init__(self, name: str, now_s: float, keep_alive_s: float) -> None:
        """Start as wanted, with no worker yet."""
        self.name = name
        self.phase: Phase = "waiting"
        self.since_s = now_s
        self.task: asyncio.Task[None] | None = None
        """What loads it, then what unloads it."""
        self.error: MinervaError | None = None
        self.blockers: tuple[str, ...] = ()
        self.spec: ModelSpec | None = None
        self.process: Process | None = None
        self.worker: Worker | None = None
        self.progress = 0.0
        self.listeners: list[Callable[[float], None]] = []
        self.waiters = 0
        self.active = 0
        self.last_used_s = now_s
        self.ready_at_s = now_s
        self.keep_alive_s = keep_alive_s
        self.expires_at_s: float | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.leaving = False
        """Somebody asked for it to be stopped: it goes as soon as it is idle, whatever its `keep_alive_s`."""

    @property
    def users(self) -> int:
        """Leases, and requests that wait for the load."""
        return self.active + self.waiters

    @property
    def lendable(self) -> bool:
        """Whether a lease may begin now."""
        return self.phase == "ready" and self.worker is not None and self.worker.alive

    @property
    def state(self) -> State | None:
        """What it holds memory for; `None` while it waits for a load, and when its worker has ended."""
        match self.phase:
            case "loading" | "ready" | "stopping":
                return self.phase
            case "waiting" | "gone":
                return None

    def report(self, fraction: float) -> None:
        """Note how far the load is and tell those who wait for it."""
        self.progress = fraction
        for listener in self.listeners:
            listener(fraction)

    def held(self) -> Held | None:
        """Return what the policy knows of it, with its memory as measured now; `None` without a load or worker."""
        if self.spec is None or (state := self.state) is None:
            return None
        plan = self.worker.info.memory if self.worker is not None else self.spec.memory
        _, private_bytes = self.process.memory_bytes() if self.process is not None else (0, 0)
        return Held(
            name=self.name,
            state=state,
            size_bytes=max(plan.ram_bytes, private_bytes),
            unseen_bytes=max(0, plan.ram_bytes - private_bytes),
            users=self.users,
            last_used_s=self.last_used_s,
        )

    def describe(self, now_s: float, crashes: Crashes) -> Loaded | None:
        """Return what people are shown of it; `None` without a load or worker."""
        if self.spec is None or (state := self.state) is None:
            return None
        return Loaded(
            model=self.worker.info if self.worker is not None else self._expected(self.spec),
            state=state,
            progress=self.progress,
            active=self.active,
            expires_s=None if self.expires_at_s is None else max(0.0, self.expires_at_s - now_s),
            keep_alive_s=self.keep_alive_s,
            restarts=crashes.total,
            stats=self.worker.stats if self.worker is not None else EngineStats(),
            resident_bytes=self.process.memory_bytes()[0] if self.process is not None else 0,
        )

    def _expected(self, spec: ModelSpec) -> LoadedModel:
        return LoadedModel(
            name=self.name,
            context_length=spec.context_length,
            kv_cells=0 if spec.whole else spec.kv_cells,
            max_sequences=spec.options.max_sequences,
            vocabulary=0,
            threads=spec.options.threads or 0,
            threads_batch=spec.options.threads_batch or spec.options.threads or 0,
            batch_tokens=spec.options.batch,
            device="",
            gpu_layers=spec.gpu_layers,
            chat_template=None,
            bos="",
            eos="",
            sampling=SamplingOptions(),
            memory=spec.memory,
            load_s=0.0,
            pid=self.process.pid if self.process is not None else 0,
        )
