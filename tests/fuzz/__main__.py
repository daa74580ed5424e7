"""Attack a server of one's own: `python -m tests.fuzz --count 10000`.

Prints how often each route answered with each status, and what is wrong, with the number of the request that showed
it: the same options and `--only NUMBER` send that one again. The exit status is 1 if anything is wrong: a status of
500 or more, a hang, a broken connection, an answer or an error of the wrong shape, an error in the log, a worker that
died, a sequence that is left over.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path

from tests.fuzz.attack import good_ones
from tests.fuzz.mix import bodies, mix
from tests.fuzz.report import complaint, complaints, table
from tests.fuzz.send import Sender
from tests.fuzz.target import target


def main() -> int:
    """Run, print, and return the exit status."""
    options = _arguments()
    with target() as server:
        good, mixed = list(good_ones(server.document)), mix(server.document, options.count, options.seed)
        _say(f"{len(mixed)} requests are made, {bodies(mixed)} of them with a body; {len(good)} good ones go first")
        if options.only is not None and not 1 <= options.only <= len(mixed):
            raise SystemExit(f"--only {options.only}: the numbers are 1 to {len(mixed)}")
        chosen = mixed if options.only is None else mixed[options.only - 1 : options.only]
        sender = Sender(server.url, server.document, hang_s=options.hang_s)
        started_s = time.monotonic()
        outcomes = asyncio.run(sender.send(good, chosen, first=options.only or 1, at_once=options.at_once))
        took_s = time.monotonic() - started_s
        wounds = server.wounds()
        if options.log is not None:
            options.log.write_text(server.log(), encoding="utf-8")
    if options.only is None:
        _say(table(outcomes), f"seed {options.seed}, {took_s:.0f} s")
    else:
        _say(*map(complaint, outcomes[len(good) :]))
    wrong = sum(bool(outcome.faults) for outcome in outcomes)
    _say(*complaints(outcomes), *wounds[:30], f"{wrong} answers are wrong, {len(wounds)} wounds of the server")
    return 1 if wrong or wounds else 0


def _say(*paragraphs: str) -> None:
    for paragraph in paragraphs:
        sys.stdout.write(f"{paragraph}\n\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000, help="how many bodies; schemathesis makes a fifth of them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="NUMBER", help="send that one alone, and show it whole")
    parser.add_argument("--at-once", type=int, default=8)
    parser.add_argument("--hang-s", type=float, default=60.0, help="an answer that takes longer is a hang")
    parser.add_argument("--log", type=Path, metavar="FILE", help="where the log of the server goes")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
