"""What a compiled wheel depends on. Two machines, or two choices, that could need different code get different keys."""

import os
import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from tools.bootstrap.stamp import digest_of

# Variables that CMake and the compilers it finds listen to.
COMPILER_VARIABLES = ("CC", "CXX", "CUDACXX", "HIPCXX", "CFLAGS", "CXXFLAGS", "CUDAFLAGS", "LDFLAGS", "CMAKE_GENERATOR")

# Of an x86 processor's flags, those that stand for instructions a compiler may use. The others (power management,
# mitigations) change with the kernel and would only cause needless builds.
_X86_INSTRUCTIONS = re.compile(
    r"(3dnow|abm|adx|aes|amx|avx|bmi|clmul|f16c|fma|fsgsbase|gfni|lahf|lzcnt|mmx|movbe|movdir|pclmul|popcnt|"
    r"rdpid|rdrand|rdseed|serialize|sha|sm[34]|sse|ssse|tbm|vaes|vpclmul|waitpkg|xop)"
)


def wheel_identity(
    sdist_digest: str, native_digest: str, cmake_args: str, environ: Mapping[str, str] = os.environ
) -> dict[str, object]:
    """Return everything that decides which compiled wheel is right, readable enough to be kept beside it."""
    return {
        "sdist": sdist_digest,
        "native": native_digest,
        "cmake_args": " ".join(cmake_args.split()),
        "compiler": {name: environ[name] for name in COMPILER_VARIABLES if environ.get(name)},
        "platform": sysconfig.get_platform(),
        "libc": "-".join(platform.libc_ver()),
        "cpu": cpu_features(),
    }


def key_of(identity: Mapping[str, object]) -> str:
    """Return the short name of an identity, usable as a folder."""
    return digest_of(**identity)[:20]


def cpu_features() -> list[str]:
    """Return what this CPU can do, as far as the system tells; at worst its name."""
    if sys.platform == "darwin":
        return [_sysctl("machdep.cpu.brand_string"), *_sysctl("machdep.cpu.features").split()]
    if sys.platform == "win32":
        return [os.environ.get("PROCESSOR_IDENTIFIER", platform.processor())]
    try:
        return parse_cpuinfo(Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return [platform.processor() or platform.machine()]


def parse_cpuinfo(text: str) -> list[str]:
    """Return the instruction sets that every processor in a Linux `/proc/cpuinfo` has, sorted."""
    x86 = [set(filter(_X86_INSTRUCTIONS.match, flags)) for flags in _flag_lists(text, "flags")]
    arm = [set(flags) for flags in _flag_lists(text, "Features")]
    sets = x86 or arm
    return sorted(set.intersection(*sets)) if sets else [platform.machine()]


def _flag_lists(text: str, field: str) -> list[list[str]]:
    return [flags.split() for flags in re.findall(rf"^{field}\s*:(.*)$", text, re.MULTILINE)]


def _sysctl(name: str) -> str:
    answer = subprocess.run(["sysctl", "-n", name], capture_output=True, text=True, check=False)
    return answer.stdout.strip()
