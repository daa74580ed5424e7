"""How many threads to compute with: CPU affinity ∩ cgroup quota ∩ physical cores.

Hyper-threads and cores outside the quota make llama.cpp slower, not faster: its threads wait for each other at every
operation, so one that the kernel holds back holds back all.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import msgspec
import psutil

from minerva.core.model import ModelSpec

_CPU_ROOT = Path("/sys/devices/system/cpu")
_CGROUP_ROOT = Path("/sys/fs/cgroup")


class Threads(msgspec.Struct, frozen=True):
    """How many threads compute a step of one token (`decode`), and any other.

    `tuned`: these are from `minerva bench --tune`.
    """

    decode: int
    batch: int
    tuned: bool = False


def threads_for(spec: ModelSpec) -> Threads:
    """Return what a model is computed with: what is set, else what its tuning says, else the best guess."""
    options, tuning, usual = spec.options, spec.tuning, best_thread_count()
    # With another quota than when it was measured, it would be wrong by as much as the quota has changed.
    if options.threads is None and tuning is not None and tuning.threads is not None and tuning.usual_threads == usual:
        batch = options.threads_batch or tuning.threads_batch or tuning.threads
        return Threads(tuning.threads, batch, tuned=True)
    threads = options.threads or usual
    return Threads(threads, options.threads_batch or threads)


def most_threads(cgroup_root: Path = _CGROUP_ROOT) -> int:
    """Return how many threads might be of use at most: a hyper-thread each, within the quota."""
    quota = cgroup_quota(cgroup_root)
    allowed = len(_allowed_cpus())
    return max(1, min(allowed, math.ceil(quota) if quota is not None else allowed))


def best_thread_count(cpu_root: Path = _CPU_ROOT, cgroup_root: Path = _CGROUP_ROOT) -> int:
    """Return the number of threads to compute with on this machine, at least 1."""
    allowed = _allowed_cpus()
    cores = _physical_cores(allowed, cpu_root)
    quota = cgroup_quota(cgroup_root)
    return max(1, min(cores, math.floor(quota) if quota is not None else cores))


def cgroup_quota(root: Path = _CGROUP_ROOT) -> float | None:
    """Return the CPU quota of this process's control group in cores, `None` if there is none.

    Reads `cpu.max` (cgroup v2, of every group up to the root) or `cpu.cfs_quota_us` (v1), see the kernel's
    Documentation/admin-guide/cgroup-v2.rst.
    """
    quotas = [quota for path in _own_groups(root) if (quota := _read_quota(path)) is not None]
    return min(quotas, default=None)


def _allowed_cpus() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _physical_cores(allowed: set[int], root: Path) -> int:
    """Count distinct cores among the allowed CPUs; where the kernel tells none, trust the library's count."""
    siblings = set()
    for cpu in allowed:
        try:
            siblings.add((root / f"cpu{cpu}/topology/thread_siblings_list").read_text().strip())
        except OSError:
            return min(len(allowed), psutil.cpu_count(logical=False) or len(allowed))
    return len(siblings)


def _own_groups(root: Path) -> list[Path]:
    groups = [root, root / "cpu"]
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return groups
    for line in lines:
        _, controllers, name = line.split(":", 2)
        base = root if not controllers else root / controllers
        if "cpu" in controllers.split(",") or not controllers:
            parts = Path(name.lstrip("/"))
            groups += [base / parts, *(base / parent for parent in parts.parents)]
    return groups


def _read_quota(group: Path) -> float | None:
    try:
        if (group / "cpu.max").exists():
            quota, period = (group / "cpu.max").read_text().split()
            return None if quota == "max" else int(quota) / int(period)
        quota_us = int((group / "cpu.cfs_quota_us").read_text())
        return quota_us / int((group / "cpu.cfs_period_us").read_text()) if quota_us > 0 else None
    except (OSError, ValueError):
        return None
