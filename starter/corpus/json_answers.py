"""(f) JSON for a small schema given in words, with values from the person's sentence."""

from __future__ import annotations

import json
import random
from typing import Any

from starter.corpus.checks import Json
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask, expand
from starter.corpus.values import Field, fields, show

_WORDS = {
    "string": ("text", "string", "a text", "a string"),
    "integer": ("integer", "whole number", "an integer"),
    "number": ("number", "a number"),
    "boolean": ("boolean", "true or false", "yes or no"),
    "list": ("list", "a list", "list of texts"),
}

_PLAIN = (
    "Write JSON with {pairs}.",
    "Give me a JSON object with {pairs}.",
    "Make a JSON object: {pairs}.",
    "Return JSON with {pairs}.",
    "JSON with {pairs}, please.",
    "Create JSON with {pairs}.",
    "Answer in JSON: {pairs}.",
    "I need a JSON object with {pairs}.",
    "Write a JSON object where {pairs_is}.",
    "Put this into JSON: {pairs_is}.",
    "Turn this into JSON: {pairs_is}.",
    "As JSON: {pairs_is}.",
)
_SCHEMA = (
    "Write JSON with the keys {keys}. {facts}",
    "Give me a JSON object with {keys}. {facts}",
    "Fill this schema as JSON: {keys}. {facts}",
    "JSON schema: {keys}. Text: {facts}",
    "Return a JSON object with the fields {keys}. Here is the text: {facts}",
    "{facts} Write that as JSON with the keys {keys}.",
    "{facts} Give me JSON with {keys}.",
    "Extract JSON with the fields {keys} from this text: {facts}",
    "Use the keys {keys} and answer in JSON. {facts}",
)


def turn(rng: random.Random, split: Split) -> Turn:
    """Return a wish for a JSON object, and the object; keys and values of the held-out ones are unseen."""
    chosen = fields(rng, split, rng.choices((1, 2, 3, 4), (15, 40, 30, 15))[0], with_lists=True)
    value: dict[str, Any] = {field.name: field.value for field in chosen}
    answer = json.dumps(value, ensure_ascii=False)
    return Turn(_asked(rng, split, chosen), answer, Json(value))


def _asked(rng: random.Random, split: Split, chosen: list[Field]) -> str:
    if rng.random() < 0.45:
        quoted = rng.random() < 0.3
        name = [f'"{field.name}"' if quoted else field.name for field in chosen]
        pairs = [f"{each} {show(rng, field, bracketed=True)}" for each, field in zip(name, chosen, strict=True)]
        pairs_is = [f"{each} is {show(rng, field, bracketed=True)}" for each, field in zip(name, chosen, strict=True)]
        return ask(rng, split, _PLAIN, pairs=_joined(pairs), pairs_is=_joined(pairs_is))
    typed = rng.random() < 0.7
    keys = [f"{field.name} ({rng.choice(_WORDS[field.type])})" if typed else field.name for field in chosen]
    facts = _facts(rng, chosen)
    return ask(rng, split, _SCHEMA, keys=_joined(keys), facts=facts)


def _facts(rng: random.Random, chosen: list[Field]) -> str:
    told = list(chosen)
    rng.shuffle(told)
    style = rng.random()
    if style < 0.4:
        return " ".join(expand(rng, f"[The|Its|My] {field.words} is ") + f"{show(rng, field)}." for field in told)
    if style < 0.7:
        return "The " + _joined([f"{field.words} is {show(rng, field, bracketed=True)}" for field in told]) + "."
    return "; ".join(f"{field.words}: {show(rng, field)}" for field in told) + "."


def _joined(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " and " + parts[-1]


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return one or two such exchanges."""
    turns = [turn(rng, split) for _ in range(rng.choice((1, 1, 2)))]
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("json", split, tuple(messages), turns[-1].check)
