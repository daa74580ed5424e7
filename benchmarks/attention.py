"""What attention and the layout of memory cost in a step: `python -m benchmarks.attention MODEL.gguf`.

A plain loop over the binding, without the engine, with llama.cpp as set-up compiled it and as it is (`WAYS`; the latter
is that of `python -m benchmarks.llama_server`, which has to be there). First a step of some tokens far into a prompt.
Then eight prompts of 256 tokens, read 64 tokens of each at a time, and steps in which each goes on by one token: in one
memory, as Minerva has it so that prompts can be shared, and in one for each sequence, as llama-server. Each way is a
process of its own, and all take turns, so that a slow minute of the machine hits each of them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from benchmarks.bare import BareModel, timed
from benchmarks.llama_server import built
from tools.bootstrap.places import find_places

DEPTHS = (0, 1000, 3400)
SIZES = (1, 3, 8, 16, 24, 48, 64, 128)
SEQUENCES, PROMPT, PIECE, STEPS = 8, 256, 64, 24
_LIBRARIES = "LLAMA_CPP_LIB_PATH"
"""Where the binding looks for libraries in place of its own, when a process begins."""
LAYOUTS = {"one memory": True, "one for each": False}
WAYS: dict[str, tuple[bool, bool]] = {
    "Minerva": (True, True),
    "llama.cpp": (False, True),
    "llama.cpp, no flash": (False, False),
}
"""Whether it is what set-up compiled, and whether attention is flash attention."""

T = TypeVar("T")
Row = dict[str, float | int | str]


class Way:
    """A process with one model, which does what it is told and tells how long it took."""

    def __init__(self, path: Path, threads: int, libraries: Path | None, *, flash: bool) -> None:
        """Start it, with the libraries in a folder, or with those that set-up installed."""
        before = os.environ.pop(_LIBRARIES, None)
        if libraries:
            os.environ[_LIBRARIES] = str(libraries)
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._options = {"path": path, "threads": threads, "flash_attention": flash}
        self.call(os.getpid)  # it begins with its first call, and has the environment of then
        os.environ.pop(_LIBRARIES, None)
        if before is not None:
            os.environ[_LIBRARIES] = before

    def load(self, **more: Any) -> None:
        """Load the model, in place of the one before."""
        self.call(_load, {**self._options, **more})

    def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Return what a function returns there."""
        return self._pool.submit(function, *arguments).result()

    def close(self) -> None:
        """End the process."""
        self._pool.shutdown()


def main() -> None:
    """Measure, and print two tables, or JSON with `--json`."""
    options = _arguments()
    program = built(find_places())
    if program is None:
        raise SystemExit("There is no llama.cpp to compare with. Run python -m benchmarks.llama_server first.")
    ways = {
        name: Way(options.model, options.threads, None if ours else program.parent, flash=flash)
        for name, (ours, flash) in WAYS.items()
    }
    depths, layouts = _depths(ways, options.runs), _layouts(ways, options.runs)
    for way in ways.values():
        way.close()
    if options.json:
        json.dump({"model": options.model.name, "depths": depths, "layouts": layouts}, sys.stdout, indent=2)
        return
    lines = [f"{'ms per step':<20}{'behind':>8}" + "".join(f"{size:>8}" for size in SIZES)]
    lines += [
        f"{row['way']:<20}{row['depth']:>8}" + "".join(f"{row[str(size)]:>8.1f}" for size in SIZES) for row in depths
    ]
    lines.append(f"{SEQUENCES} prompts of {PROMPT} tokens")
    lines += [f"{row['layout']:<36}{row['read_s']:>8.2f} s, then {row['step_ms']:.1f} ms a step" for row in layouts]
    sys.stdout.write("\n".join(lines) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a GGUF file with a window of 4,096 tokens or more")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts, after one that does not")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _depths(ways: dict[str, Way], runs: int) -> list[Row]:
    """Return the milliseconds of steps of `SIZES` tokens behind each of `DEPTHS`."""
    rows: list[Row] = []
    for way in ways.values():
        way.load()
    for depth in DEPTHS:
        for way in ways.values():
            way.call(_go_to, depth)
        found: dict[str, Row] = {name: {"way": name, "depth": depth} for name in ways}
        for size in SIZES:
            times = [[way.call(_step_ms, depth, size) for way in ways.values()] for _ in range(runs + 1)]
            for name, each in zip(ways, zip(*times[1:], strict=True), strict=True):
                found[name][str(size)] = median(each)
        rows += found.values()
    return rows


def _layouts(ways: dict[str, Way], runs: int) -> list[Row]:
    """Return how long eight prompts take, and a step behind them."""
    rows: list[Row] = []
    for layout, unified in LAYOUTS.items():
        for way in ways.values():
            way.load(sequences=SEQUENCES, unified=unified)
        read = [[way.call(_read_s) for way in ways.values()] for _ in range(runs + 1)]
        steps = [[way.call(_answer_ms) for way in ways.values()] for _ in range(runs + 1)]
        pairs = zip(ways, zip(*read[1:], strict=True), zip(*steps[1:], strict=True), strict=True)
        rows += [
            {"layout": f"{layout}, {name}", "read_s": median(reads), "step_ms": median(answers)}
            for name, reads, answers in pairs
        ]
    return rows


_chance = random.Random(1)  # noqa: S311 - a workload, not a secret
_model: list[BareModel] = []
"""The one model of a process."""


def _load(options: dict[str, Any]) -> None:
    while _model:
        _model.pop().close()
    _model.append(BareModel(**options))


def _go_to(depth: int) -> None:
    _model[0].clear()
    if depth:
        _model[0].prefill(_tokens(depth))


def _step_ms(depth: int, size: int) -> float:
    seconds, _ = timed(_model[0].extend, [(0, depth, _tokens(size))])
    _model[0].cut(0, depth)
    return 1000 * seconds


def _read_s() -> float:
    _model[0].clear()
    return sum(_advance(start, PIECE) for start in range(0, PROMPT, PIECE))


def _answer_ms() -> float:
    times = [1000 * _advance(PROMPT + step, 1) for step in range(STEPS)]
    for sequence in range(SEQUENCES):
        _model[0].cut(sequence, PROMPT)
    return median(times)


def _advance(start: int, count: int) -> float:
    return timed(_model[0].extend, [(sequence, start, _tokens(count)) for sequence in range(SEQUENCES)])[0]


def _tokens(count: int) -> list[int]:
    return [_chance.randrange(_model[0].vocabulary // 2, _model[0].vocabulary - 1024) for _ in range(count)]


if __name__ == "__main__":
    main()
