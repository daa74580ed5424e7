"""(b) What Minerva is and how to use it."""

from __future__ import annotations

import random

from starter.corpus.checks import Contains
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.vocabulary import split_of
from starter.corpus.words.facts import Fact
from starter.corpus.words.facts_more import FACTS

_HOW = (
    "How do I {how}?",
    "How can I {how}?",
    "How do you {how}?",
    "How could I {how}?",
    "[How to|how to] {how}?",
    "How would I {how}?",
    "Tell me how to {how}.",
    "[Please e|E]xplain how to {how}.",
    "Can you tell me how to {how}?",
    "Please tell me how I can {how}.",
    "I want to {how}.",
    "I would like to {how}.",
    "I need to {how}.",
    "What must I do to {how}?",
    "What do I have to do to {how}?",
    "Show me how to {how}.",
    "What is the [way|command] to {how}?",
    "Is there a [way|command] to {how}?",
    "I do not know how to {how}.",
    "Help me to {how}.",
    "Do you know how I can {how}?",
    "What should I type to {how}?",
)


def turn(rng: random.Random, split: Split) -> Turn:
    """Return one question and its answer.

    Whole questions are held out by their text, whatever template they come from; their words are not.
    """
    fact = rng.choice(FACTS)
    return Turn(_question(rng, split, fact), rng.choice(fact.answers), Contains(fact.words))


def _question(rng: random.Random, split: Split, fact: Fact) -> str:
    for _ in range(200):
        question = _any_question(rng, fact)
        if split_of(question.strip(".?!")) == split:
            return question
    # A fact with few questions may have none in a split; a new beginning makes one.
    return "Please answer this: " + _any_question(rng, fact)


def _any_question(rng: random.Random, fact: Fact) -> str:
    is_how = bool(fact.how) and (not fact.questions or rng.random() < 0.6)
    if is_how:
        inner = ask(rng, "train", (rng.choice(fact.how),))
        return ask(rng, "train", (rng.choice(_HOW),), how=inner[0].lower() + inner[1:])
    return ask(rng, "train", (rng.choice(fact.questions),))


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation of one to three such exchanges."""
    turns = [turn(rng, split) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("about", split, tuple(messages), turns[-1].check)
