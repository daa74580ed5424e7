"""Tools made of words, with requests for them and what they give back; and requests for the tools of the toolbox."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starter.corpus.example import Message, Split
from starter.corpus.phrase import ask, expand
from starter.corpus.values import Field, fields, pieced, refilled, show, spelled
from starter.corpus.vocabulary import (
    capital,
    city,
    number,
    of_split,
    person,
    pick,
    whole_words,
    with_article,
    word,
)
from starter.corpus.words.qualities import ADJECTIVES, VERBS
from starter.corpus.words.requests import BY_NAME, FORMS, OPENINGS, QUESTIONS
from starter.corpus.words.things import WEEKDAYS
from starter.corpus.words.toolbox import CHOICES, TOOLS, Tool
from starter.corpus.words.toolbox_more import MORE_CHOICES, MORE_TOOLS

_TOOLBOX = (*TOOLS, *MORE_TOOLS)
_CHOICES = {**CHOICES, **MORE_CHOICES}


@dataclass(frozen=True)
class Use:
    """A tool, a request that it serves, the call's arguments, what the call gives back; `made_up`: of our words.

    `verb`, `thing` and `chosen` are what a made-up one is made of.
    """

    tool: Message
    name: str
    asked: str
    arguments: Mapping[str, Any]
    given: Mapping[str, Any]
    made_up: bool = True
    verb: str = ""
    thing: tuple[str, ...] = ()
    chosen: tuple[Field, ...] = ()


def use(rng: random.Random, split: Split) -> Use:
    """Return a made-up tool in use, or in training sometimes one of the toolbox."""
    if split == "train" and rng.random() < 0.28:
        return _known(rng, split, rng.choice(_TOOLBOX))
    return _made(rng, split, _verb(rng, split), _thing(rng, split), _chosen(rng, split))


def rival(rng: random.Random, split: Split, other: Use) -> Use:
    """Return a made-up tool that shares its verb, its thing or its arguments with `other`, also a made-up one."""
    verb, thing, chosen = _verb(rng, split), _thing(rng, split), tuple(_chosen(rng, split))
    kind = rng.random()
    if kind < 0.35:
        verb = other.verb
    elif kind < 0.6:
        thing = other.thing
    elif kind < 0.7:
        verb, thing = other.verb, (other.thing[0], word(rng, split))
    elif kind < 0.8:
        thing = (pick(rng, ADJECTIVES, split), other.thing[-1])
    if rng.random() < (0.3 if kind < 0.8 else 1):
        chosen = tuple(refilled(rng, split, field) for field in other.chosen)
    return _made(rng, split, verb, thing, list(chosen))


def _verb(rng: random.Random, split: Split) -> str:
    """Return a listed verb; in training often a made-up one, or any other word: what has that place is copied."""
    kind = rng.random() if split == "train" else 1.0
    if kind < 0.2:
        return pieced(rng, split)
    return rng.choice(of_split(whole_words(), split)) if kind < 0.3 else pick(rng, VERBS, split)


def _thing(rng: random.Random, split: Split) -> tuple[str, ...]:
    if rng.random() < 0.7:
        return (word(rng, split),)
    return (pick(rng, ADJECTIVES, split), word(rng, split))


def _chosen(rng: random.Random, split: Split) -> list[Field]:
    weights = (4, 28, 33, 23, 12) if split == "train" else (4, 36, 36, 18, 6)
    return fields(rng, split, rng.choices((0, 1, 2, 3, 4), weights)[0])


def _made(rng: random.Random, split: Split, verb: str, thing: tuple[str, ...], chosen: list[Field]) -> Use:
    optional = {field.name for field in chosen[1:] if rng.random() < 0.15}
    given = [field for field in chosen if field.name not in optional or rng.random() < 0.5]
    name = spelled([verb, *thing], camel=rng.random() < 0.25)
    what = " ".join(thing)
    tool = _tool(name, _description(rng, verb, what), chosen, optional)
    arguments = {field.name: field.value for field in given}
    asked = _asked(rng, split, name, verb, what, given)
    return Use(tool, name, asked, arguments, result_of(rng, split), True, verb, thing, tuple(chosen))


def _description(rng: random.Random, verb: str, what: str) -> str:
    return expand(rng, f"{capital(verb)} [the|{with_article(what)}] {what}.").replace(
        f"{with_article(what)} {what}", with_article(what)
    )


def _asked(rng: random.Random, split: Split, name: str, verb: str, what: str, given: list[Field]) -> str:
    if rng.random() < 0.1:
        opening = ask(rng, split, BY_NAME, name=name)
    else:
        opening = ask(rng, split, OPENINGS, verb=verb, Verb=capital(verb), what=what, a_what=with_article(what))
    end = "?" if opening.lower().split(", ")[-1].startswith(QUESTIONS) else "."
    if not given:
        return opening + end
    told = list(given)
    if rng.random() < (0.45 if split == "train" else 0.3):
        rng.shuffle(told)
    _, lead, part, between, last, closing = rng.choices(FORMS, [form[0] for form in FORMS])[0]
    parts = [
        part.format(name=each.name, words=each.words, Words=capital(each.words), the=_the(rng), value=show(rng, each))
        for each in told
    ]
    return (opening + lead + between.join(parts[:-1]) + (last if parts[1:] else "") + parts[-1] + closing).replace(
        "{end}", end
    )


def _the(rng: random.Random) -> str:
    return rng.choice(("", "", "the "))


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def _tool(name: str, description: str, chosen: list[Field], optional: set[str]) -> Message:
    properties: dict[str, Any] = {}
    for field in chosen:
        properties[field.name] = {"type": field.type}
        if field.options:
            properties[field.name]["enum"] = list(field.options)
    required = [field.name for field in chosen if field.name not in optional]
    parameters = {"type": "object", "properties": properties, "required": required}
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def _known(rng: random.Random, split: Split, tool: Tool) -> Use:
    arguments = {name: _known_value(rng, split, kind) for name, kind in tool.arguments}
    types = {"integer": "integer", "small": "integer"}
    chosen = [Field(name, name, types.get(kind, "string"), arguments[name]) for name, kind in tool.arguments]
    given = {key: _result_value(rng, split, key) for key in tool.result}
    asked = ask(rng, split, tool.asked, **arguments)
    # A name may differ a little from ours where somebody else has written the tool.
    parts = tool.name.split("_")
    name = tool.name if rng.random() < 0.6 else spelled(parts, camel=True)
    return Use(_tool(name, tool.description, chosen, set()), name, asked, arguments, given, made_up=False)


def _known_value(rng: random.Random, split: Split, kind: str) -> Any:
    if kind in _CHOICES:
        return rng.choice(_CHOICES[kind])
    simple: dict[str, Any] = {
        "city": lambda: city(rng, split),
        "person": lambda: person(rng, split),
        "word": lambda: word(rng, split),
        "phrase": lambda: " ".join(word(rng, split) for _ in range(rng.randint(2, 5))),
        "integer": lambda: number(rng),
        "small": lambda: rng.randrange(2, 30),
        "hour": lambda: f"{rng.randrange(24)}:{rng.choice(('00', '15', '30', '45'))}",
        "day": lambda: rng.choice(WEEKDAYS),
        "path": lambda: f"{word(rng, split)}.{rng.choice(('txt', 'md', 'csv', 'toml', 'log'))}",
        "digits": lambda: f"0{rng.randrange(10**6):06d}",
        "site": lambda: f"{word(rng, split)}.{rng.choice(('com', 'org', 'net', 'de', 'io'))}",
        "symbol": lambda: "".join(rng.choice("ABCDEFGHKLMNPRSTVXZ") for _ in range(rng.randint(2, 4))),
    }
    return simple[kind]()


def result_of(rng: random.Random, split: Split) -> dict[str, Any]:
    """Return what a made-up tool gives back: one to three values."""
    chosen = fields(rng, split, rng.choices((1, 2, 3), (50, 38, 12))[0])
    given = {field.name: field.value for field in chosen if not isinstance(field.value, bool)}
    if not given or rng.random() < 0.2:
        given = {"status": rng.choice(CHOICES["status"]), **given}
    return dict(list(given.items())[:3])


def _result_value(rng: random.Random, split: Split, key: str) -> Any:
    if key in CHOICES:
        return rng.choice(CHOICES[key])
    if key in ("temperature", "price", "sum", "product", "amount", "result", "table", "results"):
        return rng.randrange(40) if key == "temperature" else number(rng)
    if key == "time":
        return f"{rng.randrange(24)}:{rng.randrange(60):02d}"
    if key == "phone":
        return f"0{rng.randrange(10**6):06d}"
    if key == "date":
        return f"{rng.randrange(1, 29)} {rng.choice(('May', 'June', 'March', 'October'))} {rng.randrange(2024, 2040)}"
    if key == "place":
        return city(rng, split)
    return " ".join(word(rng, split) for _ in range(rng.randint(1, 4)))


def answer_from(given: Mapping[str, Any]) -> str:
    """Return the sentence that tells a person what a tool gave back."""
    if "error" in given:
        return f"That did not work: {given['error']}."
    parts = [f"the {words_of(key)} is {value}" for key, value in given.items()]
    return capital(_joined(parts)) + "."


def words_of(name: str) -> str:
    """Return a name in snake_case or camelCase as words."""
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).replace("_", " ")


def as_text(given: Mapping[str, Any]) -> str:
    """Return what a tool gave back as it stands in the conversation."""
    return json.dumps(given, ensure_ascii=False)
