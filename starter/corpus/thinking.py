"""(g) A short thinking block before the answer when thinking is on, none when it is off."""

from __future__ import annotations

import random
from dataclasses import replace

from starter.corpus import about, beyond, copying, greetings, json_answers, memory, sums, tools
from starter.corpus.checks import Contains, DoesNotThink, Thinks
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.vocabulary import split_of

_BIGGER = (
    "Which is bigger, {a} or {b}?",
    "Which number is bigger: {a} or {b}?",
    "Is {a} or {b} bigger?",
    "What is bigger, {a} or {b}?",
    "Which is larger, {a} or {b}?",
    "Which of {a} and {b} is bigger?",
    "Compare {a} and {b}: which is bigger?",
)
_PLAIN = (
    (greetings.turn, "This is small talk. I answer in a friendly way."),
    (about.turn, "This is a question about Minerva. I know the answer."),
    (beyond.turn, "I am a small model and do not know this. I say so and show the way to a bigger model."),
    (copying.short_turn, "I take the given text and do what is asked."),
    (json_answers.turn, "I take each key with its value and write JSON."),
)


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation whose last answer comes after some thinking, or the same kind with thinking off."""
    kind = rng.random()
    if kind < 0.2:
        made = _remembered(rng, split, level)
    elif kind < 0.4:
        made = _with_tools(rng, split, level)
    else:
        made = _single(rng, split)
    if rng.random() < 0.35:
        messages = tuple({key: value for key, value in each.items() if key != "reasoning"} for each in made.messages)
        return replace(made, messages=messages, thinking=False, check=DoesNotThink(made.check))
    return replace(made, thinking=True, check=Thinks(made.check))


def _single(rng: random.Random, split: Split) -> Example:
    kind = rng.random()
    if kind < 0.45:
        asked, worked, equation = sums.problem(rng, split)
        turn, thought = Turn(asked, f"{equation}.", Contains((equation,))), worked or "I know this by heart."
    elif kind < 0.6:
        turn, thought = _bigger(rng, split)
    else:
        make, thought = rng.choice(_PLAIN)
        turn = make(rng, split)
    messages = (*_before(rng, split), user(turn.asked), assistant(turn.answer, thought))
    return Example("thinking", split, messages, turn.check)


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


def _bigger(rng: random.Random, split: Split) -> tuple[Turn, str]:
    while True:
        first, second = rng.sample(range(100), 2)
        if split_of(f"{min(first, second)}<{max(first, second)}") == split:
            break
    low, high = sorted((first, second))
    turn = Turn(
        ask(rng, split, _BIGGER, a=first, b=second),
        f"{high} is bigger than {low}.",
        Contains((f"{high} is bigger than {low}",)),
    )
    if low // 10 != high // 10:
        return turn, f"{first} has {first // 10} tens, {second} has {second // 10} tens. So {high} is bigger."
    both = f"Both have {low // 10} tens. {first} has {first % 10} ones, {second} has {second % 10} ones."
    return turn, f"{both} So {high} is bigger."
