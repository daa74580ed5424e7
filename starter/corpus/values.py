"""Named, typed values: the arguments of tools and the keys of JSON objects."""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass, replace
from typing import Any

from starter.corpus.example import Split
from starter.corpus.vocabulary import (
    animal_name,
    city,
    made_up,
    number,
    of_split,
    person,
    pick,
    split_of,
    whole_words,
    word,
)
from starter.corpus.words.fields import FLAG_NAMES, NUMBER_NAMES, TEXT_NAMES
from starter.corpus.words.qualities import ADJECTIVES
from starter.corpus.words.things import NOUNS, WEEKDAYS
from starter.corpus.words.toolbox import TOOLS
from starter.corpus.words.toolbox_more import MORE_TOOLS


@dataclass(frozen=True)
class Field:
    """A name in snake_case or camelCase, its type, its value, and for an enumeration what it may be."""

    name: str
    words: str
    type: str
    value: Any
    options: tuple[str, ...] = ()


_KNOWN = {"string": TEXT_NAMES, "integer": NUMBER_NAMES, "number": NUMBER_NAMES, "boolean": FLAG_NAMES}
_TAUGHT = frozenset(name for tool in (*TOOLS, *MORE_TOOLS) for name, _ in tool.arguments)
"""Arguments of the toolbox: training has them whatever split they belong to, so they are no held-out names."""


def fields(rng: random.Random, split: Split, count: int, *, with_lists: bool = False) -> list[Field]:
    """Return `count` fields with different names, all of them spelled in one way.

    In training some share a word of their names, or a value, so that the whole name has to be read.
    """
    camel = rng.random() < (0.35 if split == "train" else 0.25)
    found: dict[str, Field] = {}
    while len(found) < count:
        new = _field(rng, split, camel=camel, with_lists=with_lists)
        if found and split == "train" and rng.random() < 0.2:
            new = _alike(rng, split, new, rng.choice(list(found.values())), camel=camel)
        found.setdefault(new.name, new)
    return list(found.values())


def refilled(rng: random.Random, split: Split, field: Field) -> Field:
    """Return `field` with another value."""
    kind = field.type if not isinstance(field.value, list) else "list"
    return replace(field, value=rng.choice(field.options) if field.options else _value(rng, split, kind))


def pieced(rng: random.Random, split: Split) -> str:
    """Return a made-up word that starts in the middle of a word.

    So tokens that otherwise only end words are copied at the beginning too: `format` of "information".
    """
    while True:
        first, second = rng.choice(whole_words()), rng.choice(whole_words())
        found = first[rng.randrange(len(first)) :] + second[rng.randrange(len(second)) :]
        if 3 <= len(found) <= 12 and split_of(found) == split:
            return found


def _alike(rng: random.Random, split: Split, new: Field, other: Field, *, camel: bool) -> Field:
    """Return `new` with a word of the name of `other`, or in rare cases with its value."""
    if rng.random() < 0.15 and new.type == other.type and not new.options and not other.options:
        return replace(new, value=other.value)
    shared = rng.choice(other.words.split())
    mine = pieced(rng, split) if rng.random() < 0.3 else rng.choice(new.words.split())
    parts = rng.choice(([mine, shared], [shared, mine], [shared]))
    parts = list(dict.fromkeys(parts))
    return replace(new, name=spelled(parts, camel=camel), words=" ".join(parts))


def spelled(parts: list[str], *, camel: bool) -> str:
    """Return words as one name: `book_table` or `bookTable`."""
    return parts[0] + "".join(part.capitalize() for part in parts[1:]) if camel else "_".join(parts)


def show(rng: random.Random, field: Field, *, bracketed: bool = False) -> str:
    """Return the value as a person would write it; `bracketed` keeps a list apart from what stands around it."""
    if isinstance(field.value, bool):
        return rng.choice(("true", "yes") if field.value else ("false", "no"))
    if isinstance(field.value, list):
        if bracketed:
            return "[" + ", ".join(field.value) + "]"
        return f"{', '.join(field.value[:-1])} and {field.value[-1]}"
    text = str(field.value)
    if field.type == "string" and not field.options and (rng.random() < 0.25 or " " in text):
        return f'"{text}"'
    return text


