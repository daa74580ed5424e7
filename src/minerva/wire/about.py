"""What the engine program says of itself without a model: printed as JSON by `python -m minerva.engine.describe`."""

from __future__ import annotations

import msgspec

from minerva.core.model import Device


class EngineAbout(msgspec.Struct, frozen=True, kw_only=True):
    """The compiled engine and the processors it may use.

    `binding` is llama-cpp-python's version; `features` what llama.cpp was compiled to use (`AVX2`, `NEON`, …), as
    `llama_print_system_info` names it. `threads` is what a model gets by default; `quota_cores` the cgroup's CPU quota,
    `None` without one; `devices` the GPUs.
    """

    binding: str
    features: tuple[str, ...]
    threads: int
    allowed_cpus: int
    quota_cores: float | None
    devices: tuple[Device, ...]
