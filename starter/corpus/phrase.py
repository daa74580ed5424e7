"""Sentences from templates: `[a|b|]` is one of its alternatives, `{name}` a value."""

from __future__ import annotations

import functools
import random
import re
from dataclasses import dataclass

from starter.corpus.checks import Check
from starter.corpus.example import Split
from starter.corpus.vocabulary import of_split

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_FEW = 4


@dataclass(frozen=True)
class Turn:
    """One exchange that needs nothing said before it: what is asked, the right answer, how it is scored."""

    asked: str
    answer: str
    check: Check


def expand(rng: random.Random, template: str) -> str:
    """Return `template` with one alternative chosen at each `[a|b]`, inner ones first."""
    while "[" in template:
        template = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), template)
    return template


def say(rng: random.Random, split: Split, templates: tuple[str, ...], **values: object) -> str:
    """Return a sentence made of one of `templates` and `values`.

    Some templates are held out: training never sees them. A held-out sentence is made of one of those in half of the
    cases, else of a training template with held-out values.
    """
    return expand(rng, rng.choice(_templates(rng, templates, split))).format(**values)


def ask(rng: random.Random, split: Split, templates: tuple[str, ...], **values: object) -> str:
    """Return what a person types, in the ways they type it: now and then without capitals or the last mark."""
    text = say(rng, split, templates, **values)
    if rng.random() < 0.12 and text[-1] in ".?!":
        text = text[:-1].rstrip()
    if rng.random() < 0.1 and text[0] != "I" and not text[1:2].isupper():
        text = text[0].lower() + text[1:]
    return text


def _templates(rng: random.Random, templates: tuple[str, ...], split: Split) -> tuple[str, ...]:
    if len(templates) <= _FEW:
        return templates
    return of_split(templates, split if split == "train" or rng.random() < 0.5 else "train")


@functools.cache
def every(template: str) -> tuple[str, ...]:
    """Return all sentences that `expand` can make of `template`."""
    match = _CHOICE.search(template)
    if match is None:
        return (template,)
    before, after = template[: match.start()], template[match.end() :]
    return tuple(text for choice in match[1].split("|") for text in every(before + choice + after))
