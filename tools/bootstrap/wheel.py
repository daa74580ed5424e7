"""llama-cpp-python compiled for this CPU: built once, kept for the next time.

A finished wheel lies in `wheels/<key>`; a build in progress has `builds/<key>`, with the source unpacked at a fixed
place and CMake's build folder beside it, so that ninja goes on where an interrupted build stopped.
"""

import json
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tools.bootstrap import process, toolchain, venv
from tools.bootstrap.errors import CommandFailed
from tools.bootstrap.identity import key_of
from tools.bootstrap.lock import FileLock
from tools.bootstrap.places import Places, python_in
from tools.bootstrap.report import Report, duration
from tools.bootstrap.source import PACKAGE, add_native, fetch, only
from tools.bootstrap.stamp import write_atomically

_NINJA_STEP = re.compile(r"\s*\[(\d+)/(\d+)\] ")


def ensure_wheel(places: Places, identity: Mapping[str, object], report: Report) -> Path:
    """Return the wheel for `identity`, compiling it if it is not kept yet."""
    key = key_of(identity)
    kept = find_wheel(places.wheel(key))
    if kept is not None:
        return kept
    waiting = partial(report.waiting, "Another set-up is compiling llama.cpp for this machine; waiting for it.")
    with FileLock(places.build(key).with_suffix(".lock"), waiting):
        return find_wheel(places.wheel(key)) or _Build(places, key, identity, report).run()


def find_wheel(folder: Path) -> Path | None:
    """Return the whole wheel in `folder`, if there is one; a damaged one is removed."""
    for wheel in folder.glob("*.whl"):
        if _is_whole(wheel):
            return wheel
        wheel.unlink()
    return None


def _is_whole(wheel: Path) -> bool:
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


class _Build:
    """One wheel in the making."""

    def __init__(self, places: Places, key: str, identity: Mapping[str, object], report: Report) -> None:
        self._places = places
        self._folder = places.build(key)
        self._target = places.wheel(key)
        self._identity = identity
        self._report = report
        self._log = self._target / "build.log"
        self._tools = self._folder / "tools"
        self._cmake = self._folder / "cmake"

    def run(self) -> Path:
        toolchain.require_compiler()
        resumed = self._cmake.exists()
        verb = "Going on compiling" if resumed else "Compiling"
        self._report.say(
            f"{verb} llama.cpp for this processor: about 6 minutes on two cores, less on more. This happens once; "
            f"the result is kept in {self._target}"
        )
        self._target.mkdir(parents=True, exist_ok=True)
        if not resumed:
            self._log.unlink(missing_ok=True)
        toolchain.ensure_build_tools(self._places, self._tools, self._log, self._report.say)
        wheel = self._publish(self._compile_or_start_over(self._prepare_source()))
        venv.remove(self._folder)
        self._report.say(f"Compiled {wheel.name}")
        return wheel

    def _prepare_source(self) -> Path:
        """Return the source with what `native` adds; it is there whole or not at all."""
        source = self._folder / "source"
        if source.exists():
            return source
        self._report.say(f"Fetching the source of {PACKAGE}")
        fetched = fetch(self._places, python_in(self._tools), self._folder, self._log)
        add_native(self._places, python_in(self._tools), fetched, self._log)
        return fetched.rename(source)

    def _compile_or_start_over(self, source: Path) -> Path:
        """Compile, in CMake's folder of an interrupted build if there is one; if that fails, once more without it."""
        resumed = self._cmake.exists()
        try:
            return self._compile(source)
        except CommandFailed:
            if not resumed:
                raise
        self._report.say("Going on from the interrupted build did not work; starting it over.")
        venv.remove(self._cmake)
        return self._compile(source)

    def _compile(self, source: Path) -> Path:
        wheels = self._folder / "wheels"
        venv.remove(wheels)
        options = ["-v", "--no-deps", "--no-build-isolation", "--no-cache-dir"]
        self._pip(
            "Compiling llama.cpp",
            ["wheel", *options, "--config-settings", f"build-dir={self._cmake}", "-w", wheels, source],
            watch=_watch_ninja(self._report),
        )
        return only(wheels, "*.whl")

    def _pip(self, what: str, arguments: list[str | Path], watch: Callable[[str], None] | None = None) -> None:
        python = python_in(self._tools)
        env = {"PATH": venv.search_path(python), "CMAKE_ARGS": str(self._identity["cmake_args"])}
        process.run(what, [python, "-m", "pip", *arguments], self._log, watch=watch, **env)

    def _publish(self, wheel: Path) -> Path:
        """Move the finished wheel to where it is kept; a rename, so it is there whole or not at all."""
        write_atomically(self._target / "identity.json", json.dumps(self._identity, indent=2) + "\n")
        return wheel.rename(self._target / wheel.name)


def _watch_ninja(report: Report) -> Callable[[str], None]:
    """Return a reader of ninja's `[n/m]` counts that reports them with an estimate of the time left."""
    begin_s, first = time.monotonic(), 0

    def watch(line: str) -> None:
        nonlocal begin_s, first
        match = _NINJA_STEP.match(line)
        if match is None:
            return
        done, total = int(match[1]), int(match[2])
        if not first:
            begin_s, first = time.monotonic(), done
        report.progress(progress_text(done, total, done - first, time.monotonic() - begin_s))

    return watch


def progress_text(done: int, total: int, measured: int, measured_s: float) -> str:
    """Say how far it is; with the time left once `measured` steps in `measured_s` seconds are enough to tell."""
    text = f"Compiling llama.cpp: {done} of {total}"
    if measured < 10 or done >= total:
        return text
    left_s = measured_s / measured * (total - done)
    return f"{text}, about {duration(left_s)} left"
