"""(c) Remembering what a person said some turns ago, and saying so when it was not said."""

from __future__ import annotations

import random
from dataclasses import dataclass

from starter.corpus.checks import Contains
from starter.corpus.distractors import distract, neutral_system
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import ask, say
from starter.corpus.vocabulary import animal_name, capital, city, made_up, number, person, pick, word
from starter.corpus.words import things
from starter.corpus.words.remember import ITEMS, KINDS, RELATIVES, UNKNOWN, Kind

_KNOWN_LISTS = {
    "colour": things.COLOURS,
    "food": things.FOODS,
    "job": things.JOBS,
    "hobby": things.HOBBIES,
    "birthday": things.MONTHS,
}


@dataclass(frozen=True)
class Fact:
    """A fact of some kind with its values."""

    kind: Kind
    value: str
    animal: str
    item: str

    @property
    def subject(self) -> str:
        """What the fact is about; two facts in one conversation never share it."""
        return self.kind.about.format(animal=self.animal, item=self.item)

    def tell(self, rng: random.Random, split: Split) -> str:
        """Return how the person says it."""
        return _format(ask, rng, split, self.kind.tell, self)

    def heard(self, rng: random.Random) -> str:
        """Return how the model takes note of it."""
        return capital(_format(say, rng, "train", self.kind.heard, self))

    def asked(self, rng: random.Random, split: Split) -> str:
        """Return how the person asks for it."""
        return _format(ask, rng, split, self.kind.asked, self)

    @property
    def answer(self) -> str:
        """The right answer once it was told."""
        return self.kind.answer.format(value=self.value, animal=self.animal, item=self.item)

    def unknown(self, rng: random.Random) -> str:
        """Return the right answer when it was not told."""
        return rng.choice(UNKNOWN).format(about=self.subject)


def fact(rng: random.Random, split: Split) -> Fact:
    """Return a random fact."""
    kind = rng.choices(KINDS, (5, 3, 3, 3, 2, 2, 2, 2, 1, 3, 4))[0]
    animal = pick(rng, things.PETS, split) if kind.key == "pet" else rng.choice(RELATIVES)
    return Fact(kind, _value(rng, split, kind.key), animal, _item(rng, split))


def facts(rng: random.Random, split: Split, count: int) -> list[Fact]:
    """Return `count` facts on different subjects; of one kind only where its subjects differ by more than a word."""
    chosen: dict[str, Fact] = {}
    while len(chosen) < count:
        new = fact(rng, split)
        chosen.setdefault("number" if new.subject.endswith("number") else new.subject, new)
    return list(chosen.values())


def _value(rng: random.Random, split: Split, key: str) -> str:
    if key in _KNOWN_LISTS:
        is_made_up = key in ("colour", "food") and rng.random() < 0.25
        return made_up(rng, split) if is_made_up else pick(rng, _KNOWN_LISTS[key], split)
    if key in ("name", "relative"):
        return person(rng, split)
    if key == "pet":
        return animal_name(rng, split)
    if key == "city":
        return city(rng, split)
    if key == "number" or rng.random() < 0.35:
        return str(number(rng))
    return word(rng, split)


def _item(rng: random.Random, split: Split) -> str:
    noun = pick(rng, things.NOUNS, split) if rng.random() < 0.7 else made_up(rng, split)
    what = rng.choice(ITEMS)
    if what.startswith("secret"):
        return what
    return f"{noun} {what}" if rng.random() < 0.5 else f"{what} of the {noun}"


def _format(how: object, rng: random.Random, split: Split, templates: tuple[str, ...], it: Fact) -> str:
    function = ask if how is ask else say
    text = function(rng, split, templates, value=it.value, animal=it.animal, item=it.item)
    # A sentence may begin with a value in lower case: "teal is my favourite colour."
    return text.replace("a " + it.animal, "an " + it.animal) if it.animal[0] in "aeiou" else text


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation in which facts are told, other things are talked about, and facts are asked for.

    The last question is for something said one to eight turns before, or, in a quarter of the cases, never said.
    """
    if rng.random() < 0.1:
        return _about_others(rng, split)
    longest = max(1, round(8 * level))
    gap = rng.randint(1, longest)
    told = facts(rng, split, rng.choice((1, 1, 2, 2, 3, 4)) + 1)
    missing = told.pop()
    messages: list[Message] = list(neutral_system(rng, split))
    is_known = rng.random() < 0.75
    target = rng.choice(told)
    for each in told[:-1] if target is told[-1] else [one for one in told if one is not target]:
        if rng.random() < 0.5:
            messages += _told(rng, split, each)
            told_before = each
            if rng.random() < 0.25:
                messages += [user(told_before.asked(rng, split)), assistant(told_before.answer)]
        else:
            messages += distract(rng, split)
    messages += _told(rng, split, target)
    if rng.random() < 0.07:
        newer = Fact(target.kind, _value(rng, split, target.kind.key), target.animal, target.item)
        correction = "[Sorry, that was wrong.|No, wait.|Correction:|That has changed.] " + "{told}"
        messages += [user(say(rng, split, (correction,), told=newer.tell(rng, "train"))), assistant(newer.heard(rng))]
        target = newer
    for _ in range(gap - 1):
        messages += distract(rng, split)
    if is_known:
        messages += [user(target.asked(rng, split)), assistant(target.answer)]
        return Example("memory", split, tuple(messages), Contains((target.value,), ("not told",)))
    messages += [user(missing.asked(rng, split)), assistant(missing.unknown(rng))]
    return Example("memory", split, tuple(messages), Contains((f"not told me {missing.subject}",)))


def _told(rng: random.Random, split: Split, it: Fact) -> list[Message]:
    return [user(it.tell(rng, split)), assistant(it.heard(rng))]


_RELATIONS = (
    ("{who} lives in {value}.", "Where does {who} live?", "{who} lives in {value}.", city),
    ("{who} has a dog called {value}.", "What is {who}'s dog called?", "{who}'s dog is called {value}.", animal_name),
    ("{who} likes {value}.", "What does {who} like?", "{who} likes {value}.", word),
    ("{who} has the key {value}.", "Which key does {who} have?", "{who} has the key {value}.", word),
    ("{who} is married to {value}.", "Who is {who} married to?", "{who} is married to {value}.", person),
)


def _about_others(rng: random.Random, split: Split) -> Example:
    """Return a question about one of several people in a short text."""
    tell, asked, answer, value = rng.choice(_RELATIONS)
    people = list(dict.fromkeys(person(rng, split) for _ in range(rng.randint(2, 5))))
    rows = [(who, value(rng, split)) for who in people]
    text = " ".join(tell.format(who=who, value=each) for who, each in rows)
    if rng.random() < 0.15:
        who = next(name for name in iter(lambda: person(rng, split), "") if name not in people)
        said = f"You have not told me that about {who}."
        check = Contains((f"not told me that about {who}",))
    else:
        who, right = rng.choice(rows)
        said, check = answer.format(who=who, value=right), Contains((right,), ("not told",))
    question = asked.format(who=who)
    if rng.random() < 0.5:
        return Example("memory", split, (user(f"{text} {question}"), assistant(said)), check)
    first = (user(text), assistant(rng.choice(("Noted.", "I will remember that."))))
    return Example("memory", split, (*first, *distract(rng, split), user(question), assistant(said)), check)
