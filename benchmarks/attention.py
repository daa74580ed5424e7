"""What attention and the layout of memory cost in a step: `python -m benchmarks.attention MODEL.gguf`.

A plain loop over the binding, without the engine. First a step of some tokens far into a prompt, with flash attention
and without. Then eight prompts of 256 tokens, read 64 tokens of each at a time, and steps in which each goes on by one
token: in one memory, as Minerva has it so that prompts can be shared, and in one for each sequence, as llama-server.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from statistics import median

from benchmarks.bare import BareModel, timed

DEPTHS = (0, 1000, 2000, 3400)
SIZES = (1, 8, 16, 24, 48, 63, 64, 128)
SEQUENCES, PROMPT, PIECE, STEPS = 8, 256, 64, 24
LAYOUTS = {
    "one memory, flash attention": (True, True),
    "one for each, flash attention": (False, True),
    "one memory, without": (True, False),
    "one for each, without": (False, False),
}
"""Whether memory is one for all, and whether attention is flash attention."""

Row = dict[str, float | int | str]


def main() -> None:
    """Measure, and print two tables, or JSON with `--json`."""
    options = _arguments()
    chance = random.Random(1)  # noqa: S311 - a workload, not a secret
    depths = [row for flash in (True, False) for row in _depths(options, chance, flash=flash)]
    layouts = [_layout(options, chance, name, unified=one, flash=flash) for name, (one, flash) in LAYOUTS.items()]
    if options.json:
        json.dump({"model": options.model.name, "depths": depths, "layouts": layouts}, sys.stdout, indent=2)
        return
    lines = [f"{'ms per step':<20}{'behind':>8}" + "".join(f"{size:>8}" for size in SIZES)]
    lines += [
        f"{row['attention']:<20}{row['depth']:>8}" + "".join(f"{row[str(size)]:>8.1f}" for size in SIZES)
        for row in depths
    ]
    lines.append(f"{SEQUENCES} prompts of {PROMPT} tokens")
    lines += [f"{row['layout']:<32}{row['read_s']:>8.2f} s, then {row['step_ms']:.1f} ms a step" for row in layouts]
    sys.stdout.write("\n".join(lines) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _depths(options: argparse.Namespace, chance: random.Random, *, flash: bool) -> list[Row]:
    """Return the milliseconds of steps of `SIZES` tokens behind each of `DEPTHS`."""
    model = BareModel(options.model, threads=options.threads, flash_attention=flash)
    rows = []
    for depth in DEPTHS:
        model.clear()
        if depth:
            model.prefill(_tokens(chance, depth))
        times = {str(size): _step_ms(model, chance, depth, size, options.runs) for size in SIZES}
        rows.append({"attention": "flash" if flash else "plain", "depth": depth, **times})
    model.close()
    return rows


def _step_ms(model: BareModel, chance: random.Random, depth: int, size: int, runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        times.append(timed(model.extend, [(0, depth, _tokens(chance, size))])[0])
        model.cut(0, depth)
    return 1000 * median(times[1:])


def _layout(options: argparse.Namespace, chance: random.Random, name: str, *, unified: bool, flash: bool) -> Row:
    model = BareModel(
        options.model, threads=options.threads, sequences=SEQUENCES, unified=unified, flash_attention=flash
    )
    read, steps = list[float](), list[float]()
    for _ in range(options.runs):
        model.clear()
        read.append(sum(_advance(model, chance, start, PIECE) for start in range(0, PROMPT, PIECE)))
        steps += [_advance(model, chance, PROMPT + step, 1) for step in range(STEPS)]
    model.close()
    return {"layout": name, "read_s": median(read), "step_ms": 1000 * median(steps)}


def _advance(model: BareModel, chance: random.Random, start: int, count: int) -> float:
    return timed(model.extend, [(sequence, start, _tokens(chance, count)) for sequence in range(SEQUENCES)])[0]


def _tokens(chance: random.Random, count: int) -> list[int]:
    return [chance.randrange(1000, 30000) for _ in range(count)]


if __name__ == "__main__":
    main()
