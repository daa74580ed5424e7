"""(h) Short stories from a small plot grammar, about a hero, a place and a thing that the person names."""

from __future__ import annotations

import random
import re

from starter.corpus.checks import Story
from starter.corpus.example import Example, Split, assistant, user
from starter.corpus.phrase import Turn, ask, say
from starter.corpus.vocabulary import capital, made_up, of_split, person, pick, with_article
from starter.corpus.words import plots, wishes
from starter.corpus.words.places import STORY_PLACES
from starter.corpus.words.qualities import ADJECTIVES
from starter.corpus.words.things import COLOURS, NOUNS, PETS

_PLAIN_SENTENCE = re.compile(r'[A-Z][^.!?"]+[.!?](?= |$)')


def turn(rng: random.Random, split: Split) -> Turn:
    """Return a wish for a story, and the story."""
    hero, called = _hero(rng, split)
    place = f"the {_place(rng, split)}"
    thing = _thing(rng, split)
    named = {"hero": hero, "hero_capital": capital(hero), "place": place, "thing": with_article(thing)}
    asked = ask(rng, split, wishes.STORY_WISHES, **named)
    text = tell(rng, called, place, thing)
    return Turn(asked, text, Story(called, place, thing))


def tell(rng: random.Random, hero: str, place: str, thing: str) -> str:
    """Return a story of eight sentences; the parts of the plot fit together in any choice."""
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


def line(rng: random.Random, split: Split) -> str:
    """Return one sentence of a story, for a text that is to be copied: what begins like a story need not become one."""
    told = tell(rng, _hero(rng, split)[1], f"the {_place(rng, split)}", _thing(rng, split))
    sentences: list[str] = _PLAIN_SENTENCE.findall(told)
    return rng.choice(sentences)


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
    """Return how the person names the hero, and what the story says from the start."""
    kind = rng.random()
    if kind < 0.45:
        name = person(rng, split)
        return name, name
    if kind < 0.7:
        name = person(rng, split)
        being = pick(rng, rng.choice((PETS, wishes.PERSONS)), split)
        if rng.random() < 0.35:
            being = f"{pick(rng, ADJECTIVES, split)} {being}"
        return rng.choice((f"{with_article(being)} named {name}", f"{with_article(being)} called {name}")), name
    being = f"{pick(rng, ADJECTIVES, split)} {pick(rng, rng.choice((PETS, PETS, wishes.PERSONS)), split)}"
    return with_article(being), f"the {being}"


def _place(rng: random.Random, split: Split) -> str:
    """Return a listed place, or one put together: with few of them, they would be learnt by heart, not copied."""
    kind = rng.random()
    if kind < 0.4:
        return pick(rng, STORY_PLACES, split)
    noun = made_up(rng, split) if rng.random() < 0.2 else rng.choice(of_split(wishes.PLACE_WORDS, split))
    if kind < 0.6:
        return noun
    if kind < 0.8:
        return f"{pick(rng, ADJECTIVES, split)} {noun}"
    return f"{pick(rng, NOUNS, split)} {noun}"


def _thing(rng: random.Random, split: Split) -> str:
    noun = made_up(rng, split) if rng.random() < 0.15 else pick(rng, NOUNS, split)
    kind = rng.random()
    if kind < 0.4:
        return noun
    return f"{pick(rng, ADJECTIVES if kind < 0.75 else COLOURS, split)} {noun}"


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return one story told."""
    only = turn(rng, split)
    return Example("stories", split, (user(only.asked), assistant(only.answer)), only.check)
