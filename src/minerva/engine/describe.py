"""Print what this build of the engine is and may use, as one `EngineAbout` in JSON.

Started as `python -m minerva.engine.describe`.

A program of its own because only the engine may load the library, and a library compiled for another CPU ends the
process that loads it.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys

import msgspec

from minerva.engine.llama import library
from minerva.engine.threads import best_thread_count, cgroup_quota
from minerva.wire.about import EngineAbout

_FEATURE = re.compile(r"(\w+) = 1\b")


def main() -> int:
    """Load the library, print, end."""
    library.send_logs_to(lambda _level, _line: None)
    about = EngineAbout(
        binding=importlib.metadata.version("llama-cpp-python"),
        features=tuple(_FEATURE.findall(library.lib.llama_print_system_info().decode(errors="replace"))),
        threads=best_thread_count(),
        allowed_cpus=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        quota_cores=cgroup_quota(),
        devices=library.devices(),
    )
    sys.stdout.write(msgspec.json.encode(about).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
