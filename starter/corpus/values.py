"""Named, typed values: the arguments of tools and the keys of JSON objects."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from starter.corpus.example import Split
from starter.corpus.vocabulary import animal_name, city, made_up, number, person, pick, word
from starter.corpus.words import listed
from starter.corpus.words.qualities import ADJECTIVES
from starter.corpus.words.things import NOUNS, WEEKDAYS

_TEXT_NAMES = listed(
    """
    name title city place address colour label text topic street country language owner author note subject
    message recipient sender category brand genre room folder path query keyword user customer product team
    region station destination origin date day unit currency format mode style shape material code id email word
    """
)
_NUMBER_NAMES = listed(
    """
    age count amount price width height weight length size speed year number total limit score rank level
    distance quantity guests seats pages minutes hours days temperature volume depth duration floor port stock
    """
)
_FLAG_NAMES = listed(
    """
    active open paid public visible urgent fragile ready new member enabled shared private done available locked
    online recursive verbose loud premium secret vegan gift express
    """
)


@dataclass(frozen=True)
class Field:
    """A name in snake_case or camelCase, its type, its value, and for an enumeration what it may be."""

    name: str
    words: str
    type: str
    value: Any
    options: tuple[str, ...] = ()


def fields(rng: random.Random, split: Split, count: int, *, with_lists: bool = False) -> list[Field]:
    """Return `count` fields with different names, all of them spelled in one way."""
    camel = rng.random() < 0.25
    found: dict[str, Field] = {}
    while len(found) < count:
        new = _field(rng, split, camel=camel, with_lists=with_lists)
        found.setdefault(new.name, new)
    return list(found.values())


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
    known = {"string": _TEXT_NAMES, "integer": _NUMBER_NAMES, "number": _NUMBER_NAMES, "boolean": _FLAG_NAMES}.get(
        kind, _TEXT_NAMES
    )
    style = rng.random()
    last = pick(rng, known, split) if style < 0.55 else word(rng, split)
    if rng.random() < 0.3:
        first = pick(rng, rng.choice((ADJECTIVES, NOUNS)), split)
        return [first, last] if first != last else [last]
    return [last]


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


def text_value(rng: random.Random, split: Split) -> str:
    """Return a string as tools get them: a name, a place, a word or two, a code, a day."""
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
