"""What attention and the layout of memory cost in a step: `python -m benchmarks.attention MODEL.gguf`.

A plain loop over the binding, without the engine. First a step of some tokens far into a prompt, with flash attention
and without. Then eight prompts of 256 tokens, read 64 tokens of each at a time, and steps in which each goes on by one
token: in one memory, as Minerva has it so that prompts can be shared, and in one for each sequence, as llama-server.
All ways take turns, so that a slow minute of the machine hits each of them.
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
ATTENTION = {"flash": True, "plain": False}
LAYOUTS = {"one memory": True, "one for each": False}

Row = dict[str, float | int | str]


def main() -> None:
    """Measure, and print two tables, or JSON with `--json`."""
    options = _arguments()
    chance = random.Random(1)  # noqa: S311 - a workload, not a secret
    depths, layouts = _depths(options, chance), _layouts(options, chance)
    if options.json:
        json.dump({"model": options.model.name, "depths": depths, "layouts": layouts}, sys.stdout, indent=2)
        return
    lines = [f"{'ms per step':<16}{'behind':>8}" + "".join(f"{size:>8}" for size in SIZES)]
    lines += [
        f"{row['attention']:<16}{row['depth']:>8}" + "".join(f"{row[str(size)]:>8.1f}" for size in SIZES)
        for row in depths
    ]
    lines.append(f"{SEQUENCES} prompts of {PROMPT} tokens")
    lines += [f"{row['layout']:<24}{row['read_s']:>8.2f} s, then {row['step_ms']:.1f} ms a step" for row in layouts]
    sys.stdout.write("\n".join(lines) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a GGUF file with a window of 4,096 tokens or more")
    parser.add_argument("--runs", type=int, default=3, help="of which the median counts, after one that does not")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _depths(options: argparse.Namespace, chance: random.Random) -> list[Row]:
    """Return the milliseconds of steps of `SIZES` tokens behind each of `DEPTHS`."""
    models = {
        name: BareModel(options.model, threads=options.threads, flash_attention=flash)
        for name, flash in ATTENTION.items()
    }
    rows: list[Row] = []
    for depth in DEPTHS:
        for model in models.values():
            model.clear()
            if depth:
                model.prefill(_tokens(model, chance, depth))
        times: dict[str, dict[str, list[float]]] = {name: {str(size): [] for size in SIZES} for name in models}
        for size in SIZES:
            for _ in range(options.runs + 1):
                for name, model in models.items():
                    times[name][str(size)].append(_step_ms(model, chance, depth, size))
        rows += [{"attention": name, "depth": depth, **_medians(times[name])} for name in models]
    for model in models.values():
        model.close()
    return rows


def _step_ms(model: BareModel, chance: random.Random, depth: int, size: int) -> float:
    seconds, _ = timed(model.extend, [(0, depth, _tokens(model, chance, size))])
    model.cut(0, depth)
    return 1000 * seconds


def _medians(times: dict[str, list[float]]) -> dict[str, float]:
    return {size: median(each[1:]) for size, each in times.items()}


def _layouts(options: argparse.Namespace, chance: random.Random) -> list[Row]:
    """Return how long eight prompts take, and a step behind them."""
    models = {
        f"{layout}, {name}": BareModel(
            options.model, threads=options.threads, sequences=SEQUENCES, unified=unified, flash_attention=flash
        )
        for name, flash in ATTENTION.items()
        for layout, unified in LAYOUTS.items()
    }
    read: dict[str, list[float]] = {name: [] for name in models}
    steps: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(options.runs + 1):
        for name, model in models.items():
            model.clear()
            read[name].append(sum(_advance(model, chance, start, PIECE) for start in range(0, PROMPT, PIECE)))
            steps[name].append(1000 * median(_advance(model, chance, PROMPT + step, 1) for step in range(STEPS)))
    for model in models.values():
        model.close()
    return [{"layout": name, "read_s": median(read[name][1:]), "step_ms": median(steps[name][1:])} for name in models]


def _advance(model: BareModel, chance: random.Random, start: int, count: int) -> float:
    parts = [(sequence, start, _tokens(model, chance, count)) for sequence in range(SEQUENCES)]
    return timed(model.extend, parts)[0]


def _tokens(model: BareModel, chance: random.Random, count: int) -> list[int]:
    return [chance.randrange(model.vocabulary // 2, model.vocabulary - 1024) for _ in range(count)]


if __name__ == "__main__":
    main()
