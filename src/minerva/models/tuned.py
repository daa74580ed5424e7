"""What `minerva bench --tune` found, kept for the loads to come: a file for each model, in the cache folder."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import os
import platform
import time
from pathlib import Path

import msgspec

from minerva.core.model import ModelFile, Tuning
from minerva.models.replacement import replace_file

_CPU_LIST = Path("/proc/cpuinfo")
_SUFFIX = ".json"


class Machine(msgspec.Struct, frozen=True):
    """What a measurement holds for: the processor, how many of it this process may use, and the build of the engine."""

    processor: str
    cpus: int
    binding: str


class TunedModel(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement: of which file, as it was then, where, when (seconds since the epoch), and what follows."""

    model: str
    path: str
    size_bytes: int
    modified_s: float
    machine: Machine
    measured_s: float
    tuning: Tuning


class TunedFiles:
    """Measurements by the path of the model's first file. What cannot be read counts as absent: it costs speed only.

    Its methods block on the disk and may be called from any thread.
    """

    def __init__(self, folder: Path | None, machine: Machine | None = None) -> None:
        """Keep them in `folder`; `None`: there are none, and none is kept. They hold for `machine`: this one."""
        self._folder = folder
        self._machine = machine

    def find(self, model: ModelFile) -> Tuning | None:
        """Return what holds for `model`: its file is as it was, and so are machine and engine."""
        kept = self._read(self._path(model))
        return kept.tuning if kept is not None and self._describes(kept, model) else None

    def is_stale(self, model: ModelFile) -> bool:
        """Whether something is kept for `model` that does not hold any more."""
        kept = self._read(self._path(model))
        return kept is not None and not self._describes(kept, model)

    def save(self, model: ModelFile, tuning: Tuning) -> None:
        """Keep `tuning` for `model`, in place of what was kept for it. Raises `OSError`."""
        path = self._path(model)
        if path is None:
            return
        kept = TunedModel(
            model=model.name,
            path=model.paths[0],
            size_bytes=model.size_bytes,
            modified_s=model.modified_s,
            machine=self._here(),
            measured_s=time.time(),
            tuning=tuning,
        )
        replace_file(path, msgspec.json.format(msgspec.json.encode(kept), indent=2) + b"\n")

    def forget(self, model: ModelFile) -> bool:
        """Remove what is kept for `model`; return whether there was something. Raises `OSError`."""
        path = self._path(model)
        if path is None or not path.exists():
            return False
        path.unlink()
        return True

    def _path(self, model: ModelFile) -> Path | None:
        if self._folder is None:
            return None
        return self._folder / (hashlib.blake2b(os.fsencode(model.paths[0]), digest_size=12).hexdigest() + _SUFFIX)

    def _read(self, path: Path | None) -> TunedModel | None:
        try:
            return None if path is None else msgspec.json.decode(path.read_bytes(), type=TunedModel)
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return None

    def _describes(self, kept: TunedModel, model: ModelFile) -> bool:
        was = (kept.path, kept.size_bytes, kept.modified_s)
        return was == (model.paths[0], model.size_bytes, model.modified_s) and kept.machine == self._here()

    def _here(self) -> Machine:
        return self._machine or this_machine()


@functools.cache
def this_machine() -> Machine:
    """Return what a measurement that is made now holds for."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        binding = importlib.metadata.version("llama-cpp-python")
    except importlib.metadata.PackageNotFoundError:
        binding = ""
    return Machine(_processor(), allowed, binding)


def _processor() -> str:
    try:
        lines = _CPU_LIST.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