def _field(rng: random.Random, split: Split, *, camel: bool, with_lists: bool) -> Field:
    weights = (48, 24, 8, 10, 10 if not with_lists else 0, 10 if with_lists else 0)
    kind = rng.choices(("string", "integer", "number", "boolean", "enum", "list"), weights)[0]
    parts = _name(rng, split, kind)
    name, words = spelled(parts, camel=camel), " ".join(parts)
    if kind == "enum":
        options = tuple(dict.fromkeys(word(rng, split) for _ in range(rng.randint(2, 4))))
        return Field(name, words, "string", rng.choice(options), options)
    return Field(name, words, kind, _value(rng, split, kind))


def _name(rng: random.Random, split: Split, kind: str) -> list[str]:
    is_training = split == "train"
    known = _KNOWN.get(kind, TEXT_NAMES) if is_training else _untaught(kind)
    if rng.random() < 0.55:
        last = rng.choice(of_split(known, split)) if is_training and rng.random() < 0.35 else pick(rng, known, split)
    else:
        last = pieced(rng, split) if is_training and rng.random() < 0.5 else word(rng, split)
    parts = [last]
    if rng.random() < (0.42 if is_training else 0.3):
        parts.insert(0, pick(rng, rng.choice((ADJECTIVES, NOUNS)), split))
    if is_training and rng.random() < 0.06:
        parts.insert(0, word(rng, split))
    return list(dict.fromkeys(parts))


@functools.cache
def _untaught(kind: str) -> tuple[str, ...]:
    return tuple(name for name in _KNOWN.get(kind, TEXT_NAMES) if name not in _TAUGHT)


def _value(rng: random.Random, split: Split, kind: str) -> Any:
    if kind == "integer":
        return number(rng)
    if kind == "number":
        return rng.randrange(10 ** rng.choice((1, 2, 3))) + rng.randrange(1, 10) / 10
    if kind == "boolean":
        return rng.random() < 0.5
    if kind == "list":
        return list(dict.fromkeys(word(rng, split) for _ in range(6)))[: rng.randint(2, 4)]
    return text_value(rng, split)


def _tricky(rng: random.Random, split: Split) -> str:
    """Return a string that is easily cut short, or taken for something else: for training."""
    kind = rng.random()
    if kind < 0.25:
        return rng.choice(("no", "yes", "true", "false", "on", "is", "and", "the", "to", "with")) + made_up(rng, split)
    if kind < 0.5:
        return " ".join(word(rng, split) for _ in range(rng.randint(3, 6)))
    if kind < 0.65:
        return f"{word(rng, split)} {number(rng)}"
    if kind < 0.8:
        return rng.choice(of_split(TEXT_NAMES, split))
    return pieced(rng, split) if kind < 0.9 else pieced(rng, split).capitalize()


def text_value(rng: random.Random, split: Split) -> str:
    """Return a string as tools get them: a name, a place, a word or two, a code, a day."""
    if split == "train" and rng.random() < 0.12:
        return _tricky(rng, split)
    kind = rng.random()
    if kind < 0.22:
        return person(rng, split)
    if kind < 0.42:
        return city(rng, split)
    if kind < 0.6:
        return word(rng, split)
    if kind < 0.72:
        return " ".join(word(rng, split) for _ in range(rng.randint(2, 4)))
    if kind < 0.8:
        return rng.choice("ABCDEFGHJKLMNPRSTUVWXYZ") + rng.choice(("", "-", "X")) + str(number(rng))
    if kind < 0.85:
        return rng.choice(WEEKDAYS)
    if kind < 0.9:
        return f"{person(rng, split)} {made_up(rng, split).capitalize()}"
    return animal_name(rng, split) if kind < 0.95 else made_up(rng, split)
