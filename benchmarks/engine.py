"""The engine against a bare loop over the binding, in one run: `python -m benchmarks.engine MODEL.gguf`.

Both compute the same random prompts on the same number of threads, in alternation, so that a slow minute of the machine
hits both. The engine is the real worker process, so its figures hold the channel, text and scheduling too.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.bare import BareModel
from benchmarks.worker import BenchWorker
from minerva.wire.messages import Ended

PREFILL, DECODE, STREAMS, STREAM_OUT = 512, 128, 8, 64
SHORT_PROMPT, LONG_PROMPT, LONG_STREAMS, LONG_OUT = 8, 3500, 3, 160

Result = dict[str, float | int | str]
Prompts = Callable[[int], list[int]]


def main() -> None:
    """Run all workloads and print the table, or JSON with `--json`."""
    options = _arguments()
    chance = random.Random(options.seed)  # noqa: S311 - a workload, not a secret
    bare = BareModel(options.model, cells=options.cells, threads=options.threads)
    worker = BenchWorker(options.model, cells=options.cells, threads=options.threads, speculation=False)
    prompt = _prompts(chance, bare.vocabulary)
    workloads: list[tuple[str, Callable[[], float], Callable[[], float]]] = [
        ("prefill 512", lambda: _bare_prefill(bare, prompt), lambda: _engine_prefill(worker, prompt)),
        (
            "decode 128",
            lambda: _bare_decode(bare, prompt, 1, DECODE),
            lambda: _engine_decode(worker, prompt, 1, DECODE),
        ),
        (
            f"{STREAMS} streams, decode {STREAM_OUT}",
            lambda: _bare_decode(bare, prompt, STREAMS, STREAM_OUT),
            lambda: _engine_decode(worker, prompt, STREAMS, STREAM_OUT),
        ),
    ]
    rows = [_paired(name, options.runs, bare_run, engine_run) for name, bare_run, engine_run in workloads]
    bare.close()
    gaps = _gaps(worker, prompt)
    worker.close()
    _report(rows, gaps, options)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--runs", type=int, default=5, help="pairs of each workload")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--cells", type=int, default=8192)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _prompts(chance: random.Random, vocabulary: int) -> Prompts:
    """Return a maker of prompts that share nothing with each other, so that no cache helps."""
    return lambda length: [chance.randrange(vocabulary // 2, vocabulary - 1024) for _ in range(length)]


def _bare_prefill(bare: BareModel, prompt: Prompts) -> float:
    bare.clear()
    tokens = prompt(PREFILL)
    started = time.perf_counter()
    bare.prefill(tokens)
    return PREFILL / (time.perf_counter() - started)


def _engine_prefill(worker: BenchWorker, prompt: Prompts) -> float:
    (ended,) = worker.run([prompt(PREFILL)], 1)
    return PREFILL / ended.prefill_s


def _bare_decode(bare: BareModel, prompt: Prompts, streams: int, count: int) -> float:
    bare.clear()
    tokens = [bare.prefill(prompt(SHORT_PROMPT), sequence) for sequence in range(streams)]
    started = time.perf_counter()
    for step in range(count - 1):
        tokens = bare.decode_together(tokens, [SHORT_PROMPT + step] * streams)
    return streams * (count - 1) / (time.perf_counter() - started)


def _engine_decode(worker: BenchWorker, prompt: Prompts, streams: int, count: int) -> float:
    """The first to arrive decodes a step or two while the others prefill: the median stream has none of that."""
    ended = worker.run([prompt(SHORT_PROMPT) for _ in range(streams)], count)
    return streams * median((end.completion_tokens - 1) / end.decode_s for end in ended)


def _gaps(worker: BenchWorker, prompt: Prompts) -> Result:
    """Return the milliseconds between steps while streams decode, from just before a long prompt arrives."""
    streams = {worker.submit(prompt(64), LONG_OUT) for _ in range(LONG_STREAMS)}
    for _ in range(20):
        worker.step()
    sent = time.perf_counter()
    long, first_s = worker.submit(prompt(LONG_PROMPT), 4), 0.0
    moments = [sent]
    while streams or not first_s:
        news = worker.step()
        if streams:
            moments.append(time.perf_counter())
        for item in news:
            if isinstance(item, Ended):
                streams.discard(item.id)
                first_s = item.queue_s + item.prefill_s if item.id == long else first_s
    gaps = sorted(1000 * (b - a) for a, b in pairwise(moments))
    return {
        "largest_ms": round(gaps[-1]),
        "p99_ms": round(gaps[int(0.99 * len(gaps))]),
        "median_ms": round(median(gaps)),
        "long_prompt_first_token_s": round(first_s, 1),
    }


def _paired(name: str, runs: int, bare: Callable[[], float], engine: Callable[[], float]) -> Result:
    """Run both in alternation, after one run of each that does not count; rates in tokens per second."""
    bare(), engine()
    pairs = [(bare(), engine()) for _ in range(runs)]
    return {
        "workload": name,
        "bare": median(pair[0] for pair in pairs),
        "engine": median(pair[1] for pair in pairs),
        "ratio": median(engine_rate / bare_rate for bare_rate, engine_rate in pairs),
    }


def _report(rows: list[Result], gaps: Result, options: argparse.Namespace) -> None:
    if options.json:
        report = {
            "model": options.model.name,
            "threads": options.threads,
            "runs": options.runs,
            "machine": platform.processor() or platform.machine(),
            "python": platform.python_version(),
            "paired": rows,
            "gaps": gaps,
        }
        json.dump(report, sys.stdout, indent=2)
        return
    lines = [f"{'tokens per second':<24}{'bare':>10}{'engine':>10}{'ratio':>8}"]
    lines += [f"{row['workload']:<24}{row['bare']:>10.1f}{row['engine']:>10.1f}{row['ratio']:>8.3f}" for row in rows]
    described = ", ".join(f"{name} {value}" for name, value in gaps.items())
    lines.append(f"{LONG_STREAMS} streams when a {LONG_PROMPT}-token prompt arrives: {described}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
