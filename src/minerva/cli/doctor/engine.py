"""Is the engine there, does it start, and was it compiled for this CPU?"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec

from minerva.cli.doctor.finding import Finding, ok, problem, warning
from minerva.core.units import format_size
from minerva.wire.about import EngineAbout
from minerva.workers.spawn import describe_exit, environment

DESCRIBE = (sys.executable, "-m", "minerva.engine.describe")
DESCRIBE_S = 60.0
_REINSTALL = "compile it again for this CPU: pip install --force-reinstall --no-binary :all: --no-deps llama-cpp-python"
_WANTED = {
    "avx": "AVX",
    "avx2": "AVX2",
    "fma": "FMA",
    "f16c": "F16C",
    "avx512f": "AVX512",
    "avx512_vnni": "AVX512_VNNI",
}
"""Flags of /proc/cpuinfo that matter for speed, and the feature llama.cpp calls the same."""


def ask_engine() -> EngineAbout | Finding:
    """Return what the engine says of itself, or why it cannot."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program
            DESCRIBE, capture_output=True, timeout=DESCRIBE_S, env=environment(), check=False
        )
    except subprocess.TimeoutExpired:
        return problem("engine", f"The engine did not start within {DESCRIBE_S:g} s.", "look for a hanging GPU driver")
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().split("\n")[-1]
        return problem("engine", f"The engine {describe_exit(done.returncode)}: {words or 'no last words'}", _REINSTALL)
    try:
        return msgspec.json.decode(done.stdout, type=EngineAbout)
    except msgspec.MsgspecError as error:
        return problem("engine", f"The engine described itself in a way nobody understands: {error}.", _REINSTALL)


def engine_findings(about: EngineAbout, cpu_flags: frozenset[str]) -> list[Finding]:
    """Judge the build against `cpu_flags`, as /proc/cpuinfo names them; an empty set is not judged."""
    findings = [ok("engine", f"llama-cpp-python {about.binding}, compiled for {' '.join(about.features) or 'any CPU'}")]
    unused = [name for flag, name in _WANTED.items() if flag in cpu_flags and name not in about.features]
    if unused:
        text = f"This CPU has {', '.join(unused)}, and llama.cpp was compiled without."
        findings.append(warning("engine", text, _REINSTALL))
    if not about.devices:
        findings.append(ok("gpu", "None that this build can use: models run on the CPU."))
    findings += [
        ok("gpu", f"{gpu.name} {gpu.description}: {format_size(gpu.free_bytes)} of {format_size(gpu.total_bytes)} free")
        for gpu in about.devices
    ]
    return findings


def thread_findings(about: EngineAbout, configured: int | None) -> list[Finding]:
    """Judge the number of threads against the CPUs and the quota this process has."""
    quota = f", and a cgroup quota of {about.quota_cores:g} cores" if about.quota_cores is not None else ""
    threads = configured or about.threads
    text = f"{threads} threads on {about.allowed_cpus} allowed CPUs{quota}"
    usable = min(about.allowed_cpus, about.quota_cores or about.allowed_cpus)
    if threads > max(1, usable):
        advice = f"set engine.threads to auto, which is {about.threads} here: more only wait for each other"
        return [warning("cpu", text, advice)]
    return [ok("cpu", text)]


def read_cpu_flags(path: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """Return the CPU's features by their Linux names; empty where the system has no such list."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return frozenset()
    return next((frozenset(line.partition(":")[2].split()) for line in lines if line.startswith("flags")), frozenset())
