"""(c) Remembering what a person said some turns ago, and saying so when it was not said."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace

from starter.corpus.checks import Contains
from starter.corpus.distractors import distract, neutral_system
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import ask, say
from starter.corpus.vocabulary import animal_name, capital, city, made_up, number, of_split, person, pick, word
from starter.corpus.words import things
from starter.corpus.words.kinds import Kind
from starter.corpus.words.relations import RELATIONS, TEXT_HEARD, Relation
from starter.corpus.words.remember import CORRECTIONS, ITEMS, KINDS, RELATIVES, SHORT_CORRECTIONS, UNKNOWN

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
        answer = self.kind.answer.format(value=self.value, animal=self.animal, item=self.item)
        return with_articles(answer, self.value)

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
    if key in ("name", "relative", "person"):
        return person(rng, split)
    if key == "pet":
        return animal_name(rng, split)
    if key == "city":
        return city(rng, split)
    if key == "word":
        return word(rng, split)
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
    # A sentence may begin with a value in lower case, "teal is my favourite colour.", but a name keeps its capital.
    if re.match(rf"{re.escape(it.value)}\b", text, re.IGNORECASE):
        text = it.value + text[len(it.value) :]
    return with_articles(text, it.animal, it.value)


def with_articles(text: str, *nouns: str) -> str:
    """Return `text` with "an" instead of "a" before those of `nouns` that begin with a vowel."""
    for noun in nouns:
        if noun[0] in "aeiou":
            text = re.sub(rf"\ba (?={re.escape(noun)}\b)", "an ", text)
    return text


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation in which facts are told, other things are talked about, and facts are asked for.

    The last question is for something said one to eight turns before, or, in a quarter of the cases, never said.
    Training has more of what is hard: facts not told, facts told anew, several people, several questions.
    """
    is_training = split == "train"
    if rng.random() < (0.25 if is_training else 0.1):
        return _about_others(rng, split)
    gap = rng.randint(1, max(1, round(8 * level)))
    told = facts(rng, split, rng.choice((1, 1, 2, 2, 3, 4)) + 2)
    missing = [told.pop(), told.pop()]
    target = rng.choice(told)
    messages: list[Message] = [*neutral_system(rng, split), *_before(rng, split, told, target)]
    messages += _told(rng, split, target)
    if rng.random() < (0.16 if is_training else 0.07):
        target, correction = _corrected(rng, split, target)
        messages += correction
    for _ in range(gap - 1):
        messages += distract(rng, split)
    if is_training and rng.random() < 0.5:
        messages += _asked(rng, split, target) if rng.random() < 0.5 else []
        messages += [user(missing[1].asked(rng, split)), assistant(missing[1].unknown(rng))]
    if rng.random() < (0.65 if is_training else 0.75):
        check = Contains((target.value,), ("not told",))
        return Example("memory", split, (*messages, *_asked(rng, split, target)), check)
    messages += [user(missing[0].asked(rng, split)), assistant(missing[0].unknown(rng))]
    return Example("memory", split, tuple(messages), Contains((f"not told me {missing[0].subject}",)))


def _before(rng: random.Random, split: Split, told: list[Fact], target: Fact) -> list[Message]:
    """Return what is said before `target` is told: the other facts, or something else."""
    messages: list[Message] = []
    for each in told:
        if each is target:
            continue
        if rng.random() < 0.5:
            messages += _told(rng, split, each)
            messages += _asked(rng, split, each) if rng.random() < 0.25 else []
        else:
            messages += distract(rng, split)
    return messages


def _told(rng: random.Random, split: Split, it: Fact) -> list[Message]:
    return [user(it.tell(rng, split)), assistant(it.heard(rng))]


def _asked(rng: random.Random, split: Split, it: Fact) -> list[Message]:
    return [user(it.asked(rng, split)), assistant(it.answer)]


def _corrected(rng: random.Random, split: Split, it: Fact) -> tuple[Fact, list[Message]]:
    """Return the fact with another value, and how it is told that the old one no longer holds."""
    values = iter(lambda: _value(rng, split, it.kind.key), None)
    newer = replace(it, value=next(value for value in values if value != it.value))
    if rng.random() < 0.5:
        correction = say(rng, split, SHORT_CORRECTIONS, value=newer.value)
    else:
        correction = say(rng, split, CORRECTIONS, told=newer.tell(rng, "train"))
    answer = rng.choice((newer.heard(rng), f"All right. {newer.answer}", f"I changed that. {newer.answer}"))
    return newer, [user(correction), assistant(answer)]


def _about_others(rng: random.Random, split: Split) -> Example:
    """Return a question about one of several people in a short text; in training often more than one."""
    is_training = split == "train"
    relation = rng.choice(RELATIONS)
    one = rng.choice(of_split(relation.tell, split if is_training or rng.random() < 0.5 else "train"))
    wordings = (one,) if rng.random() < 0.8 else relation.tell
    people = list(dict.fromkeys(person(rng, split) for _ in range(rng.randint(2, 5))))
    rows = {who: _value(rng, split, relation.kind) for who in people}
    text = " ".join(_said_of(rng, split, wordings, who, value) for who, value in rows.items())
    questions = rng.sample(people, rng.randint(1, min(3, len(people)))) if is_training else [rng.choice(people)]
    if rng.random() < (0.25 if is_training else 0.15):
        questions[-1] = next(name for name in iter(lambda: person(rng, split), "") if name not in people)
    messages: list[Message] = []
    for who in questions:
        asked = say(rng, split, relation.asked, who=who)
        messages += [user(asked), assistant(_answer_about(relation, who, rows.get(who)))]
    last = questions[-1]
    check = Contains((rows[last],), ("not told",)) if last in rows else Contains((f"not told me that about {last}",))
    if rng.random() < 0.5:
        messages[0] = user(f"{text} {messages[0]['content']}")
        return Example("memory", split, tuple(messages), check)
    first = (user(text), assistant(rng.choice(TEXT_HEARD)), *distract(rng, split))
    return Example("memory", split, (*first, *messages), check)


def _said_of(rng: random.Random, split: Split, wordings: tuple[str, ...], who: str, value: str) -> str:
    return with_articles(say(rng, split, wordings, who=who, value=value), value)


def _answer_about(relation: Relation, who: str, value: str | None) -> str:
    if value is None:
        return f"You have not told me that about {who}."
    return with_articles(relation.answer.format(who=who, value=value), value)
