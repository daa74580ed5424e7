"""Any server that speaks OpenAI's API, measured: `python -m benchmarks.serve http://127.0.0.1:11434`.

The workloads are in `workloads.py`. Prompts are token ids, sent to `/v1/completions`, so that their lengths are exact;
a server that takes none of those gets words (`--api text`), or a chat of words (`--api chat`), whose counts are its
own. Text comes greedily, and each answer has to have the length that was asked for: `--ignore-eos` sees to that where a
model ends by itself, at a server that knows the field. `--body` adds what else a server needs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from benchmarks.client import Answer, RunFailed, Target, ask
from benchmarks.figures import Distribution, Figures, summarise
from benchmarks.workloads import MAKERS, Ids, Request, Tokens, Workload, make

APIS = ("tokens", "text", "chat")
_PATHS = {"tokens": "/v1/completions", "text": "/v1/completions", "chat": "/v1/chat/completions"}
WORDS = (
    *(
        "the",
        "of",
        "and",
        "to",
        "in",
        "that",
        "it",
        "is",
        "for",
        "on",
        "with",
        "as",
        "from",
        "by",
        "not",
        "this",
        "but",
    ),
    *("one", "when", "which", "there", "how", "more", "so", "time", "about", "only", "new", "can", "first", "after"),
    *("other", "year", "work", "made", "because", "use", "way", "long", "people", "under", "small", "number", "water"),
    *("light", "house", "letter", "river", "paper", "garden", "window", "morning", "road", "table", "answer", "order"),
)
"""Most vocabularies have a token for each, with the space before it."""


@dataclass(frozen=True)
class Manner:
    """How requests are put: as which of `APIS`, of which tokens, from which seed."""

    api: str
    tokens: Tokens
    seed: int


def main() -> None:
    """Run the workloads, and print a table for each, or JSON with `--json`."""
    options = _arguments()
    target = Target(options.url, options.model or "", json.loads(options.body), options.key)
    manner = Manner(options.api, Tokens(*options.tokens), options.seed)
    try:
        runs = asyncio.run(_run_all(target, manner, options))
    except RunFailed as error:
        raise SystemExit(str(error)) from error
    if options.json:
        print(json.dumps({"url": options.url, "runs": msgspec.to_builtins(runs)}, indent=2))


def add_manner(parser: argparse.ArgumentParser) -> None:
    """Let `parser` take what a `Manner` has."""
    parser.add_argument("--seed", type=int, default=1, help="of all prompts")
    parser.add_argument(
        "--tokens",
        type=int,
        nargs=2,
        default=(1000, 30_000),
        metavar=("FIRST", "LAST"),
        help="ids that prompts are made of; a small vocabulary needs smaller ones",
    )
    parser.add_argument("--ignore-eos", action="store_true", help="ask that answers go on where the model would end")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of the server, without /v1")
    parser.add_argument("--workloads", nargs="+", choices=list(MAKERS), default=list(MAKERS))
    parser.add_argument("--runs", type=int, default=1, help="of each workload, after one that does not count")
    parser.add_argument("--model", help="name of the model; unset: the first that the server lists")
    parser.add_argument("--api", choices=APIS, default="tokens")
    parser.add_argument("--key", default="", help="API key")
    parser.add_argument("--body", default="{}", help="JSON object that is added to each request")
    parser.add_argument("--json", action="store_true")
    add_manner(parser)
    return parser.parse_args()


async def _run_all(target: Target, manner: Manner, options: argparse.Namespace) -> list[Figures]:
    extra = {**({"ignore_eos": True} if options.ignore_eos else {}), **target.extra}
    target = Target(target.base_url, target.model or await first_model(target), extra, target.key)
    await warm_up(target, manner)
    runs = []
    for name in options.workloads:
        for run in range(1, options.runs + 1):
            runs.append(await measure(target, manner, name, run))
            if not options.json:
                print(table(runs[-1]), flush=True)
    return runs


async def first_model(target: Target) -> str:
    """Return the name of the first model that a server lists. Raises `RunFailed`."""
    async with target.client() as client:
        try:
            answer = await client.get("/v1/models")
            return str(answer.raise_for_status().json()["data"][0]["id"])
        except (httpx.HTTPError, LookupError, ValueError) as error:
            raise RunFailed(f"{target.base_url}/v1/models names no model ({error}); give --model") from error


async def warm_up(target: Target, manner: Manner) -> None:
    """Have the model loaded, its memory touched and its rates known, by a run of `single` that does not count."""
    await measure(target, manner, "single", 0)


async def measure(target: Target, manner: Manner, name: str, run: int) -> Figures:
    """Run the workload `name` once, and return its figures. Raises `RunFailed`."""
    workload = make(name, manner.seed, run, manner.tokens)
    async with target.client() as client:
        return summarise(name, await answers(workload, target, manner.api, client))


async def answers(workload: Workload, target: Target, api: str, client: httpx.AsyncClient) -> list[Answer]:
    """Send all requests of a workload, and return their answers in the same order. Raises `RunFailed`."""
    try:
        return await _Run(workload, target, api, client).answers()
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed


class _Run:
    """One run of a workload."""

    def __init__(self, workload: Workload, target: Target, api: str, client: httpx.AsyncClient) -> None:
        self._workload = workload
        self._target = target
        self._api = api
        self._client = client
        self._parts: dict[int, float] = {}
        """What has come of each request that was sent; infinitely much when it is over."""
        self._news = asyncio.Event()

    async def answers(self) -> list[Answer]:
        slots = asyncio.Semaphore(self._workload.at_once)
        tasks: list[asyncio.Task[Answer]] = []
        async with asyncio.TaskGroup() as group:
            for at, request in enumerate(self._workload.requests):
                await slots.acquire()
                await self._reached(request.after)
                self._parts[at] = 0
                tasks.append(group.create_task(self._one(at, request, slots)))
        return [task.result() for task in tasks]

    async def _reached(self, parts: int) -> None:
        while any(count < parts for count in self._parts.values()):
            self._news.clear()
            await self._news.wait()

    async def _one(self, at: int, request: Request, slots: asyncio.Semaphore) -> Answer:
        def note(parts: float) -> None:
            self._parts[at] = parts
            self._news.set()

        path, asked = _PATHS[self._api], body(request, self._target, self._api)
        answer = await ask(self._client, path, asked, request.group, note)
        note(float("inf"))
        slots.release()
        if answer.tokens != request.tokens:
            raise RunFailed(
                f"{self._workload.name}: an answer has {answer.tokens} tokens and not {request.tokens}. If the model "
                "ended by itself, --ignore-eos asks it to go on."
            )
        return answer


def body(request: Request, target: Target, api: str) -> dict[str, Any]:
    """Return the body of a request."""
    asked: dict[str, Any] = {
        "model": target.model,
        "max_tokens": request.tokens,
        "temperature": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if api == "tokens":
        asked |= {"prompt": list(request.prompt)}
        if request.bias:
            asked["logit_bias"] = request.bias
    elif api == "text":
        asked["prompt"] = words(request.prompt)
    else:
        roles = ("user", "assistant")
        turns = enumerate(request.turns)
        asked["messages"] = [{"role": roles[place % 2], "content": words(turn)} for place, turn in turns]
    return asked | target.extra


def words(ids: Ids) -> str:
    """Return as many words as there are ids."""
    return " ".join(WORDS[number % len(WORDS)] for number in ids)


def table(figures: Figures) -> str:
    """Return the figures of one run as lines."""
    lines = [
        f"{figures.workload}: {figures.wall_s:.2f} s, {figures.prompt_tokens} tokens in, {figures.tokens} out, "
        f"{figures.tokens_per_s:.1f} tokens/s"
    ]
    for name, group in figures.groups.items():
        cached = "" if group.cached_tokens is None else f", {group.cached_tokens} tokens from the cache"
        lines.append(f"  {group.requests} of {name}: {group.tokens} tokens in {group.arrivals} arrivals{cached}")
        lines.append(f"    first text, s        {_line(group.first_s, 3)}")
        if group.gap_ms:
            lines.append(f"    between arrivals, ms {_line(group.gap_ms, 1)}")
    return "\n".join(lines)


def _line(values: Distribution, digits: int) -> str:
    return f"median {values.median:.{digits}f}, 99 % {values.p99:.{digits}f}, most {values.max:.{digits}f}"


if __name__ == "__main__":
    main()
