"""(a) Greetings and small talk: a person says something light, the answer is short and friendly."""

from __future__ import annotations

import random

from starter.corpus.checks import AnyOf
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.words.smalltalk import ASK_OPPOSITE, OPPOSITES, SMALL_TALK


def turn(rng: random.Random, split: Split) -> Turn:
    """Return one exchange of small talk."""
    if rng.random() < 0.12:
        return opposite(rng, split)
    asked, answers = rng.choice(SMALL_TALK)
    return Turn(ask(rng, split, asked), rng.choice(answers), AnyOf(answers))


def opposite(rng: random.Random, split: Split) -> Turn:
    """Return a question for the opposite of one of a few words; the words are the same in all splits."""
    pair = rng.choice(OPPOSITES)
    word, other = rng.sample(pair, 2)
    answer = f"The opposite of {word} is {other}."
    return Turn(ask(rng, split, ASK_OPPOSITE, word=word), answer, AnyOf((answer,)))


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation of one to three such exchanges."""
    turns = [turn(rng, split) for _ in range(rng.choice((1, 1, 2, 3)))]
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("greetings", split, tuple(messages), turns[-1].check)
