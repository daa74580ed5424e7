"""A conversation goes on after its server was restarted: `python -m benchmarks.restart MODEL.gguf`.

A server answers a prompt, ends a second later, and is started again with the same folders. What is timed is the first
token of the next turn, and beside it the first token of a prompt of the same length that nobody ever computed. Both
servers are ready, with the model in memory, when they are asked. `--kill` ends the first one by a signal that it cannot
hear.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from pathlib import Path

import msgspec

from benchmarks.client import Answer, RunFailed, Target, ask
from benchmarks.figures import Spread, ratios, spread
from benchmarks.machine import Machine, this_machine
from benchmarks.serve import body
from benchmarks.servers import Server, minerva, minerva_settings
from benchmarks.workloads import Ids, Request, Tokens

ANSWER, QUESTION = 32, 64
_PATH = "/v1/completions"


class Report(msgspec.Struct, frozen=True):
    """Seconds to the first token, and tokens of the prompt that came from the disk; `ratio` is restored to computed."""

    machine: Machine
    model: str
    prompt_tokens: int
    restored_s: Spread
    computed_s: Spread
    ratio: Spread
    cached_tokens: list[int]


def main() -> None:
    """Measure, and print two lines, or JSON with `--json`."""
    options = _arguments()
    machine, pairs = this_machine(), []
    for run in range(options.runs):
        # A folder for each run: nothing is found but what the run itself has left.
        with tempfile.TemporaryDirectory() as folder:
            try:
                pairs.append(_run(Path(folder), run, options))
            except RunFailed as error:
                raise SystemExit(str(error)) from error
    restored, computed = ([pair[at].first_s for pair in pairs] for at in (0, 1))
    report = Report(
        machine=machine,
        model=options.model.name,
        prompt_tokens=pairs[0][0].prompt_tokens,
        restored_s=spread(restored),
        computed_s=spread(computed),
        ratio=ratios(restored, computed),
        cached_tokens=[pair[0].cached_tokens or 0 for pair in pairs],
    )
    print(json.dumps(msgspec.to_builtins(report), indent=2) if options.json else _table(report))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--prompt", type=int, default=2000, help="tokens of the first turn")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kill", action="store_true", help="end the first server without a warning")
    parser.add_argument("--settle-s", type=float, default=1.0, help="from the answer to the end of the server")
    parser.add_argument("--tokens", type=int, nargs=2, default=(1000, 30_000), metavar=("FIRST", "LAST"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _run(folder: Path, run: int, options: argparse.Namespace) -> tuple[Answer, Answer]:
    """Return the answer of the next turn, and that of a new prompt of its length."""
    chance = random.Random(f"{options.seed}/restart/{run}")  # noqa: S311 - a workload, not a secret
    tokens, settings = Tokens(*options.tokens), minerva_settings(threads=options.threads)
    first, (forced,) = tokens.draw(chance, options.prompt), tokens.draw(chance, 1)
    later = (*first, *[forced] * ANSWER, *tokens.draw(chance, QUESTION))
    with minerva(folder, options.model, settings) as server:
        _ask(server, Request("first", (first,), ANSWER, forced=forced))
        time.sleep(options.settle_s)
        if options.kill:
            for one in server.tree:
                one.kill()
    with minerva(folder, options.model, settings) as server:
        # What a new process does once (memory is touched, graphs are made) is neither's.
        _ask(server, Request("warm-up", (tokens.draw(chance, 512),), 8))
        restored = _ask(server, _one_token(later))
        return restored, _ask(server, _one_token(tokens.draw(chance, len(later))))


def _one_token(prompt: Ids) -> Request:
    return Request("next", (prompt,), 1)


def _ask(server: Server, request: Request) -> Answer:
    async def send() -> Answer:
        target = Target(server.url, server.model)
        async with target.client() as client:
            return await ask(client, _PATH, body(request, target, "tokens"), request.group)

    return asyncio.run(send())


def _table(report: Report) -> str:
    rows = (("after a restart", report.restored_s), ("computed anew", report.computed_s))
    lines = [f"first token of {report.prompt_tokens} tokens, s"]
    lines += [f"  {name:<18}{one.median:>8.3f}  ({one.low:.3f} to {one.high:.3f})" for name, one in rows]
    ratio = report.ratio
    lines.append(f"  {'ratio':<18}{ratio.median:>8.3f}  ({ratio.low:.3f} to {ratio.high:.3f}); 0.15 at most is wanted")
    lines.append(f"  tokens that were found: {', '.join(map(str, report.cached_tokens))}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
