"""What is asked of a server, the same for the same seed: token counts are exact, for prompts are made of token ids.

All of it is decided before the first request is sent. A conversation needs the answers for that, so they are forced:
with a bias that nothing outweighs, an answer is one token again and again.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

STREAM, LONG, FIRST_TURN, LATER_TURN, REQUEST = "stream", "long prompt", "first turn", "later turn", "request"
"""What requests are for; figures are of all those that are for the same."""

_BIAS = 100.0
"""The most that the OpenAI API takes."""


Ids = tuple[int, ...]


@dataclass(frozen=True)
class Request:
    """What was said, and how many tokens are to be generated.

    `turns` are a question, its answer, the next question and so on. `after`: it is sent when all that were sent before
    have brought so many parts. `forced`: the token that the answer is made of.
    """

    group: str
    turns: tuple[Ids, ...]
    tokens: int
    after: int = 0
    forced: int | None = None

    @property
    def prompt(self) -> Ids:
        """All that was said, in one."""
        return tuple(token for turn in self.turns for token in turn)

    @property
    def bias(self) -> dict[str, float]:
        """The `logit_bias` that forces the answer, if it is forced."""
        return {} if self.forced is None else {str(self.forced): _BIAS}


@dataclass(frozen=True)
class Workload:
    """Requests in their order, at most `at_once` of them open."""

    name: str
    requests: tuple[Request, ...]
    at_once: int


@dataclass(frozen=True)
class Tokens:
    """The token ids that prompts are made of: plain ones that every vocabulary of a real model has.

    Forced answers are made of the `first`, so that has to be text by itself, and not a part of a character.
    """

    first: int = 1000
    last: int = 30_000

    def draw(self, chance: random.Random, count: int) -> Ids:
        """Return `count` of them."""
        return tuple(chance.randrange(self.first, self.last) for _ in range(count))


def single(chance: random.Random, tokens: Tokens) -> Workload:
    """One stream: 512 tokens in, 128 out."""
    return Workload("single", (Request(REQUEST, (tokens.draw(chance, 512),), 128),), 1)


def together(chance: random.Random, tokens: Tokens) -> Workload:
    """Eight at once: 256 tokens in, 64 out."""
    return Workload("together", tuple(Request(REQUEST, (tokens.draw(chance, 256),), 64) for _ in range(8)), 8)


def shared(chance: random.Random, tokens: Tokens) -> Workload:
    """Sixteen requests that share their first 1,000 tokens: 32 more of their own, 24 out, eight at once."""
    prefix = tokens.draw(chance, 1000)
    return Workload(
        "shared", tuple(Request(REQUEST, (prefix + tokens.draw(chance, 32),), 24) for _ in range(16)), at_once=8
    )


def arrival(chance: random.Random, tokens: Tokens) -> Workload:
    """Three streams of 160 tokens; when each has brought 20 parts, a prompt of 3,500 tokens arrives."""
    streams = [Request(STREAM, (tokens.draw(chance, 64),), 160) for _ in range(3)]
    return Workload("arrival", (*streams, Request(LONG, (tokens.draw(chance, 3500),), 4, after=20)), at_once=4)


def conversations(chance: random.Random, tokens: Tokens, count: int = 12, turns: int = 4) -> Workload:
    """Twelve conversations, each in its turn, four times: 400 tokens in at first, 64 more each time, 32 out."""
    said: list[tuple[Ids, ...]] = [(tokens.draw(chance, 400),) for _ in range(count)]
    requests: list[Request] = []
    for turn in range(turns):
        for at in range(count):
            requests.append(Request(LATER_TURN if turn else FIRST_TURN, said[at], 32, forced=tokens.first))
            said[at] = (*said[at], (tokens.first,) * 32, tokens.draw(chance, 64))
    return Workload("conversations", tuple(requests), at_once=1)


Maker = Callable[[random.Random, Tokens], Workload]
MAKERS: dict[str, Maker] = {
    "single": single,
    "together": together,
    "shared": shared,
    "arrival": arrival,
    "conversations": conversations,
}


def make(name: str, seed: int, run: int, tokens: Tokens) -> Workload:
    """Return the workload `name` for one run. Runs share nothing with one another, so that no cache helps."""
    return MAKERS[name](random.Random(f"{seed}/{name}/{run}"), tokens)  # noqa: S311 - a workload, not a secret
