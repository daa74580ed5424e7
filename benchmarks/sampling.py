"""What a step spends on choosing tokens: `python -m benchmarks.sampling MODEL.gguf`.

The model is loaded in this process, and one batch gives each sequence its logits. Then the tokens of all sequences are
chosen one after the other, and as the engine does it, in alternation, so that a slow minute of the machine hits both.
Costs grow with the vocabulary, so the model should have a large one; what else it has does not matter.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from minerva.core.model import LoadOptions, MemoryPlan, ModelSpec
from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions
from minerva.engine.batch import Batch
from minerva.engine.chooser import Chooser
from minerva.engine.choosing import Choosing, Turn
from minerva.engine.llama.backend import LlamaBackend
from minerva.engine.llama.load import load
from minerva.engine.sequence import Sequence
from minerva.engine.text import TextStream
from minerva.wire.messages import Generate

SEQUENCES = (1, 4, 8, 16)
WAYS: dict[str, tuple[dict[str, Any], int | None]] = {
    "greedy": ({"temperature": 0.0}, None),
    "top_k 40, top_p, min_p": ({"temperature": 0.8, "top_k": 40, "top_p": 0.95, "min_p": 0.05}, None),
    "with a repeat penalty": ({"temperature": 0.8, "top_k": 40, "repeat_penalty": 1.1}, None),
    "without top_k": ({"temperature": 0.8, "top_k": 0, "top_p": 0.95}, None),
    "greedy, log probabilities": ({"temperature": 0.0}, 5),
}
"""Sampling parameters, and how many alternatives are reported."""

Row = dict[str, float | int | str]


def main() -> None:
    """Measure every way with every number of sequences, and print the table, or JSON with `--json`."""
    options = _arguments()
    backend = _load(options.model, options.threads)
    rows = [_compare(backend, way, count, options) for way in WAYS for count in SEQUENCES]
    if options.json:
        head = {"model": options.model.name, "vocabulary": backend.vocabulary.size, "threads": options.threads}
        json.dump({**head, "rows": rows}, sys.stdout, indent=2)
        return
    lines = [f"{'ms per step':<28}{'sequences':>10}{'in turn':>10}{'engine':>10}{'ratio':>8}"]
    lines += [
        f"{row['way']:<28}{row['sequences']:>10}{row['turn']:>10.3f}{row['engine']:>10.3f}{row['ratio']:>8.2f}"
        for row in rows
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--runs", type=int, default=15, help="steps of each kind")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _load(path: Path, threads: int) -> LlamaBackend:
    """Load the model and compute a batch with a row of logits for each sequence."""
    spec = ModelSpec(
        name=path.stem,
        paths=(str(path),),
        context_length=512,
        kv_cells=512,
        gpu_layers=0,
        options=LoadOptions(threads=threads),
        memory=MemoryPlan(0, 0, 0),
    )
    backend = load(spec, lambda _fraction: None, lambda _level, _line: None).backend
    if not isinstance(backend, LlamaBackend):
        raise SystemExit(f"{path} writes no text.")
    batch = Batch()
    for slot in range(max(SEQUENCES)):
        batch.add(slot, [100 + 7 * slot], 0, last_output=True)
    backend.decode(batch)
    return backend


def _turns(backend: LlamaBackend, way: str, count: int) -> list[Turn]:
    sampling, alternatives = WAYS[way]
    turns = []
    for row in range(count):
        params = resolve(SamplingOptions(seed=row, **sampling))
        request = Generate(id=row, request_id=str(row), prompt=[0], sampling=params, logprobs=alternatives)
        sequence = Sequence(
            request=request,
            tokens=[0],
            prompt_length=1,
            window=512,
            arrived_s=0.0,
            text=TextStream(()),
            wanted=np.zeros(1, dtype=np.int32),
            sampler=backend.sampler(params, [0]),
        )
        turns.append((sequence, row))
    return turns


def _compare(backend: LlamaBackend, way: str, count: int, options: argparse.Namespace) -> Row:
    """Choose in both ways in alternation, after one step of each that does not count."""
    turns, chooser, choosing = _turns(backend, way, count), Chooser(backend), Choosing(backend, options.threads)

    def in_turn() -> None:
        for sequence, row in turns:
            chooser.choose(sequence, row)

    def as_the_engine() -> None:
        choosing.look_ahead(turns)
        for sequence, row in turns:
            choosing.choose(sequence, row)

    pairs = [(_ms(in_turn), _ms(as_the_engine)) for _ in range(options.runs + 1)][1:]
    return {
        "way": way,
        "sequences": count,
        "turn": median(turn for turn, _ in pairs),
        "engine": median(engine for _, engine in pairs),
        "ratio": median(engine / turn for turn, engine in pairs),
    }


def _ms(step: Callable[[], None]) -> float:
    started = time.perf_counter()
    step()
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
