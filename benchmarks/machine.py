"""What figures were taken on, and whether it was quiet."""

from __future__ import annotations

import datetime
import os
import platform
import sys

import msgspec
import psutil

from minerva.models import tuned

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
        cpu=tuned.this_machine().processor,
        cores=os.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        system=platform.platform(),
        python=platform.python_version(),
        busy_percent=busy,
    )
