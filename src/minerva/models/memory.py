"""How much memory this process may still use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psutil

_CGROUP_MOUNT = Path("/sys/fs/cgroup")
_OWN_CGROUPS = Path("/proc/self/cgroup")
_UNLIMITED_BYTES = 1 << 60
"""A cgroup v1 without a limit has one near 2^63."""


def available() -> int:
    """Return the bytes that this process may still take, the smaller of what the machine and its cgroups leave.

    Page cache counts as free, for the kernel gives it up; so do the pages of mapped model files, cold or in use: what
    is loaded already must be counted by whoever loaded it.
    """
    return min(int(psutil.virtual_memory().available), *cgroup_headrooms(_OWN_CGROUPS, _CGROUP_MOUNT))


def total() -> int:
    """Return the bytes that the machine has, or the smallest limit of the process's cgroups if that is less."""
    return min(int(psutil.virtual_memory().total), *cgroup_limits(_OWN_CGROUPS, _CGROUP_MOUNT))


def cgroup_limits(own: Path, mount: Path) -> list[int]:
    """Return the memory limits that hold for a process, in bytes; `[2**60]` where there is none. See below."""
    limits = [limit for folder, names in _groups(own, mount) if (limit := _limit(folder, names[0])) is not None]
    return limits or [_UNLIMITED_BYTES]


def cgroup_headrooms(own: Path, mount: Path) -> list[int]:
    """Return the bytes left under each memory limit that holds for a process; `[2**60]` where there is none.

    `own` is its `/proc/PID/cgroup` and `mount` where cgroups are mounted. A limit on any group above counts too.
    Source: Linux `Documentation/admin-guide/cgroup-v2.rst` and `cgroup-v1/memory.rst`.
    """
    headrooms = [room for folder, names in _groups(own, mount) if (room := _headroom(folder, *names)) is not None]
    return headrooms or [_UNLIMITED_BYTES]


_Names = tuple[str, str, tuple[str, ...]]
_V2: _Names = ("memory.max", "memory.current", ("inactive_file", "active_file", "slab_reclaimable"))
_V1: _Names = ("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_inactive_file", "total_active_file"))


def _groups(own: Path, mount: Path) -> Iterator[tuple[Path, _Names]]:
    """Yield the folder of each group that the process is in, from its own up to the root."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "":
            root, names = mount, _V2
        elif "memory" in controllers.split(","):
            root, names = mount / "memory", _V1
        else:
            continue
        # In a container the path may be the host's, which is not visible: then the root is the container's own group.
        folder = root / path.lstrip("/")
        for candidate in (folder, *folder.parents):
            if candidate.is_relative_to(root):
                yield candidate, names


def _headroom(folder: Path, limit_file: str, usage_file: str, reclaimable: tuple[str, ...]) -> int | None:
    """Return the limit of the group in `folder` less what it uses without reclaimable cache; `None`: no limit."""
    limit, usage = _limit(folder, limit_file), _number(folder / usage_file)
    if limit is None or usage is None:
        return None
    cache = sum(value for key, value in _statistics(folder / "memory.stat") if key in reclaimable)
    return max(0, limit - max(0, usage - cache))


def _limit(folder: Path, limit_file: str) -> int | None:
    limit = _number(folder / limit_file)
    return None if limit is None or limit >= _UNLIMITED_BYTES else limit


def _number(path: Path) -> int | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def _statistics(path: Path) -> Iterator[tuple[str, int]]:
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError:
        return
    for line in lines:
        key, _, value = line.partition(" ")
        if value.strip().isdigit():
            yield key, int(value)
