"""Many clients for a long time: `python -m benchmarks.soak [MODEL.gguf] --minutes 10`.

Each of 64 clients holds conversations of up to four turns with the model, by default the starter model, at temperature
0.7 with seeds of its own, and leaves in the middle of each fiftieth answer. All share a system prompt. Every five
seconds the resident memory of the server and of its worker is read. What is wanted: no error, memory that is flat
within 3 % after the first minute, and in the last minute at least 0.97 of the tokens of the second.

Computed prompts in RAM and on disk are bounded by `--ram` and `--disk`, which are little, so that they are as many as
they may be within the first minute: what grows from then on is no cache, and no list of what is in one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import psutil

from benchmarks.client import RunFailed, Target, events
from benchmarks.machine import Machine, this_machine
from benchmarks.serve import words
from benchmarks.servers import Server, minerva, minerva_settings

TURNS = 4
_PATH = "/v1/chat/completions"
_SYSTEM = "You are a helpful assistant."
_SAMPLE_S = 5.0
_MINUTE_S = 60.0
_MIB = 1024 * 1024


class Memory(msgspec.Struct, frozen=True):
    """Resident bytes at a moment, seconds from the beginning."""

    at_s: float
    server: int
    worker: int


class Report(msgspec.Struct, frozen=True):
    """`growth` is the largest distance from what there was after a minute, as a part of it; by process."""

    machine: Machine
    model: str
    clients: int
    minutes: float
    answers: int
    left: int
    errors: dict[str, int]
    restarts: int
    tokens_per_minute: list[int]
    last_to_second: float | None
    growth: dict[str, float]
    memory: list[Memory]


@dataclass
class Soak:
    """What the clients have seen so far."""

    target: Target
    begun_s: float
    end_s: float
    tokens: list[tuple[float, int]] = field(default_factory=list)
    """When an answer ended, seconds from the beginning, and how many tokens it had."""
    errors: Counter[str] = field(default_factory=Counter)
    left: int = 0

    async def client(self, http: httpx.AsyncClient, chance: random.Random, leave_every: int) -> None:
        """Talk until the time is over."""
        said: list[dict[str, str]] = []
        while time.perf_counter() < self.end_s:
            if len(said) >= 2 * TURNS:
                said = []
            said.append({"role": "user", "content": words(tuple(chance.sample(range(1000), chance.randint(4, 24))))})
            leaves = leave_every > 0 and chance.randrange(leave_every) == 0
            try:
                text = await self._answer(http, _body(self.target, said, chance), leaves=leaves)
            except (RunFailed, httpx.HTTPError, ValueError) as error:
                self.errors[f"{type(error).__name__}: {error}"[:300]] += 1
                await asyncio.sleep(1)  # a server that is gone would be asked thousands of times a second
                text = None
            said = [] if text is None else [*said, {"role": "assistant", "content": text}]

    async def _answer(self, http: httpx.AsyncClient, body: dict[str, Any], *, leaves: bool) -> str | None:
        """Return the text of an answer; `None` if the client left. Raises `RunFailed`, and errors of the connection."""
        parts = []
        async with http.stream("POST", _PATH, json=body) as response:
            async for part in response.aiter_raw():
                parts.append((time.perf_counter(), part))
                if leaves and len(parts) > 3:
                    self.left += 1
                    return None
        if response.status_code != 200:
            raise RunFailed(f"status {response.status_code}: {b''.join(part for _, part in parts)[:200]!r}")
        text, usage = "", None
        for _, event in events(parts):
            if "error" in event:
                raise RunFailed(f"an error in the stream: {event['error']}")
            usage = event.get("usage") or usage
            text += "".join(choice["delta"].get("content") or "" for choice in event["choices"])
        if usage is None:
            raise RunFailed("a stream ended without its usage")
        self.tokens.append((time.perf_counter() - self.begun_s, usage["completion_tokens"]))
        return text


def main() -> None:
    """Run, and print the figures, or JSON with `--json`."""
    options = _arguments()
    machine = this_machine()
    with tempfile.TemporaryDirectory() as folder:
        settings = minerva_settings(threads=options.threads, slots=options.slots)
        settings |= {"MINERVA_CACHE_RAM": options.ram, "MINERVA_CACHE_DISK": options.disk}
        with minerva(Path(folder), options.model, settings) as server:
            report = asyncio.run(_soak(server, machine, options))
    print(json.dumps(msgspec.to_builtins(report), indent=2) if options.json else _table(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", type=Path, help="GGUF file of a chat model; unset: the starter model")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--threads", type=int, help="unset: as Minerva chooses")
    parser.add_argument("--slots", type=int, help="requests at once; unset: as Minerva chooses")
    parser.add_argument("--ram", default="64MiB", help="for computed prompts, as the setting `cache.ram`")
    parser.add_argument("--disk", default="256MiB", help="for the same on disk, as the setting `cache.disk`")
    parser.add_argument("--leave-every", type=int, default=50, help="of so many answers one is left; 0: none")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


async def _soak(server: Server, machine: Machine, options: argparse.Namespace) -> Report:
    begun_s = time.perf_counter()
    soak = Soak(Target(server.url, server.model), begun_s, begun_s + options.minutes * _MINUTE_S)
    worker = server.running()["pid"]
    chances = (random.Random(f"{options.seed}/soak/{number}") for number in range(options.clients))  # noqa: S311
    async with soak.target.client() as http:
        watching = asyncio.create_task(_watch(server.process.pid, worker, soak.begun_s, soak.end_s))
        await asyncio.gather(*(soak.client(http, chance, options.leave_every) for chance in chances))
        memory = await watching
    rates = per_minute(soak.tokens, options.minutes)
    return Report(
        machine=machine,
        model=options.model.name if options.model else "starter",
        clients=options.clients,
        minutes=options.minutes,
        answers=len(soak.tokens),
        left=soak.left,
        errors=dict(soak.errors),
        restarts=server.running()["restarts"],
        tokens_per_minute=rates,
        last_to_second=rates[-1] / rates[1] if len(rates) > 2 and rates[1] else None,
        growth={name: growth([(one.at_s, getattr(one, name)) for one in memory]) for name in ("server", "worker")},
        memory=memory,
    )


def _body(target: Target, said: list[dict[str, str]], chance: random.Random) -> dict[str, Any]:
    return {
        "model": target.model,
        "messages": [{"role": "system", "content": _SYSTEM}, *said],
        "max_tokens": chance.choice((16, 32, 64, 96)),
        "temperature": 0.7,
        "seed": chance.randrange(2**31),
        "stream": True,
        "stream_options": {"include_usage": True},
    }


async def _watch(server: int, worker: int, begun_s: float, end_s: float) -> list[Memory]:
    """Return what was resident every five seconds; 0 of a process that is gone."""
    samples = []
    while (now_s := time.perf_counter()) < end_s:
        samples.append(Memory(round(now_s - begun_s, 1), _resident(server), _resident(worker)))
        await asyncio.sleep(min(_SAMPLE_S, max(end_s - time.perf_counter(), 0)))
    return samples


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def per_minute(ended: Sequence[tuple[float, int]], minutes: float) -> list[int]:
    """Return the tokens of the answers that ended in each whole minute."""
    totals = [0] * int(minutes)
    for at_s, tokens in ended:
        if at_s < _MINUTE_S * len(totals):
            totals[int(at_s / _MINUTE_S)] += tokens
    return totals


def growth(samples: Sequence[tuple[float, int]]) -> float:
    """Return the largest distance from the first value after a minute, as a part of it; 0 if there is none."""
    later = [value for at_s, value in samples if at_s >= _MINUTE_S]
    return max((abs(value / later[0] - 1) for value in later), default=0.0) if later and later[0] else 0.0


def _table(report: Report) -> str:
    ratio = "not known" if report.last_to_second is None else f"{report.last_to_second:.3f}"
    flat = ", ".join(f"{name} {share:.1%}" for name, share in report.growth.items())
    lines = [
        f"{report.clients} clients, {report.minutes:g} minutes, {report.model}: {report.answers} answers, "
        f"{report.left} left by their clients, {sum(report.errors.values())} errors, {report.restarts} restarts",
        *(f"  {count} times {error}" for error, count in report.errors.items()),
        f"tokens in each minute: {', '.join(map(str, report.tokens_per_minute))}",
        f"last to second: {ratio} (0.97 at least is wanted)",
        f"memory after the first minute, largest change: {flat} (3 % at most is wanted)",
    ]
    step = max(1, len(report.memory) // 12)
    lines += [
        f"  {one.at_s:>6.0f} s: server {one.server / _MIB:.1f} MiB, worker {one.worker / _MIB:.1f} MiB"
        for one in report.memory[::step]
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
