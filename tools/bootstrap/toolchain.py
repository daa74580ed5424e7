"""What compiles. CMake and ninja come with the locked requirements; a C++ compiler has to be there."""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from tools.bootstrap import venv
from tools.bootstrap.errors import SetupError
from tools.bootstrap.places import Places, python_in
from tools.bootstrap.stamp import Stamp, digest_of, digest_of_file

_COMPILERS = ("c++", "g++", "clang++")


def require_compiler() -> None:
    """Raise `SetupError`, saying what to install, if no C++ compiler is found."""
    if sys.platform == "win32":
        return  # Visual Studio is not on PATH; CMake finds it, or says in its log that it is not there
    chosen = os.environ.get("CXX", "").split()[:1]
    if any(shutil.which(name) for name in chosen or _COMPILERS):
        return
    missing = f"The C++ compiler {chosen[0]!r} (from CXX) is not there." if chosen else "There is no C++ compiler."
    raise SetupError(f"{missing} llama.cpp is compiled for this machine and needs one.\n{_advice()}")


def ensure_build_tools(places: Places, folder: Path, log: Path, say: Callable[[str], None]) -> None:
    """Make `folder` an environment of its own with CMake, ninja and the build backend, pinned, unless it is one."""
    lock = places.lock_file("build")
    stamp, digest = Stamp(folder / "complete"), digest_of(lock=digest_of_file(lock), python=sys.version)
    if stamp.matches(digest) and python_in(folder).exists():
        return
    say("Fetching CMake and ninja")
    venv.create(folder, log)
    venv.install_locked(folder, lock, log)
    stamp.write(digest)


def _advice() -> str:
    if sys.platform == "darwin":
        return "Install Apple's command line tools: xcode-select --install"
    for program, command in _PACKAGES.items():
        if shutil.which(program):
            return f"Install one: {command}"
    return "Install g++ or clang++ with your system's package manager."


_PACKAGES = {
    "apt-get": "sudo apt install g++",
    "dnf": "sudo dnf install gcc-c++",
    "pacman": "sudo pacman -S gcc",
    "zypper": "sudo zypper install gcc-c++",
    "apk": "sudo apk add g++",
    "brew": "brew install gcc",
}
