"""Run all three hundred on the model that ships: `python -m tests.schemas`.

Half of them are answered greedily, half at temperature 2. Every document is judged by `jsonschema`, every refusal by
its path. Prints every answer that is wrong or cut, then the counts; the exit status is 1 if there is one.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.integration.server.live import live_server
from tests.schemas.ask import ask_all
from tests.schemas.cases import all_cases


def main() -> int:
    """Run, print, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.schemas", description=__doc__)
    parser.add_argument("--model", type=Path, help="a GGUF file instead of the model that ships")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every Nth of them alone")
    options = parser.parse_args()
    shipped: dict[str, Any] = {} if options.model is None else {"shipped": str(options.model.resolve())}
    cases = all_cases()[:: options.every]
    with (
        tempfile.TemporaryDirectory() as folder,
        live_server(Path(folder), load={"threads": options.threads}, **shipped) as server,
    ):
        started_s = time.monotonic()
        results = asyncio.run(ask_all(server.url, cases))
        took_s = time.monotonic() - started_s
    bad = [result for result in results if result.outcome in {"wrong", "cut"}]
    for result in bad:
        sys.stdout.write(f"{result.outcome}  {result.case.name}  {result.case.schema}\n    {result.detail[:800]}\n")
    counts = Counter(result.outcome for result in results)
    said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("valid", "refused", "cut", "wrong"))
    tokens = sum(result.tokens for result in results)
    sys.stdout.write(f"{len(results)} schemas: {said}; {tokens} tokens in {took_s:.1f} s\n")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())
