"""(j) Sums and differences below 100, with the numbers themselves held out.

`a + b = c`, `b + a = c`, `c - a = b` and `c - b = a` are one family and belong to one split.
"""

from __future__ import annotations

import random

from starter.corpus.checks import Contains
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.vocabulary import person, pick, split_of
from starter.corpus.words import problems, problems_more
from starter.corpus.words.things import NOUNS

_PLUS, _PLUS_STORIES = problems.PLUS, problems.PLUS_STORIES + problems_more.PLUS_STORIES
_MINUS = problems.MINUS + problems_more.MINUS
_MINUS_STORIES = problems.MINUS_STORIES + problems_more.MINUS_STORIES

_AT_ONCE = 18
"""The largest sum of two digits: up to it, sums are known by heart."""


def numbers(rng: random.Random, split: Split) -> tuple[int, int]:
    """Return two numbers of the split with a sum below 100; in training now and then up to 198."""
    sizes = rng.choice(((10, 10), (100, 10), (10, 100), (100, 100), (100, 100))) if split == "train" else (100, 100)
    while True:
        first, second = rng.randrange(sizes[0]), rng.randrange(sizes[1])
        if first + second >= 100 and (split != "train" or rng.random() < 0.9):
            continue
        if split_of(f"{min(first, second)}+{max(first, second)}") == split:
            return first, second


def addition(first: int, second: int) -> tuple[str, str]:
    """Return how a sum is worked out, ones before tens, nothing if it is known by heart; and the sum itself."""
    ones, tens = first % 10 + second % 10, first - first % 10 + second - second % 10
    equation = f"{first} + {second} = {first + second}"
    if first < 10 and second < 10:
        return "", equation
    steps = [f"{first % 10} + {second % 10} = {ones}"]
    if first >= 10 and second >= 10:
        steps.append(f"{first - first % 10} + {second - second % 10} = {tens}")
    return ", ".join([*steps, f"{tens} + {ones} = {first + second}"]) + ".", equation


def subtraction(whole: int, part: int) -> tuple[str, str]:
    """Return how a difference that is not negative is worked out, and the difference itself."""
    equation = f"{whole} - {part} = {whole - part}"
    if whole <= _AT_ONCE and part < 10 and whole - part < 10:
        return "", equation
    borrowed = 10 if whole % 10 < part % 10 else 0
    high, low = whole - whole % 10 - borrowed, whole % 10 + borrowed
    ones, tens = low - part % 10, high - (part - part % 10)
    steps = [f"{low} - {part % 10} = {ones}"]
    if part >= 10:
        steps.append(f"{high} - {part - part % 10} = {tens}")
    return ", ".join([*steps, f"{tens} + {ones} = {whole - part}"]) + ".", equation


def turn(rng: random.Random, split: Split) -> Turn:
    """Return one sum or difference to work out, worked out."""
    asked, worked, equation = problem(rng, split)
    said = f"{worked} So {equation}." if worked else f"{equation}."
    return Turn(asked, said, Contains((equation,)))


def problem(rng: random.Random, split: Split) -> tuple[str, str, str]:
    """Return what is asked, how it is worked out (nothing if known by heart), and the equation that answers it."""
    first, second = numbers(rng, split)
    is_story = rng.random() < (0.25 if split == "train" else 0.15)
    values = {"who": person(rng, split), "whom": person(rng, split), "things": _plural(pick(rng, NOUNS, split))}
    is_sum = rng.random() < 0.5
    whole = first if is_sum else first + second
    worked, equation = addition(first, second) if is_sum else subtraction(whole, second)
    values |= {"a": str(whole), "b": str(second)}
    plain, stories = (_PLUS, _PLUS_STORIES) if is_sum else (_MINUS, _MINUS_STORIES)
    # The numbers are first copied in their order, so that working out does not depend on how it was asked.
    steps = f"{equation.split(' =')[0]}: {worked}" if worked else ""
    return ask(rng, split, stories if is_story else plain, **values), steps, equation


def _plural(noun: str) -> str:
    """Return more than one of a noun."""
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return f"{noun}es"
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def _several(rng: random.Random, split: Split) -> Turn:
    """Return a list of the steps that larger sums are made of: much to learn from in few tokens."""
    equations = [_step(rng) for _ in range(rng.randint(3, 12))]
    asked = ask(rng, split, problems.SEVERAL, sums=", ".join(each.split(" =")[0] for each in equations))
    return Turn(asked, ", ".join(equations) + ".", Contains(tuple(equations)))


def _step(rng: random.Random) -> str:
    first, second, kind = rng.randrange(10), rng.randrange(10), rng.random()
    if kind < 0.35:
        return f"{first} + {second} = {first + second}"
    if kind < 0.7:
        return f"{first + second} - {second} = {first}"
    if kind < 0.8:
        return f"{10 * first} + {10 * second} = {10 * (first + second)}"
    if kind < 0.9:
        return f"{10 * (first + second)} - {10 * second} = {10 * first}"
    ones = rng.randrange(_AT_ONCE + 1)
    return f"{10 * first} + {ones} = {10 * first + ones}"


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation of one to four such exchanges, in training often a list of their steps."""
    if split == "train" and rng.random() < 0.4:
        turns = [_several(rng, split)]
    else:
        turns = [turn(rng, split) for _ in range(rng.choice((1, 1, 2, 3, 4)))]
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("sums", split, tuple(messages), turns[-1].check)
