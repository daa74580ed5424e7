"""A client leaves in the middle of a long prompt: `python -m benchmarks.cancel MODEL.gguf`.

The connection is closed while the worker computes a prompt of 3,500 tokens. What is timed, from that moment, is when
the worker's processor time stands still and when its sequence is gone from the list of what runs. Then the same prompt
is sent again, and the answer says how much of it was not computed again.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import httpx
import msgspec
import psutil

from benchmarks.client import Answer, RunFailed, Target, ask
from benchmarks.figures import Spread, spread
from benchmarks.machine import Machine, this_machine
from benchmarks.serve import body
from benchmarks.servers import Server, minerva, minerva_settings
from benchmarks.workloads import Request, Tokens

WINDOW_S, SHARE = 0.1, 0.2
"""Idle is whoever takes less than this share of one core for so long: processor time is told in hundredths."""
_PATH = "/v1/completions"
_POLL_S = 0.005
_WATCH_S = 1.5

Samples = Sequence[tuple[float, float]]
"""Moments, and the processor time until then; seconds."""


class Cancelled(msgspec.Struct, frozen=True):
    """One run; milliseconds from the closing of the connection. `None`: it did not happen while it was watched."""

    idle_ms: float | None
    free_ms: float | None
    reused_tokens: int
    again_s: float


class Report(msgspec.Struct, frozen=True):
    """`whole_s` is the first token of such a prompt that nobody interrupts."""

    machine: Machine
    model: str
    prompt_tokens: int
    after_s: float
    whole_s: float
    runs: list[Cancelled]
    idle_ms: Spread | None
    free_ms: Spread | None


def main() -> None:
    """Measure, and print a table, or JSON with `--json`."""
    options = _arguments()
    machine = this_machine()
    with tempfile.TemporaryDirectory() as folder:
        settings = minerva_settings(threads=options.threads)
        with minerva(Path(folder), options.model, settings) as server:
            try:
                whole, runs = asyncio.run(_measure(server, options))
            except RunFailed as error:
                raise SystemExit(str(error)) from error
    report = Report(
        machine=machine,
        model=options.model.name,
        prompt_tokens=options.prompt,
        after_s=options.after_s,
        whole_s=whole.first_s,
        runs=runs,
        idle_ms=_spread([run.idle_ms for run in runs]),
        free_ms=_spread([run.free_ms for run in runs]),
    )
    print(json.dumps(msgspec.to_builtins(report), indent=2) if options.json else _table(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--prompt", type=int, default=3500, help="tokens")
    parser.add_argument("--after-s", type=float, default=3.0, help="when the client leaves")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tokens", type=int, nargs=2, default=(1000, 30_000), metavar=("FIRST", "LAST"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


async def _measure(server: Server, options: argparse.Namespace) -> tuple[Answer, list[Cancelled]]:
    """Return the answer to a prompt that is computed whole, and what the runs gave."""
    chance = random.Random(options.seed)  # noqa: S311 - a workload, not a secret
    tokens, target = Tokens(*options.tokens), Target(server.url, server.model)
    worker = psutil.Process(server.running()["pid"])
    async with target.client() as client:

        def send(prompt: tuple[int, ...]) -> asyncio.Task[Answer]:
            request = Request("prompt", (prompt,), 1)
            return asyncio.create_task(ask(client, _PATH, body(request, target, "tokens"), request.group))

        whole = await send(tokens.draw(chance, options.prompt))
        runs = []
        for _ in range(options.runs):
            prompt = tokens.draw(chance, options.prompt)
            task = send(prompt)
            await asyncio.sleep(options.after_s)
            if task.done():
                raise RunFailed(f"The prompt was computed within {options.after_s:g} s; give a smaller --after-s.")
            idle_ms, free_ms = await _leave(task, worker, client)
            again = await send(prompt)
            runs.append(Cancelled(idle_ms, free_ms, again.cached_tokens or 0, again.first_s))
        return whole, runs


async def _leave(
    task: asyncio.Task[Answer], worker: psutil.Process, client: httpx.AsyncClient
) -> tuple[float | None, float | None]:
    """Close the connection; return the milliseconds until the processor is idle, and until nothing runs."""
    left_s = time.perf_counter()
    samples = [(left_s, _worked_s(worker))]
    freed = asyncio.create_task(_freed(client))
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    while samples[-1][0] < left_s + _WATCH_S:
        await asyncio.sleep(_POLL_S)
        samples.append((time.perf_counter(), _worked_s(worker)))
    idle_s, free_s = idle_from(samples), await freed
    return tuple(None if moment is None else 1000 * (moment - left_s) for moment in (idle_s, free_s))  # type: ignore[return-value]  # two in, two out


async def _freed(client: httpx.AsyncClient) -> float | None:
    """Return the moment at which the worker has no sequence any more."""
    deadline_s = time.perf_counter() + _WATCH_S
    while time.perf_counter() < deadline_s:
        await asyncio.sleep(_POLL_S)
        (model,) = (await client.get("/api/minerva/v1/ps")).json()["models"]
        if not model["running"] and not model["waiting"]:
            return time.perf_counter()
    return None


def _worked_s(worker: psutil.Process) -> float:
    times = worker.cpu_times()
    return float(times.user + times.system)


def idle_from(samples: Samples) -> float | None:
    """Return the first moment from which on, for `WINDOW_S`, next to no processor time was taken."""
    for at, (moment, worked_s) in enumerate(samples):
        until = next((worked for later, worked in samples[at:] if later >= moment + WINDOW_S), None)
        if until is None:
            return None
        if until - worked_s < SHARE * WINDOW_S:
            return moment
    return None


def _spread(values: Sequence[float | None]) -> Spread | None:
    """Return the spread of values that are all there."""
    known = [value for value in values if value is not None]
    return spread(known) if len(known) == len(values) else None


def _table(report: Report) -> str:
    lines = [
        f"{report.prompt_tokens} tokens, left after {report.after_s:g} s; computed whole in {report.whole_s:.2f} s"
    ]
    lines.append(f"{'idle, ms':>12}{'free, ms':>12}{'reused':>10}{'again, s':>10}")
    for run in report.runs:
        idle, free = ("never" if one is None else f"{one:.0f}" for one in (run.idle_ms, run.free_ms))
        lines.append(f"{idle:>12}{free:>12}{run.reused_tokens:>10}{run.again_s:>10.2f}")
    lines.append("150 ms at most are wanted for both")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
