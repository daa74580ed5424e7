"""What figures were taken on, and whether it was quiet."""

from __future__ import annotations

import datetime
import os
import platform
import sys
from pathlib import Path

import msgspec
import psutil

_BUSY_PERCENT = 10.0
_LOOK_S = 2.0


class Machine(msgspec.Struct, frozen=True):
    """A machine as a table of figures names it. `busy_percent`: what others took of all cores before the beginning."""

    date: str
    cpu: str
    cores: int
    memory_bytes: int
    system: str
    python: str
    busy_percent: float


def this_machine() -> Machine:
    """Look at this machine for two seconds, and say on stderr if it is not quiet."""
    busy = psutil.cpu_percent(_LOOK_S)
    if busy > _BUSY_PERCENT:
        sys.stderr.write(f"Other programs take {busy:.0f} % of the processor: the figures will not mean much.\n")
    return Machine(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        system=platform.platform(),
        python=platform.python_version(),
        busy_percent=busy,
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
