"""Build llama-server as it is, of the llama.cpp that Minerva runs on: `python -m benchmarks.llama_server`.

The source distribution of llama-cpp-python, at the version and hash of `requirements/llama.lock`, has all of llama.cpp
in it. Server and libraries are compiled from it with its own project and the `CMAKE_ARGS` that set-up was given last,
but without what `native` adds to Minerva's, and without the web page. All of it goes to `build/llama-server`, which git
ignores; what an interrupted run has made is used by the next one.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path

from tools.bootstrap import process, toolchain, venv
from tools.bootstrap.errors import SetupError
from tools.bootstrap.identity import wheel_identity
from tools.bootstrap.main import remembered_cmake_args
from tools.bootstrap.places import Places, find_places, python_in
from tools.bootstrap.source import LLAMA_CPP, PACKAGE, fetch
from tools.bootstrap.stamp import Stamp, digest_of, digest_of_file

FOLDER = Path("build") / "llama-server"
PROGRAM = "llama-server"
_LEFT_OUT = ("BUILD_TESTS", "BUILD_EXAMPLES", "BUILD_UI", "USE_PREBUILT_UI")


def main() -> None:
    """Build, and print where the program is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, help="compilers at once; unset: as ninja decides")
    options = parser.parse_args()
    places = find_places()
    try:
        toolchain.require_compiler()
        print(built(places) or _Build(places, options.jobs).run())
    except SetupError as error:
        raise SystemExit(str(error)) from error


def built(places: Places) -> Path | None:
    """Return the program, if it has been built in this checkout as it would be built now."""
    program = places.root / FOLDER / "cmake" / "bin" / PROGRAM
    return program if _stamp(places).matches(_digest(places)) and os.access(program, os.X_OK) else None


def _stamp(places: Places) -> Stamp:
    return Stamp(places.root / FOLDER / "cmake" / ".minerva-peer")


def _digest(places: Places) -> str:
    identity = wheel_identity(digest_of_file(places.lock_file("llama")), "", remembered_cmake_args(places))
    return digest_of(flags=_flags(places), **identity)


def _flags(places: Places) -> list[str]:
    flags = ["-DCMAKE_BUILD_TYPE=Release", *(f"-DLLAMA_{name}=OFF" for name in _LEFT_OUT)]
    return flags + shlex.split(remembered_cmake_args(places))


class _Build:
    """The build of one checkout."""

    def __init__(self, places: Places, jobs: int | None) -> None:
        self._places = places
        self._folder = places.root / FOLDER
        self._log = self._folder / "build.log"
        self._tools = self._folder / "tools"
        self._jobs = ["--parallel", str(jobs)] if jobs else []

    def run(self) -> Path:
        """Compile, and return the program. What another source, processor or other flags left is not used."""
        begun = Stamp(self._folder / "begun")
        _stamp(self._places).clear()
        if not begun.matches(_digest(self._places)):
            begun.clear()
            venv.remove(self._folder)
            begun.write(_digest(self._places))
        toolchain.ensure_build_tools(self._places, self._tools, self._log, self._say)
        source, build = self._prepare_source() / LLAMA_CPP, self._folder / "cmake"
        self._say(f"Compiling {PROGRAM}: some minutes on two cores; see {self._log}")
        self._cmake("Configuring", "-S", source, "-B", build, "-G", "Ninja", *_flags(self._places))
        self._cmake("Compiling", "--build", build, "--target", PROGRAM, *self._jobs)
        _stamp(self._places).write(_digest(self._places))
        program = built(self._places)
        if program is None:
            raise SetupError(f"There is no {PROGRAM} in {build / 'bin'} after the build. See {self._log}")
        return program

    def _prepare_source(self) -> Path:
        """Return the unpacked source, fetched and checked against its hash."""
        source = self._folder / "source"
        if not source.exists():
            self._say(f"Fetching the source of {PACKAGE}")
            fetch(self._places, python_in(self._tools), self._folder, self._log).rename(source)
        return source

    def _cmake(self, what: str, *arguments: str | Path) -> None:
        python = python_in(self._tools)
        command = [python.parent / "cmake", *arguments]
        process.run(f"{what} {PROGRAM}", command, self._log, PATH=venv.search_path(python))

    def _say(self, text: str) -> None:
        sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
