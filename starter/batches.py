"""Conversations become batches: drawn from the generator, encoded, sorted by length, padded a little."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from tokenizers import Tokenizer
from torch import Tensor

from starter.corpus import generate
from starter.corpus.example import Example
from starter.render import Encoded, Renderer, encode
from starter.schedule import Lengths

POOL = 384
"""Conversations that are sorted by length together."""

JOINABLE = frozenset({"about", "beyond", "copying", "greetings", "json", "stories", "sums"})
"""Abilities whose answers stay right whatever was said before; at most one other conversation comes among them."""

_ROUND = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that each begin a conversation.

    Attributes:
        tokens: [rows, time], padded with 0 on the right.
        targets: the next token where it is to be learned, -1 elsewhere.
        weights: of each target; a conversation with n targets counts as the root of n, so that stories do not drown
            sums.
        read: tokens that are not padding.
    """

    tokens: Tensor
    targets: Tensor
    weights: Tensor
    read: int


def collate(rows: Sequence[Encoded]) -> Batch:
    """Put conversations into one batch; the last token of each is only a target."""
    longest = max(len(row.tokens) for row in rows) - 1
    time = -(-longest // _ROUND) * _ROUND
    tokens = torch.zeros(len(rows), time, dtype=torch.int64)
    targets = torch.full((len(rows), time), -1, dtype=torch.int64)
    weights = torch.zeros(len(rows), time)
    for index, row in enumerate(rows):
        size = len(row.tokens) - 1
        ids = torch.tensor(row.tokens)
        learned = torch.tensor(row.trained[1:])
        tokens[index, :size] = ids[:-1]
        targets[index, :size] = torch.where(learned, ids[1:], -1)
        weights[index, :size] = learned / learned.sum().clamp(min=1).sqrt()
    return Batch(tokens, targets, weights, sum(len(row.tokens) for row in rows))


class Stream:
    """An endless stream of batches for one process."""

    def __init__(self, renderer: Renderer, tokenizer: Tokenizer, seed: int, budget: int) -> None:
        """`seed` decides everything; `budget` is the most tokens in a batch, padding included."""
        self._renderer = renderer
        self._tokenizer = tokenizer
        self._seed = seed
        self._pools = 0
        self._random = random.Random(seed)  # noqa: S311 - the order of a corpus is no secret
        self._budget = budget
        self._waiting: list[Batch] = []

    def batch(self, lengths: Lengths) -> Batch:
        """Return the next batch; a change of `lengths` shows once the current pool is used up."""
        while not self._waiting:
            rows = sorted(self._pool(lengths), key=lambda row: len(row.tokens))
            self._waiting = [collate(part) for part in cut(rows, self._budget)]
            self._random.shuffle(self._waiting)
        return self._waiting.pop()

    def _pool(self, lengths: Lengths) -> Iterator[Encoded]:
        examples = generate("train", self._seed * 1_000_000 + self._pools, lengths.level)
        self._pools += 1
        for _ in range(POOL):
            joins = self._random.random() < lengths.joined
            goal = self._random.randint(lengths.longest // 3, lengths.longest) if joins else 0
            yield from self._conversation(examples, goal, lengths.longest)

    def _conversation(self, examples: Iterator[Example], goal: int, longest: int) -> Iterator[Encoded]:
        """Yield one conversation, joined from several until it has about `goal` tokens; none if it is too long."""
        example, held = next(examples), []
        encoded = self._encode(example)
        while is_joinable(example) and len(encoded.tokens) < goal:
            other = next(examples)
            joined = join(example, other)
            longer = self._encode(joined) if joined else None
            if joined is None or longer is None or len(longer.tokens) > longest:
                held.append(other)
                if len(held) > 8:
                    break
                continue
            example, encoded = joined, longer
        for row in (encoded, *(self._encode(other) for other in held)):
            if len(row.tokens) <= longest:
                yield row

    def _encode(self, example: Example) -> Encoded:
        return encode(self._tokenizer, self._renderer.render(example))


def is_joinable(example: Example) -> bool:
    """Whether other conversations may go on after this one: it has no rules or tools that would hold for them too."""
    return not example.tools and not example.thinking and example.messages[0]["role"] != "system"


def join(first: Example, second: Example) -> Example | None:
    """Return one conversation made of two, or `None` if what one says may make the other's answers wrong."""
    if not (is_joinable(first) and is_joinable(second)):
        return None
    if first.ability not in JOINABLE and second.ability not in JOINABLE:
        return None
    ability = second.ability if first.ability in JOINABLE else first.ability
    return replace(second, ability=ability, messages=(*first.messages, *second.messages))


def cut(rows: Iterable[Encoded], budget: int) -> Iterator[list[Encoded]]:
    """Cut `rows`, sorted by length, into batches of at most `budget` tokens when padded; a row may exceed it alone."""
    part: list[Encoded] = []
    for row in rows:
        if part and len(row.tokens) * (len(part) + 1) > budget:
            yield part
            part = []
        part.append(row)
    if part:
        yield part
