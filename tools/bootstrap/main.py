"""Decide what is missing and do it. When nothing is, this takes a moment and prints nothing."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from types import FrameType

from tools.bootstrap.browser import ensure_browser
from tools.bootstrap.environment import DEV, RUNTIME, Environment
from tools.bootstrap.errors import SetupError
from tools.bootstrap.identity import key_of, wheel_identity
from tools.bootstrap.lock import FileLock
from tools.bootstrap.places import Places, find_places
from tools.bootstrap.report import Report
from tools.bootstrap.source import native_digest
from tools.bootstrap.stamp import digest_of_file, write_atomically
from tools.bootstrap.web import Web
from tools.bootstrap.wheel import ensure_wheel

INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Set up this checkout; return the exit status."""
    options = _parse(arguments)
    places = find_places()
    for number in _ending_signals():
        signal.signal(number, _interrupt)
    try:
        sdist = digest_of_file(places.lock_file("llama"))
        identity = wheel_identity(sdist, native_digest(places), chosen_cmake_args(places))
        if options.wheel_folder:
            print(places.wheel(key_of(identity)))
        else:
            profile = DEV if options.dev or options.starter or options.browser else RUNTIME
            _set_up(places, profile, identity, starter=options.starter, browser=options.browser)
    except (SetupError, OSError) as error:
        print(f"\nSet-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted. Run it again: it goes on from what is finished.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _set_up(places: Places, profile: str, identity: dict[str, object], *, starter: bool, browser: bool) -> None:
    report = Report()
    waiting = partial(report.waiting, "Another set-up is at work in this checkout; waiting for it.")
    with FileLock(places.state / "lock", waiting):
        did = [
            _fill_environment(places, profile, identity, report, starter=starter),
            Web(places).install(report, packages=profile == DEV),
            browser and ensure_browser(places, report),
        ]
        if any(did):
            report.say("Ready")


def _fill_environment(
    places: Places, profile: str, identity: dict[str, object], report: Report, *, starter: bool
) -> bool:
    """Return whether anything was missing."""
    environment = Environment(places, key_of(identity))
    has_packages, has_project = environment.has_packages(profile), environment.has_project()
    has_starter = not starter or environment.has_starter()
    if has_packages and has_project and has_starter:
        return False
    if not has_packages:
        environment.install_packages(profile, ensure_wheel(places, identity, report), report)
    if not environment.has_project():
        environment.install_project(report)
    if starter and not environment.has_starter():
        environment.install_starter(report)
    return True


def chosen_cmake_args(places: Places) -> str:
    """Return `CMAKE_ARGS`, and remember them; where the environment is silent, what it said the last time."""
    if "CMAKE_ARGS" in os.environ:
        write_atomically(_remembered(places), os.environ["CMAKE_ARGS"])
    return remembered_cmake_args(places)


def remembered_cmake_args(places: Places) -> str:
    """Return the `CMAKE_ARGS` that this checkout was set up with the last time."""
    try:
        return _remembered(places).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _remembered(places: Places) -> Path:
    return places.state / "cmake-args"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m tools.setup", description="Make this checkout ready to run.")
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    parser.add_argument("--starter", action="store_true", help="also install what trains the starter model")
    parser.add_argument("--browser", action="store_true", help="the same as --dev, with a Chromium for browser tests")
    parser.add_argument(
        "--wheel-folder", action="store_true", help="print where the compiled llama-cpp-python is kept, and stop"
    )
    return parser.parse_args(arguments)


def _ending_signals() -> list[signal.Signals]:
    names = ("SIGTERM", "SIGHUP", "SIGBREAK")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
