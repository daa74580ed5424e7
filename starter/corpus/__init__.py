"""The corpus of the starter model: conversations made by grammars, templates and word lists that we wrote.

`generate` gives the endless mixed stream for training, `cases` the held-out cases of one ability. Both are the same for
the same seed. What separates training, validation and test is content, never a shuffle: names, towns, words, made-up
words, tools with their arguments, topics, pairs of numbers, and some of the templates belong to one split each, by
their hash (`vocabulary.split_of`). Lists of closed things are shared: small talk, opposites, the answers about Minerva.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from starter.corpus import (
    about,
    beyond,
    copying,
    greetings,
    json_answers,
    memory,
    stories,
    sums,
    system,
    thinking,
    tools,
)
from starter.corpus.example import ABILITIES, Ability, Example, Split

__all__ = ["ABILITIES", "WEIGHTS", "Ability", "Example", "Split", "cases", "generate"]

MAKERS: dict[Ability, Callable[[random.Random, Split, float], Example]] = {
    "greetings": greetings.example,
    "about": about.example,
    "memory": memory.example,
    "system": system.example,
    "tools": tools.example,
    "json": json_answers.example,
    "thinking": thinking.example,
    "stories": stories.example,
    "copying": copying.example,
    "sums": sums.example,
    "beyond": beyond.example,
}

WEIGHTS: dict[Ability, float] = {
    "greetings": 4,
    "about": 6,
    "memory": 12,
    "system": 17,
    "tools": 18,
    "json": 13,
    "thinking": 11,
    "stories": 3,
    "copying": 42,
    "sums": 10,
    "beyond": 8,
}
"""How often each ability has a conversation, beside the others; `python -m starter.corpus --stats` shows tokens."""


def generate(split: Split, seed: int, level: float = 1.0) -> Iterator[Example]:
    """Yield conversations without end, abilities mixed by `WEIGHTS`.

    Args:
        split: whose content they are made of.
        seed: the same one gives the same stream.
        level: above 0 to 1, how long copied texts and gaps of memory may be; lower is easier, for a curriculum.
    """
    rng = random.Random(f"{split} {seed}")  # noqa: S311
    abilities, weights = list(WEIGHTS), list(WEIGHTS.values())
    while True:
        yield MAKERS[rng.choices(abilities, weights)[0]](rng, split, level)


def cases(ability: Ability, split: Split, count: int, seed: int = 0) -> list[Example]:
    """Return `count` different cases of one ability, to score the last answer of each."""
    rng = random.Random(f"{ability} {split} {seed}")  # noqa: S311
    found: dict[str, Example] = {}
    while len(found) < count:
        example = MAKERS[ability](rng, split, 1.0)
        found.setdefault(repr((example.messages, example.tools)), example)
    return list(found.values())
