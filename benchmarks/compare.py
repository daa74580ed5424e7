"""Minerva and llama-server, side by side: `python -m benchmarks.compare MODEL.gguf --output build/compare`.

Both are started with the same file and threads and eight slots, and else with their own defaults. They run each
workload in alternation, and while one is measured the other is stopped where it is. Prompts are the same for both, and
new for each run. Then a second Minerva, whose KV cache is too small for the conversations, runs those against the same
peer.

Servers that run already are compared with `--minerva URL --peer URL`, and `--small URL` for the second Minerva; nobody
stops those meanwhile. `--output` names a folder for `compare.json` and `compare.svg`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from benchmarks import goals
from benchmarks.client import RunFailed, Target
from benchmarks.figures import Figures
from benchmarks.llama_server import built
from benchmarks.machine import Machine, this_machine
from benchmarks.picture import picture
from benchmarks.serve import Manner, add_manner, first_model, measure, warm_up
from benchmarks.servers import Server, last_words, llama_server, minerva, minerva_settings
from benchmarks.workloads import MAKERS, Tokens
from tools.bootstrap.places import find_places

_OTHERS = 1000
"""Beyond the number of any run."""


@dataclass
class Side:
    """One of two: where it is asked and, if it was started here, its processes."""

    target: Target
    server: Server | None = None

    @contextmanager
    def alone(self, other: Side) -> Iterator[None]:
        """Keep `other` from running meanwhile, if that can be done."""
        if other.server:
            other.server.pause()
        try:
            yield
        finally:
            if other.server:
                other.server.resume()


@dataclass
class Contest:
    """All runs of two sides, by workload, once it is complete. `small`: ours has a small cache."""

    ours: Side
    theirs: Side
    small: bool = False
    runs: dict[str, tuple[list[Figures], list[Figures]]] = field(default_factory=dict)

    def rows(self) -> list[goals.Row]:
        """Return what came out. Raises `RunFailed`."""
        wanted = (goal for goal in goals.GOALS if goal.small == self.small and goal.workload in self.runs)
        return [goals.row(goal, *self.runs[goal.workload]) for goal in wanted]


def main() -> None:
    """Compare, print the table, and write JSON and a picture with `--output`: after a failure, of what is complete."""
    options = _arguments()
    machine = this_machine()
    contests: list[Contest] = []
    problem = ""
    with tempfile.TemporaryDirectory() as folder:
        try:
            _compare(Path(folder), options, contests)
        except RunFailed as error:
            problem = f"{error}\n{last_words(Path(folder))}"
    try:
        rows = [row for contest in contests for row in contest.rows()]
    except RunFailed as error:
        raise SystemExit(f"{error}\n{problem}") from error
    print(goals.table(rows))
    if options.output and rows:
        _write(options, machine, contests, rows, problem)
    if problem:
        raise SystemExit(problem)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", type=Path, help="GGUF file that both load")
    parser.add_argument("--llama-server", type=Path, help="program; unset: what benchmarks.llama_server built")
    parser.add_argument("--minerva", help="address of one that runs")
    parser.add_argument("--minerva-model", help="its name for the model; unset: the first that it lists")
    parser.add_argument("--peer", help="address of one that runs")
    parser.add_argument("--small", help=f"address of a Minerva with {goals.SMALL_CELLS} KV cells")
    parser.add_argument("--workloads", nargs="+", choices=list(MAKERS), default=list(MAKERS))
    parser.add_argument("--runs", type=int, default=3, help="of each workload and side")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--slots", type=int, default=8)
    parser.add_argument("--peer-arguments", default="", help="more of them, in one text")
    parser.add_argument("--output", type=Path, help="folder for JSON and picture")
    add_manner(parser)
    options = parser.parse_args()
    if bool(options.model) == bool(options.minerva and options.peer):
        parser.error("give either a MODEL.gguf, or --minerva and --peer")
    return options


def _compare(folder: Path, options: argparse.Namespace, contests: list[Contest]) -> None:
    """Add to `contests` all that there are, each as soon as it begins. Raises `RunFailed`."""
    manner = Manner("tokens", Tokens(*options.tokens), options.seed)
    small = [name for name in options.workloads if any(g.small and g.workload == name for g in goals.GOALS)]
    with _peer(folder, options) as theirs:
        for cells, workloads in ((None, options.workloads), (goals.SMALL_CELLS, small)):
            if not workloads or (cells and options.minerva and not options.small):
                continue
            with _ours(folder, options, cells) as ours:
                contests.append(Contest(ours, theirs, small=bool(cells)))
                asyncio.run(_run(contests[-1], workloads, options.runs, manner))


@contextmanager
def _ours(folder: Path, options: argparse.Namespace, cells: int | None) -> Iterator[Side]:
    if not options.model:
        url = options.small if cells else options.minerva
        yield _running(url, options.minerva_model, options)
        return
    settings = minerva_settings(threads=options.threads, slots=options.slots, cells=cells)
    with minerva(folder / f"minerva-{cells or 'default'}", options.model, settings) as server:
        yield Side(Target(server.url, server.model, _extra(options)), server)


@contextmanager
def _peer(folder: Path, options: argparse.Namespace) -> Iterator[Side]:
    if not options.model:
        yield _running(options.peer, None, options)
        return
    threads = str(options.threads)
    arguments = ["--threads", threads, "--threads-batch", threads, "--parallel", str(options.slots)]
    arguments += options.peer_arguments.split()
    with llama_server(_program(options), options.model, folder / "peer", arguments) as server:
        yield Side(Target(server.url, server.model, _extra(options)), server)


def _running(url: str, model: str | None, options: argparse.Namespace) -> Side:
    model = model or asyncio.run(first_model(Target(url, "")))
    return Side(Target(url, model, _extra(options)))


def _extra(options: argparse.Namespace) -> dict[str, bool]:
    return {"ignore_eos": True} if options.ignore_eos else {}


def _program(options: argparse.Namespace) -> Path:
    program: Path | None = options.llama_server or built(find_places())
    if program is None:
        raise SystemExit("There is no llama-server: run python -m benchmarks.llama_server, or give --llama-server.")
    return program


async def _run(contest: Contest, workloads: list[str], runs: int, manner: Manner) -> None:
    """Run all workloads; who begins changes with each run."""
    sides = (contest.ours, contest.theirs)
    for one, other in (sides, sides[::-1]):
        with one.alone(other):
            await warm_up(one.target, manner)
    for name in workloads:
        kept: tuple[list[Figures], list[Figures]] = ([], [])
        for run in range(1, runs + 1):
            # The peer has seen the conversations of the first contest.
            number = run + _OTHERS if contest.small else run
            for at in (0, 1) if run % 2 else (1, 0):
                with sides[at].alone(sides[1 - at]):
                    kept[at].append(await measure(sides[at].target, manner, name, number))
            walls = " and ".join(f"{side[-1].wall_s:.2f} s" for side in kept)
            sys.stderr.write(f"{name}{', small cache' if contest.small else ''}, run {run}: {walls}\n")
        contest.runs[name] = kept


def _write(
    options: argparse.Namespace, machine: Machine, contests: list[Contest], rows: list[goals.Row], problem: str
) -> None:
    options.output.mkdir(parents=True, exist_ok=True)
    model = options.model.name if options.model else contests[0].theirs.target.model
    about = {
        "machine": machine,
        "model": model,
        "threads": options.threads if options.model else None,
        "slots": options.slots if options.model else None,
        "peer": _version(options),
        "seed": options.seed,
        "ended_with": problem or None,
        "rows": rows,
        "runs": [{"small": contest.small, "minerva_and_peer": contest.runs} for contest in contests],
    }
    text = json.dumps(msgspec.to_builtins(about), indent=2)
    (options.output / "compare.json").write_text(text + "\n", encoding="utf-8")
    what = f"{model}, {options.runs} runs each, {machine.cores} cores of {machine.cpu}, {machine.date}"
    drawn = picture(rows, "Minerva's figures as parts of llama-server's: less is better", what)
    (options.output / "compare.svg").write_text(drawn, encoding="utf-8")


def _version(options: argparse.Namespace) -> str:
    if not options.model:
        return str(options.peer)
    command = [str(_program(options)), "--version"]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as chosen
    return (said.stdout + said.stderr).strip()


if __name__ == "__main__":
    main()
