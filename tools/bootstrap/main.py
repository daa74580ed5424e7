"""Decide what is missing and do it. When nothing is, this takes a moment and prints nothing."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from types import FrameType

from tools.bootstrap.environment import DEV, RUNTIME, Environment
from tools.bootstrap.errors import SetupError
from tools.bootstrap.identity import key_of, wheel_identity
from tools.bootstrap.lock import FileLock
from tools.bootstrap.places import Places, find_places
from tools.bootstrap.report import Report
from tools.bootstrap.stamp import digest_of_file, write_atomically
from tools.bootstrap.wheel import ensure_wheel

INTERRUPTED = 130


def run(arguments: Sequence[str]) -> int:
    """Set up this checkout; return the exit status."""
    options = _parse(arguments)
    places = find_places()
    for number in _ending_signals():
        signal.signal(number, _interrupt)
    try:
        identity = wheel_identity(digest_of_file(places.lock_file("llama")), chosen_cmake_args(places))
        if options.wheel_folder:
            print(places.wheel(key_of(identity)))
        else:
            _set_up(places, DEV if options.dev or options.starter else RUNTIME, identity, starter=options.starter)
    except (SetupError, OSError) as error:
        print(f"\nSet-up stopped. {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nSet-up was interrupted. Run it again: it goes on from what is finished.", file=sys.stderr)
        return INTERRUPTED
    return 0


def _set_up(places: Places, profile: str, identity: dict[str, object], *, starter: bool) -> None:
    report = Report()
    environment = Environment(places, key_of(identity))

    waiting = partial(report.waiting, "Another set-up is at work in this checkout; waiting for it.")
    with FileLock(places.state / "lock", waiting):
        has_starter = not starter or environment.has_starter()
        if environment.has_packages(profile) and environment.has_project() and has_starter:
            return
        if not environment.has_packages(profile):
            environment.install_packages(profile, ensure_wheel(places, identity, report), report)
        if not environment.has_project():
            environment.install_project(report)
        if starter and not environment.has_starter():
            environment.install_starter(report)
        report.say("Ready")


def chosen_cmake_args(places: Places) -> str:
    """Return `CMAKE_ARGS`; where the environment is silent, what it said the last time in this checkout."""
    remembered = places.state / "cmake-args"
    if "CMAKE_ARGS" in os.environ:
        write_atomically(remembered, os.environ["CMAKE_ARGS"])
    try:
        return remembered.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m tools.setup", description="Make this checkout ready to run.")
    parser.add_argument("--dev", action="store_true", help="also install what tests and checks need")
    parser.add_argument("--starter", action="store_true", help="also install what trains the starter model")
    parser.add_argument(
        "--wheel-folder", action="store_true", help="print where the compiled llama-cpp-python is kept, and stop"
    )
    return parser.parse_args(arguments)


def _ending_signals() -> list[signal.Signals]:
    names = ("SIGTERM", "SIGHUP", "SIGBREAK")
    return [getattr(signal, name) for name in names if hasattr(signal, name)]


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
