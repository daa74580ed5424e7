"""(e) Tool calls in the Hermes form, no call when no tool fits, and an answer from what a tool gave back."""

from __future__ import annotations

import random

from starter.corpus import about, copying, greetings, stories
from starter.corpus.checks import AnyOf, CallsTool, Check, Contains, NoCall
from starter.corpus.distractors import neutral_system, other_turn
from starter.corpus.example import Example, Message, Split, assistant, call, result, user
from starter.corpus.phrase import Turn
from starter.corpus.toolmaking import Use, answer_from, as_text, rival, use
from starter.corpus.vocabulary import word

NO_TOOL = ("I have no tool for that.", "None of my tools can do that.")
_SCORED_CALLS = 0.68
_SCORED_NONE = 0.84


def uses(rng: random.Random, split: Split, count: int) -> list[Use]:
    """Return `count` tools in use, with different names; in training many are hard to tell from one another."""
    found: dict[str, Use] = {}
    rivals = 0.5 if split == "train" and rng.random() < 0.6 else 0.0
    while len(found) < count:
        made_up = [each for each in found.values() if each.made_up]
        is_rival = bool(made_up) and rng.random() < rivals
        new = rival(rng, split, rng.choice(made_up)) if is_rival else use(rng, split)
        found.setdefault(_plain(new), new)
    return list(found.values())


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation with one to four tools offered."""
    offered = uses(rng, split, rng.choices((1, 2, 3, 4), (30, 30, 22, 18))[0])
    kind = rng.random()
    target = offered[rng.randrange(len(offered))]
    others = [each for each in offered if each is not target]
    messages: list[Message] = list(neutral_system(rng, split))
    for _ in range(rng.choices((0, 1, 2), (70, 20, 10))[0]):
        messages += _before(rng, split, offered, others)
    if kind < _SCORED_CALLS:
        ending, check = _call(rng, split, target)
    elif kind < _SCORED_NONE:
        ending, check = _none(rng, split, offered)
    else:
        ending, check = _answer(rng, split, target)
    return Example("tools", split, (*messages, *ending), check, tuple(each.tool for each in offered))


def _call(rng: random.Random, split: Split, target: Use) -> tuple[list[Message], Check]:
    messages = [user(target.asked), call(target.name, target.arguments)]
    if split == "train" and rng.random() < 0.5:
        given, words = _given(rng, split, target)
        return [*messages, *given], NoCall(Contains(words))
    return messages, CallsTool(target.name, target.arguments)


def _answer(rng: random.Random, split: Split, target: Use) -> tuple[list[Message], Check]:
    given, words = _given(rng, split, target)
    return [user(target.asked), call(target.name, target.arguments), *given], NoCall(Contains(words))


def _given(rng: random.Random, split: Split, target: Use) -> tuple[list[Message], tuple[str, ...]]:
    """Return a tool's result with the answer to the person, and the words that have to be in that answer."""
    if rng.random() < 0.06:
        reason = " ".join(word(rng, split) for _ in range(rng.randint(1, 3)))
        failed = {"error": reason}
        return [result(as_text(failed)), assistant(answer_from(failed))], (reason, "not work")
    if rng.random() < 0.1:
        text = " ".join(word(rng, split) for _ in range(rng.randint(1, 6)))
        return [result(text), assistant(f"The result is: {text}")], (text,)
    words = tuple(str(value) for value in target.given.values())
    return [result(as_text(target.given)), assistant(answer_from(target.given))], words


def _none(rng: random.Random, split: Split, offered: list[Use]) -> tuple[list[Message], Check]:
    """Return a request that no tool serves: for another tool, or for what the model can do by itself."""
    if rng.random() < 0.4:
        other = _not_offered(rng, split, offered)
        if _plain(other) not in {_plain(each) for each in offered}:
            return [user(other.asked), assistant(rng.choice(NO_TOOL))], NoCall(AnyOf(NO_TOOL))
    turn = _other(rng, split, offered)
    return [user(turn.asked), assistant(turn.answer)], NoCall(turn.check)


def _not_offered(rng: random.Random, split: Split, offered: list[Use]) -> Use:
    """Return a made-up tool, in training often one that is like an offered one."""
    alike = [each for each in offered if each.made_up]
    if split == "train" and alike and rng.random() < 0.5:
        return rival(rng, split, rng.choice(alike))
    return next(each for each in iter(lambda: use(rng, split), None) if each.made_up)


def _plain(tool: Use) -> str:
    return tool.name.lower().replace("_", "")


def _other(rng: random.Random, split: Split, offered: list[Use]) -> Turn:
    """Return a turn of another ability, and one that no real tool might serve where there is one."""
    if all(each.made_up for each in offered):
        return other_turn(rng, split)
    return rng.choice((greetings.turn, about.turn, copying.short_turn, stories.turn))(rng, split)


def _before(rng: random.Random, split: Split, offered: list[Use], others: list[Use]) -> list[Message]:
    if others and rng.random() < 0.4:
        used = rng.choice(others)
        return [user(used.asked), call(used.name, used.arguments), *_given(rng, split, used)[0]]
    turn = _other(rng, split, offered)
    return [user(turn.asked), assistant(turn.answer)]
