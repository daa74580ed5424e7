"""(h) Short stories from a small plot grammar, about a hero, a place and a thing that the person names."""

from __future__ import annotations

import random

from starter.corpus.checks import Story
from starter.corpus.example import Example, Split, assistant, user
from starter.corpus.phrase import Turn, ask, say
from starter.corpus.vocabulary import capital, made_up, person, pick, with_article
from starter.corpus.words import plots
from starter.corpus.words.places import STORY_PLACES
from starter.corpus.words.qualities import ADJECTIVES
from starter.corpus.words.things import COLOURS, NOUNS, PETS

_ASKED = (
    "Tell me a [short |]story about {hero}, {place} and {thing}.",
    "[Please w|W]rite a [short |little |]story about {hero}, {place} and {thing}.",
    "Tell a story. Hero: {hero}. Place: {place}. Thing: {thing}.",
    "I want a story about {hero} in {place} with {thing}.",
    "Make up a story with {hero}, {place} and {thing}.",
    "A story about {hero}, {place} and {thing}, please.",
    "Can you tell me a story about {hero} and {thing} in {place}?",
    "Invent a [short |]story. The hero is {hero}, the place is {place}, and there is {thing}.",
    "Story: {hero}, {place}, {thing}.",
    "Write a [story|tale] in which {hero} finds {thing} in {place}.",
    "Tell me a [bedtime |]story with {hero} and {thing}. It happens in {place}.",
    "Give me a story about {hero}. It is set in {place}, and {thing} is part of it.",
)


def turn(rng: random.Random, split: Split) -> Turn:
    """Return a wish for a story, and the story."""
    hero, called = _hero(rng, split)
    place = f"the {pick(rng, STORY_PLACES, split)}"
    thing = _thing(rng, split)
    asked = ask(rng, split, _ASKED, hero=hero, place=place, thing=with_article(thing))
    text = tell(rng, called, place, thing)
    return Turn(asked, text, Story(called, place, thing))


def tell(rng: random.Random, hero: str, place: str, thing: str) -> str:
    """Return a story of six to nine sentences; the parts of the plot fit together in any choice."""
    friend = rng.choice(plots.FRIENDS)
    values = {
        "Hero": capital(hero),
        "hero": hero,
        "place": place,
        "thing": thing,
        "a_thing": with_article(thing),
    }
    values |= {"friend": friend, "Friend": capital(friend), "day": rng.choice(plots.DAYS)}
    plot = rng.choice(plots.PLOTS)
    steps = [plots.OPENINGS, plots.WISHES, *plot, plots.ENDINGS]
    text = " ".join(say(rng, "train", (rng.choice(step),), **values) for step in steps)
    return _known_friend(text, friend)


def _known_friend(text: str, friend: str) -> str:
    """Return `text` with "the" for "a" from the second time on that the friend is named."""
    known = friend.split(" ", 1)[1]
    first = text.lower().find(friend)
    if first < 0:
        return text
    end = first + len(friend)
    rest = text[end:].replace(friend, f"the {known}").replace(capital(friend), f"The {known}")
    return text[:end] + rest


def _hero(rng: random.Random, split: Split) -> tuple[str, str]:
    kind = rng.random()
    if kind < 0.5:
        name = person(rng, split)
        return name, name
    if kind < 0.75:
        name, animal = person(rng, split), pick(rng, PETS, split)
        return f"{with_article(animal)} named {name}", name
    animal = f"{pick(rng, ADJECTIVES, split)} {pick(rng, PETS, split)}"
    return with_article(animal), f"the {animal}"


def _thing(rng: random.Random, split: Split) -> str:
    noun = made_up(rng, split) if rng.random() < 0.1 else pick(rng, NOUNS, split)
    kind = rng.random()
    if kind < 0.4:
        return noun
    return f"{pick(rng, ADJECTIVES if kind < 0.75 else COLOURS, split)} {noun}"


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return one story told."""
    only = turn(rng, split)
    return Example("stories", split, (user(only.asked), assistant(only.answer)), only.check)
