"""(g) A short thinking block before the answer when thinking is on, none when it is off."""

from __future__ import annotations

import json
import random
from dataclasses import replace

from starter.corpus import about, beyond, copying, greetings, json_answers, memory, sums, tools
from starter.corpus.checks import Contains, DoesNotThink, Json, Thinks
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.vocabulary import split_of
from starter.corpus.words.comparisons import BIGGER

_PLAIN = (
    (greetings.turn, "This is small talk. I answer in a friendly way."),
    (about.turn, "This is a question about Minerva. I know the answer."),
    (beyond.turn, "I am a small model and do not know this. I say so and show the way to a bigger model."),
    (copying.short_turn, "I take the given text and do what is asked."),
)


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation whose last answer comes after some thinking, or the same kind with thinking off."""
    kind, thinks = rng.random(), rng.random() < 0.65
    if kind < 0.2:
        made = _remembered(rng, split, level)
    elif kind < 0.4:
        made = _with_tools(rng, split, level)
    else:
        made = _single(rng, split, thinks=thinks)
    if not thinks:
        messages = tuple({key: value for key, value in each.items() if key != "reasoning"} for each in made.messages)
        return replace(made, messages=messages, thinking=False, check=DoesNotThink(made.check))
    return replace(made, thinking=True, check=Thinks(made.check))


def _single(rng: random.Random, split: Split, *, thinks: bool) -> Example:
    """Return one question; what is worked out stands in the thinking, or without any in the answer."""
    kind = rng.random()
    if kind < 0.42:
        turn, thought = _sum(rng, split) if thinks else (sums.turn(rng, split), "")
    elif kind < 0.6:
        turn, thought = _bigger(rng, split, thinks=thinks)
    elif kind < 0.68:
        turn = json_answers.turn(rng, split)
        thought = _pairs(turn)
    else:
        make, thought = rng.choice(_PLAIN)
        turn = make(rng, split)
    messages = (*_before(rng, split), user(turn.asked), assistant(turn.answer, thought))
    return Example("thinking", split, messages, turn.check)


def _sum(rng: random.Random, split: Split) -> tuple[Turn, str]:
    asked, worked, equation = sums.problem(rng, split)
    return Turn(asked, f"{equation}.", Contains((equation,))), f"{worked} So {equation}.".strip()


def _pairs(turn: Turn) -> str:
    """Return each key with its value as JSON has it, so that the answer is a copy."""
    value = turn.check.value if isinstance(turn.check, Json) else {}
    return "\n".join(f"{name}: {json.dumps(each, ensure_ascii=False)}" for name, each in value.items())


def _before(rng: random.Random, split: Split) -> list[Message]:
    if rng.random() < 0.75:
        return []
    turn = rng.choice((greetings.turn, sums.turn, about.turn))(rng, split)
    return [user(turn.asked), assistant(turn.answer)]


def _remembered(rng: random.Random, split: Split, level: float) -> Example:
    """Return a question for something said, or not said, with the search for it as the thinking."""
    made = memory.example(rng, split, min(level, 0.5))
    said = str(made.messages[-1]["content"])
    is_unknown = said.startswith("You have not told me")
    thought = "I look back. That was not told to me." if is_unknown else f"I look back. It was said: {said}"
    return replace(made, ability="thinking", messages=(*made.messages[:-1], assistant(said, thought)))


def _with_tools(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation with tools: thinking says which tool fits with what, or that none does."""
    made = tools.example(rng, split, level)
    last_user = max(index for index, each in enumerate(made.messages) if each["role"] == "user")
    messages: list[Message] = list(made.messages[:last_user])
    for each in made.messages[last_user:]:
        messages.append({**each, "reasoning": _tool_thought(messages, each)} if each["role"] == "assistant" else each)
    return replace(made, ability="thinking", messages=tuple(messages))


def _tool_thought(before: list[Message], message: Message) -> str:
    if calls := message.get("tool_calls"):
        function = calls[0]["function"]
        given = ", ".join(f"{name} is {_shown(value)}" for name, value in function["arguments"].items())
        return f"The tool {function['name']} fits" + (f": {given}." if given else ".")
    return "I tell what the tool gave back." if before[-1]["role"] == "tool" else "No tool fits. I answer without one."


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bigger(rng: random.Random, split: Split, *, thinks: bool) -> tuple[Turn, str]:
    """Return which of two numbers is bigger: their tens or ones are compared, then that number is copied."""
    while True:
        first, second = rng.sample(range(100), 2)
        if split == "train" and rng.random() < 0.25:
            second = first - first % 10 + rng.randrange(10)
        if first != second and split_of(f"{min(first, second)}<{max(first, second)}") == split:
            break
    low, high = sorted((first, second))
    said = f"{high} is bigger than {low}."
    worked = _compared(first, second)
    answer = said if thinks else f"{worked} So {said}"
    asked = ask(rng, split, BIGGER, a=first, b=second)
    return Turn(asked, answer, Contains((said.rstrip("."),))), f"{worked} So {said}"


def _compared(first: int, second: int) -> str:
    low, high = sorted((first, second))
    if low // 10 != high // 10:
        tens = f"{first} has {first // 10} tens, {second} has {second // 10} tens."
        return f"{tens} {high // 10} is more than {low // 10}."
    ones = f"{first} has {first % 10} ones, {second} has {second % 10} ones."
    return f"Both have {low // 10} tens. {ones} {high % 10} is more than {low % 10}."
