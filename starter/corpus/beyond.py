"""(k) What a very small model cannot do: an honest answer, and the way to a bigger model."""

from __future__ import annotations

import random

from starter.corpus.checks import Refers
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.toolmaking import use
from starter.corpus.vocabulary import capital, of_split, person, word
from starter.corpus.words import beyond as words


def turn(rng: random.Random, split: Split) -> Turn:
    """Return a question that is beyond the model; topics and half of the held-out templates are unseen in training."""
    return Turn(capital(question(rng, split)) if rng.random() < 0.9 else question(rng, split), *_answer(rng))


def question(rng: random.Random, split: Split) -> str:
    """Return such a question."""
    some = {
        "topic": words.TOPICS,
        "country": words.COUNTRIES,
        "language": words.LANGUAGES,
        "code": words.CODE_LANGUAGES,
        "task": words.CODE_TASKS,
        "genre": words.GENRES,
        "illness": words.ILLNESSES,
    }
    values = {key: rng.choice(of_split(choices, split)) for key, choices in some.items()}
    values |= {f"{key}2": rng.choice(of_split(some[key], split)) for key in ("topic", "country", "code")}
    if rng.random() < 0.15:
        # A topic nobody can have heard of is beyond the model too.
        values["topic"] = " ".join(word(rng, split) for _ in range(rng.choice((1, 2))))
    values["phrase"] = '"' + " ".join(word(rng, split) for _ in range(rng.choice((1, 1, 2, 3, 5)))) + '"'
    values["someone"] = _someone(rng, split)
    values["big"], values["big2"] = str(rng.randrange(100, 5000)), str(rng.randrange(100, 5000))
    values["year"] = str(rng.randrange(800, 2030))
    return ask(rng, split, words.TEMPLATES, **values)


def _someone(rng: random.Random, split: Split) -> str:
    if rng.random() < 0.4:
        return rng.choice(of_split(words.PEOPLE, split)) + " of " + rng.choice(of_split(words.COUNTRIES, split))
    return f"{person(rng, split)} {person(rng, split)}"


def _answer(rng: random.Random) -> tuple[str, Refers]:
    return rng.choice(words.ANSWERS), Refers()


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation of one or two such exchanges."""
    turns = [turn(rng, split) for _ in range(rng.choice((1, 1, 1, 2)))]
    if rng.random() < (0.2 if split == "train" else 0.1):
        turns[-1] = _without_tools(rng, split)
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("beyond", split, tuple(messages), turns[-1].check)


def _without_tools(rng: random.Random, split: Split) -> Turn:
    """Return a request for a tool in a conversation that offers none."""
    used = next(
        each for each in iter(lambda: use(rng, split), None) if each.name.lower() not in ("add_numbers", "addnumbers")
    )
    return Turn(used.asked, *_answer(rng))
