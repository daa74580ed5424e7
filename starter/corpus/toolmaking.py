"""Tools made of words, with requests for them and what they give back; and requests for the tools of the toolbox."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starter.corpus.example import Message, Split
from starter.corpus.phrase import ask, expand
from starter.corpus.values import Field, fields, show, spelled
from starter.corpus.vocabulary import capital, city, number, person, pick, with_article, word
from starter.corpus.words.qualities import ADJECTIVES, VERBS
from starter.corpus.words.things import WEEKDAYS
from starter.corpus.words.toolbox import CHOICES, TOOLS, Tool


@dataclass(frozen=True)
class Use:
    """A tool, a request that it serves, the call's arguments, what the call gives back; `made_up`: of our words."""

    tool: Message
    name: str
    asked: str
    arguments: Mapping[str, Any]
    given: Mapping[str, Any]
    made_up: bool = True


def use(rng: random.Random, split: Split) -> Use:
    """Return a made-up tool in use, or in training sometimes one of the toolbox."""
    if split == "train" and rng.random() < 0.3:
        return _known(rng, split, rng.choice(TOOLS))
    verb = pick(rng, VERBS, split)
    thing = [word(rng, split)] if rng.random() < 0.7 else [pick(rng, ADJECTIVES, split), word(rng, split)]
    chosen = fields(rng, split, rng.choices((0, 1, 2, 3, 4), (4, 36, 36, 18, 6))[0])
    optional = {field.name for field in chosen[1:] if rng.random() < 0.15}
    given = [field for field in chosen if field.name not in optional or rng.random() < 0.5]
    camel = rng.random() < 0.25
    name = spelled([verb, *thing], camel=camel)
    what = " ".join(thing)
    tool = _tool(name, _description(rng, verb, what), chosen, optional)
    arguments = {field.name: field.value for field in given}
    return Use(tool, name, _asked(rng, split, name, verb, what, given), arguments, result_of(rng, split))


def _description(rng: random.Random, verb: str, what: str) -> str:
    return expand(rng, f"{capital(verb)} [the|{with_article(what)}] {what}.").replace(
        f"{with_article(what)} {what}", with_article(what)
    )


_OPEN = (
    "{Verb} the {what}",
    "Please {verb} the {what}",
    "{Verb} {a_what}",
    "I want to {verb} the {what}",
    "I need to {verb} {a_what}",
    "Can you {verb} the {what}",
    "Could you {verb} {a_what}",
    "Please {verb} {a_what}",
    "{Verb} my {what}",
    "Please {verb} my {what}",
    "Help me {verb} the {what}",
    "Now {verb} the {what}",
    "I would like to {verb} the {what}",
)
_BY_NAME = ("Use {name}", "Call {name}", "Run {name}", "Please use {name}", "Please call {name}", "Use the tool {name}")


def _asked(rng: random.Random, split: Split, name: str, verb: str, what: str, given: list[Field]) -> str:
    by_name = rng.random() < 0.1
    opening = (
        ask(rng, split, _BY_NAME, name=name)
        if by_name
        else ask(rng, split, _OPEN, verb=verb, Verb=capital(verb), what=what, a_what=with_article(what))
    )
    end = "?" if opening.startswith(("Can", "Could")) else "."
    if not given:
        return opening + end
    told = list(given)
    if rng.random() < 0.3:
        rng.shuffle(told)
    style = rng.random()
    if style < 0.4:
        return f"{opening} with {_joined([f'{_the(rng)}{each.words} {show(rng, each)}' for each in told])}{end}"
    if style < 0.65:
        return f"{opening}{end} " + " ".join(f"The {each.words} is {show(rng, each)}." for each in told)
    if style < 0.8:
        return f"{opening}: " + ", ".join(f"{each.words} {show(rng, each)}" for each in told) + "."
    if style < 0.9:
        return f"{opening}: " + ", ".join(f"{each.name} = {show(rng, each)}" for each in told)
    return f"{opening}, " + _joined([f"the {each.words} is {show(rng, each)}" for each in told]) + end


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
    if kind in CHOICES:
        return rng.choice(CHOICES[kind])
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
