"""(j) Sums and differences below 100, with the numbers themselves held out.

`a + b = c`, `b + a = c`, `c - a = b` and `c - b = a` are one family and belong to one split.
"""

from __future__ import annotations

import random

from starter.corpus.checks import Contains
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.vocabulary import person, pick, split_of
from starter.corpus.words.things import NOUNS

_PLUS = (
    "What is {a} + {b}?",
    "{a} + {b}",
    "{a}+{b}",
    "{a} + {b} = ?",
    "{a} + {b} =",
    "What is {a} plus {b}?",
    "Add {a} and {b}.",
    "How much is {a} + {b}?",
    "What's {a} + {b}?",
    "What's {a} plus {b}?",
    "Calculate {a} + {b}.",
    "Compute {a} + {b}.",
    "[Please a|A]dd {b} to {a}.",
    "What is the sum of {a} and {b}?",
    "Can you add {a} and {b}?",
    "How much is {a} and {b} together?",
    "Tell me what {a} + {b} is.",
    "{a} plus {b}",
    "{a} plus {b}, please.",
    "What do {a} and {b} make?",
)
_MINUS = (
    "What is {a} - {b}?",
    "{a} - {b}",
    "{a}-{b}",
    "{a} - {b} = ?",
    "{a} - {b} =",
    "What is {a} minus {b}?",
    "Subtract {b} from {a}.",
    "How much is {a} - {b}?",
    "What's {a} - {b}?",
    "What's {a} minus {b}?",
    "Calculate {a} - {b}.",
    "Compute {a} - {b}.",
    "Take {b} [away |]from {a}.",
    "What is the difference between {a} and {b}?",
    "Can you subtract {b} from {a}?",
    "How much is {a} minus {b}?",
    "Tell me what {a} - {b} is.",
    "{a} minus {b}",
    "{a} minus {b}, please.",
    "What is left of {a} when I take away {b}?",
)
_PLUS_STORIES = (
    "{who} has {a} {things} and gets {b} more. How many {things} does {who} have?",
    "I have {a} {things} and find {b} more. How many {things} do I have?",
    "There are {a} {things} in one box and {b} in another. How many are there?",
    "{who} sells {a} {things} today and {b} tomorrow. How many is that?",
    "{a} {things} and {b} {things}: how many are there?",
    "I buy {a} {things}, then {b} more. How many {things} is that?",
)
_MINUS_STORIES = (
    "{who} has {a} {things} and gives {b} away. How many {things} are left?",
    "I have {a} {things} and lose {b}. How many {things} do I have?",
    "There are {a} {things} in a box. {who} takes {b}. How many are left?",
    "{who} had {a} {things} and sold {b}. How many are left?",
    "Of {a} {things}, {b} break. How many are left?",
    "I had {a} {things} and used {b}. How many {things} remain?",
)


_SEVERAL = ("Work out: {sums}", "Calculate {sums}.", "{sums}", "Solve these: {sums}", "What are {sums}?")


def numbers(rng: random.Random, split: Split) -> tuple[int, int]:
    """Return two numbers of the split with a sum below 100; in training now and then up to 198.

    Training has many numbers of one digit: without the sums of digits by heart no larger one comes out right.
    """
    sizes = rng.choice(((10, 10), (100, 10), (10, 100), (100, 100), (100, 100))) if split == "train" else (100, 100)
    while True:
        first, second = rng.randrange(sizes[0]), rng.randrange(sizes[1])
        if first + second >= 100 and (split != "train" or rng.random() < 0.8):
            continue
        if split_of(f"{min(first, second)}+{max(first, second)}") == split:
            return first, second


def turn(rng: random.Random, split: Split) -> Turn:
    """Return one sum or difference to work out."""
    first, second = numbers(rng, split)
    is_story = rng.random() < 0.15
    values = {"who": person(rng, split), "things": pick(rng, NOUNS, split) + "s"}
    if rng.random() < 0.5:
        templates, total = (_PLUS_STORIES if is_story else _PLUS), first + second
        asked = ask(rng, split, templates, a=first, b=second, **values)
        equation = f"{first} + {second} = {total}"
        return Turn(asked, equation + ".", Contains((equation,)))
    whole, part = first + second, second
    if split == "train" and not is_story and rng.random() < 0.06:
        whole, part = part, whole
    asked = ask(rng, split, _MINUS_STORIES if is_story else _MINUS, a=whole, b=part, **values)
    equation = f"{whole} - {part} = {whole - part}"
    return Turn(asked, equation + ".", Contains((equation,)))


def _several(rng: random.Random, split: Split) -> Turn:
    """Return a list of plain sums and differences, to be answered at once: more to learn from in fewer tokens."""
    equations = []
    for _ in range(rng.randint(3, 8)):
        first, second = numbers(rng, split)
        total = first + second
        equations.append(f"{first} + {second} = {total}" if rng.random() < 0.5 else f"{total} - {second} = {first}")
    asked = ask(rng, split, _SEVERAL, sums=", ".join(each.split(" =")[0] for each in equations))
    return Turn(asked, ", ".join(equations) + ".", Contains(tuple(equations)))


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation of one to four such exchanges, in training often one with several sums at once."""
    if split == "train" and rng.random() < 0.5:
        turns = [_several(rng, split)]
    else:
        turns = [turn(rng, split) for _ in range(rng.choice((1, 1, 2, 3, 4)))]
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("sums", split, tuple(messages), turns[-1].check)
