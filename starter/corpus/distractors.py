"""What else is said in a conversation: system prompts that ask for nothing special, and turns of other abilities."""

from __future__ import annotations

import random

from starter.corpus import about, beyond, copying, greetings, json_answers, stories, sums
from starter.corpus.example import Message, Split, assistant, system, user
from starter.corpus.phrase import Turn, say
from starter.corpus.words.roles import NEUTRAL, ROLES

_KINDS = (greetings.turn, about.turn, beyond.turn, sums.turn, copying.short_turn, json_answers.turn, stories.turn)
_WEIGHTS = (30, 12, 18, 18, 14, 5, 3)


def other_turn(rng: random.Random, split: Split) -> Turn:
    """Return a turn of any ability that needs nothing said before."""
    return rng.choices(_KINDS, _WEIGHTS)[0](rng, split)


def distract(rng: random.Random, split: Split) -> list[Message]:
    """Return the messages of one such turn."""
    turn = other_turn(rng, split)
    return [user(turn.asked), assistant(turn.answer)]


def neutral_system(rng: random.Random, split: Split) -> list[Message]:
    """Return a system prompt that changes nothing, in four cases of ten, else nothing."""
    if rng.random() < 0.6:
        return []
    return [system(say(rng, split, NEUTRAL, role=rng.choice(ROLES)))]
