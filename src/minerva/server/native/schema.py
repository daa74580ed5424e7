"""The shapes of Minerva's own API. Files and plans are those of `core/model.py`, as they are."""

from __future__ import annotations

from typing import Literal

import msgspec

from minerva.core.model import InvalidFile, MemoryPlan, ModelFile
from minerva.server.body import Body
from minerva.server.durations import Duration
from minerva.service.catalog import Memory
from minerva.workers.pool import Loaded


class LoadRequest(Body):
    """The body of POST load. Without `model` it is the default one."""

    model: str | None = None
    keep_alive: Duration | None = None


class StopRequest(Body):
    """The body of POST stop."""

    model: str


class Stopped(msgspec.Struct, frozen=True):
    """The model that was stopped, by its full name."""

    model: str


class Deleted(msgspec.Struct, frozen=True):
    """The id or name of what was deleted."""

    deleted: str


class Version(msgspec.Struct, frozen=True):
    """The program."""

    version: str
    name: Literal["minerva"] = "minerva"


class Models(msgspec.Struct, frozen=True):
    """What is on disk: models, files that cannot be used and why, and the folders that were searched.

    `default` is the name of the model that answers requests which name none; `null` if there is no such model.
    """

    models: tuple[ModelFile, ...]
    invalid: tuple[InvalidFile, ...]
    folders: tuple[str, ...]
    default: str | None


class Cells(msgspec.Struct, frozen=True):
    """KV cells: `retained` are those `used` that only serve as cache."""

    used: int
    retained: int
    total: int


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A model in memory, or on its way in or out. Times in seconds; `expires_s` is `null` while it is not idle.

    `memory` is as planned or as the engine reports, `resident_bytes` is what its process holds now. `running` and
    `waiting` count sequences, `active` requests. `can_shift`: answers can go on past the window.
    `threads` compute a step of one token and `threads_batch` any other, of `batch_tokens` at most; `tuned` names those
    of the three that `minerva bench --tune` found.
    """

    name: str
    state: Literal["loading", "ready", "stopping"]
    progress: float
    active: int
    running: int
    waiting: int
    cells: Cells
    expires_s: float | None
    restarts: int
    memory: MemoryPlan
    memory_bytes: int
    resident_bytes: int
    context_length: int
    max_sequences: int
    can_shift: bool
    device: str
    gpu_layers: int
    threads: int
    threads_batch: int
    batch_tokens: int
    tuned: list[str]
    load_s: float
    pid: int


class RunningModels(msgspec.Struct, frozen=True):
    """The models in memory, and the memory that they share."""

    models: list[Running]
    memory: Memory


def running(loaded: Loaded) -> Running:
    """Return `loaded` as this API shows it."""
    model, stats = loaded.model, loaded.stats
    return Running(
        name=model.name,
        state=loaded.state,
        progress=loaded.progress,
        active=loaded.active,
        running=stats.running,
        waiting=stats.waiting,
        cells=Cells(stats.cells_used, stats.cells_retained, stats.cells_total or model.kv_cells),
        expires_s=loaded.expires_s,
        restarts=loaded.restarts,
        memory=model.memory,
        memory_bytes=model.memory.total_bytes,
        resident_bytes=loaded.resident_bytes,
        context_length=model.context_length,
        max_sequences=model.max_sequences,
        can_shift=model.can_shift,
        device=model.device,
        gpu_layers=model.gpu_layers,
        threads=model.threads,
        threads_batch=model.threads_batch,
        batch_tokens=model.batch_tokens,
        tuned=list(model.tuned),
        load_s=model.load_s,
        pid=model.pid,
    )
