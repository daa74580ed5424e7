"""(f) JSON for a small schema given in words, with values from the person's sentence."""

from __future__ import annotations

import json
import random
from typing import Any

from starter.corpus.checks import Json
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.values import Field, fields, show
from starter.corpus.vocabulary import capital
from starter.corpus.words.json_requests import PLAIN, SCHEMA

_WORDS = {
    "string": ("text", "string", "a text", "a string"),
    "integer": ("integer", "whole number", "an integer"),
    "number": ("number", "a number"),
    "boolean": ("boolean", "true or false", "yes or no"),
    "list": ("list", "a list", "list of texts"),
}
_SENTENCES = (
    "The {words} is {value}.",
    "Its {words} is {value}.",
    "My {words} is {value}.",
    "Our {words} is {value}.",
    "This {words} is {value}.",
    "As {words} we have {value}.",
    "For the {words}, take {value}.",
    "{Words}: {value}.",
)
_FACT_FORMS: tuple[tuple[int, str, str, str, str, str], ...] = (
    (30, "The ", "{words} is {value}", ", ", " and ", "."),
    (28, "", "{words}: {value}", "; ", "; ", "."),
    (5, "", "{words}: {value}", ", ", ", ", "."),
    (5, "", "{words} = {value}", ", ", ", ", "."),
    (5, "", "{words} {value}", ", ", ", ", "."),
    (5, "", "the {words} is {value}", "; ", "; ", "."),
    (5, "\n", "{words}: {value}", "\n", "\n", "\n"),
    (4, "\n", "- {words}: {value}", "\n", "\n", "\n"),
    (4, "It has the ", "{words} {value}", ", the ", " and the ", "."),
    (3, "My ", "{words} is {value}", ", my ", " and my ", "."),
    (3, "Take ", "{value} as {words}", ", ", " and ", "."),
    (3, "", "the {words} is {value}", ", ", ", ", "."),
)
"""Weight, what begins the facts, one fact, what separates two, what separates the last two, the end."""
_PAIRS = ("{name} {value}", "{name} {value}", "{name}: {value}", "{name} = {value}", "{name} set to {value}")


def turn(rng: random.Random, split: Split) -> Turn:
    """Return a wish for a JSON object, and the object; keys and values of the held-out ones are unseen."""
    weights = (10, 28, 34, 26, 2) if split == "train" else (15, 40, 30, 15, 0)
    chosen = fields(rng, split, rng.choices((1, 2, 3, 4, 5), weights)[0], with_lists=True)
    value: dict[str, Any] = {field.name: field.value for field in chosen}
    answer = json.dumps(value, ensure_ascii=False)
    return Turn(_asked(rng, split, chosen), answer, Json(value))


def _asked(rng: random.Random, split: Split, chosen: list[Field]) -> str:
    if rng.random() < 0.45:
        pairs, pairs_is = _pairs(rng, chosen, rng.choice(_PAIRS)), _pairs(rng, chosen, "{name} is {value}")
        return ask(rng, split, PLAIN, pairs=pairs, pairs_is=pairs_is)
    # Now and then a text says more than is asked for.
    more = fields(rng, split, 1, with_lists=True) if split == "train" and rng.random() < 0.12 else []
    told = [*chosen, *(field for field in more if field.words not in {each.words for each in chosen})]
    return ask(rng, split, SCHEMA, keys=_keys(rng, chosen), facts=_facts(rng, told)).replace("\n ", "\n").strip()


def _pairs(rng: random.Random, chosen: list[Field], form: str) -> str:
    quoted = rng.random() < 0.3
    names = [f'"{field.name}"' if quoted else field.name for field in chosen]
    parts = [
        form.format(name=name, value=show(rng, field, bracketed=True))
        for name, field in zip(names, chosen, strict=True)
    ]
    return _joined(parts) if rng.random() < 0.75 else ", ".join(parts)


def _keys(rng: random.Random, chosen: list[Field]) -> str:
    style = rng.random()
    form = (
        "{name} ({kind})" if style < 0.6 else "{name}" if style < 0.85 else rng.choice(('"{name}"', "{name}: {kind}"))
    )
    keys = [form.format(name=field.name, kind=rng.choice(_WORDS[field.type])) for field in chosen]
    return _joined(keys) if rng.random() < 0.8 else ", ".join(keys)


def _facts(rng: random.Random, told: list[Field]) -> str:
    told = list(told)
    rng.shuffle(told)
    if rng.random() < 0.4:
        few = _SENTENCES[:3] if rng.random() < 0.6 else _SENTENCES
        return " ".join(_fact(rng, rng.choice(few), field, bracketed=False) for field in told)
    _, first, form, between, last, end = rng.choices(_FACT_FORMS, [each[0] for each in _FACT_FORMS])[0]
    apart = "," in between
    parts = [_fact(rng, form, field, bracketed=apart) for field in told]
    text = first + between.join(parts[:-1]) + (last if parts[1:] else "") + parts[-1] + end
    return capital(text) if first or form.startswith("the") else text


def _fact(rng: random.Random, form: str, field: Field, *, bracketed: bool) -> str:
    value = show(rng, field, bracketed=bracketed)
    return form.format(words=field.words, Words=capital(field.words), value=value)


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return one or two such exchanges."""
    turns = [turn(rng, split) for _ in range(rng.choice((1, 1, 2)))]
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("json", split, tuple(messages), turns[-1].check)
