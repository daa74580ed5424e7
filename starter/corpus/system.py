"""(d) Following a system prompt: a persona's name, one word, capitals, words to start or end with, and combinations."""

from __future__ import annotations

import random
from collections.abc import Callable

from starter.corpus import greetings, memory, sums
from starter.corpus.checks import All, AnyOf, Capitals, Check, Contains, EndsWith, OneWord, StartsWith
from starter.corpus.distractors import other_turn
from starter.corpus.example import Example, Message, Split, assistant, system, user
from starter.corpus.phrase import ask, say
from starter.corpus.vocabulary import capital, person, pick, with_article, word
from starter.corpus.words import roles
from starter.corpus.words.remember import KINDS

Made = tuple[list[Message], Check]


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation under a system prompt."""
    make: Callable[[random.Random, Split], Made] = rng.choices(_MAKERS, _WEIGHTS)[0]
    messages, check = make(rng, split)
    return Example("system", split, tuple(messages), check)


def _named(rng: random.Random, split: Split) -> Made:
    name, role = person(rng, split), rng.choice(roles.ROLES)
    prompt = _prompt(rng, split, roles.NAMED, name=name, role=role)
    messages = [system(prompt), *_others(rng, split)]
    if rng.random() < 0.15:
        asked = ask(
            rng,
            split,
            ("Are you {other}?", "Is your name {other}?", "You are {other}, right?"),
            other=person(rng, split),
        )
        return [*messages, user(asked), assistant(f"No, my name is {name}.")], Contains((name,))
    return [*messages, user(ask(rng, split, roles.ASK_NAME)), assistant(f"My name is {name}.")], Contains((name,))


def _role(rng: random.Random, split: Split) -> Made:
    role = rng.choice(roles.ROLES) if rng.random() < 0.5 else f"{word(rng, split)} {word(rng, split)}"
    prompt = _prompt(
        rng,
        split,
        ("You are {role}.", "You are {role}, [be kind|be polite|help people].", "Act as {role}.", "Play {role}."),
        role=with_article(role),
    )
    asked = ask(
        rng,
        split,
        (
            "What are you?",
            "Who are you?",
            "What is your job?",
            "What do you do?",
            "Tell me who you are.",
            "Who am I talking to?",
        ),
    )
    return [system(prompt), *_others(rng, split), user(asked), assistant(f"I am {with_article(role)}.")], Contains(
        (role,)
    )


def _told_fact(rng: random.Random, split: Split) -> Made:
    fact = next(each for each in iter(lambda: memory.fact(rng, split), None) if each.kind.key == "item")
    prompt = _prompt(
        rng,
        split,
        (
            "The {item} is {value}.",
            "Remember: the {item} is {value}.",
            "Facts: the {item} is {value}.",
            "You know that the {item} is {value}.",
        ),
        item=fact.item,
        value=fact.value,
    )
    asked = fact.asked(rng, split)
    return [system(prompt), *_others(rng, split), user(asked), assistant(fact.answer)], Contains((fact.value,))


def _user_name(rng: random.Random, split: Split) -> Made:
    name = person(rng, split)
    prompt = _prompt(
        rng,
        split,
        (
            "The user is called {name}.",
            "The user's name is {name}.",
            "You talk to {name}.",
            "You help {name}.",
            "The person you talk to is {name}.",
        ),
        name=name,
    )
    kind = KINDS[0]
    return [
        system(prompt),
        *_others(rng, split),
        user(ask(rng, split, kind.asked)),
        assistant(f"Your name is {name}."),
    ], Contains((name,))


def _one_word(rng: random.Random, split: Split) -> Made:
    messages: list[Message] = [system(_prompt(rng, split, roles.ONE_WORD))]
    for _ in range(rng.choice((0, 0, 1, 2))):
        asked, answer, _ = _short(rng, split)
        messages += [user(asked), assistant(answer)]
    asked, answer, check = _short(rng, split)
    return [*messages, user(asked), assistant(answer)], All((OneWord(), check))


def _short(rng: random.Random, split: Split) -> tuple[str, str, Check]:
    """Return a question, its answer in one word, and a check of that word."""
    kind = rng.random()
    if kind < 0.5:
        fact = next(each for each in iter(lambda: memory.fact(rng, split), None) if " " not in each.value)
        answer = capital(fact.value) + "."
        asked = f"{fact.tell(rng, split).rstrip('.!')}. {capital(fact.asked(rng, split))}"
        return asked, answer, AnyOf((answer,))
    if kind < 0.65:
        turn = greetings.opposite(rng, split)
        answer = capital(turn.answer.split()[-1])
        return turn.asked, answer, AnyOf((answer,))
    if kind < 0.8:
        turn = sums.turn(rng, split)
        answer = turn.answer.split("= ")[-1]
        return turn.asked, answer, AnyOf((answer,))
    if kind < 0.85:
        answer = "Unknown."
        return memory.fact(rng, split).asked(rng, split), answer, AnyOf((answer,))
    questions, answers = rng.choice(_SHORT_TALK)
    return ask(rng, split, questions), rng.choice(answers), AnyOf(answers)


_SHORT_TALK: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (
        (
            "[Hi|Hello|Hey][!|.|]",
            "[Hi|Hello] there[!|.]",
            "[Greetings|Good day][!|.]",
            "Say hello.",
            "[Good morning|Good evening][!|.]",
        ),
        ("Hello!",),
    ),
    (("How are you[ today|]?", "How do you feel?", "How is it going?", "Are you well?", "How's it going?"), ("Fine.",)),
    (
        ("[Thanks|Thank you][!|.|]", "Thank you [very much|so much][!|.]", "Thanks a lot[!|.]", "Many thanks[!|.]"),
        ("Gladly!",),
    ),
    (
        ("[Bye|Goodbye][!|.|]", "See you [later|soon][!|.]", "I have to go.", "Good night[!|.]", "Bye bye."),
        ("Goodbye!",),
    ),
    (
        (
            "Are you [a human|human|real|a person]?",
            "Do you [sleep|eat|dream|have a body]?",
            "Are you a big model?",
            "Do you have [feelings|friends]?",
            "Can you [see|hear] me?",
        ),
        ("No.",),
    ),
    (
        (
            "Are you [a program|a model|a machine|a bot|small]?",
            "Is this Minerva?",
            "Are you there?",
            "Can you help me?",
            "Can you tell stories?",
        ),
        ("Yes.",),
    ),
)


def _capitals(rng: random.Random, split: Split) -> Made:
    return _styled(rng, split, _prompt(rng, split, roles.CAPITALS), str.upper, Capitals())


def _end_with(rng: random.Random, split: Split) -> Made:
    end = _phrase(rng, split)
    prompt = _prompt(rng, split, roles.END_WITH, end=end)
    return _styled(rng, split, prompt, lambda text: _ended(text, end), EndsWith(end))


def _start_with(rng: random.Random, split: Split) -> Made:
    start = capital(_phrase(rng, split))
    prompt = _prompt(rng, split, roles.START_WITH, start=start)
    return _styled(rng, split, prompt, lambda text: f"{start}. {text}", StartsWith(start))


def _capitals_and_end(rng: random.Random, split: Split) -> Made:
    end = _phrase(rng, split)
    parts = [say(rng, split, roles.CAPITALS), say(rng, split, roles.END_WITH, end=end)]
    rng.shuffle(parts)
    return _styled(
        rng, split, " ".join(parts), lambda text: _ended(text, end).upper(), All((Capitals(), EndsWith(end)))
    )


def _named_and_styled(rng: random.Random, split: Split) -> Made:
    name, end = person(rng, split), _phrase(rng, split)
    first = say(rng, split, roles.NAMED, name=name, role=rng.choice(roles.ROLES))
    answer, asked = f"My name is {name}.", ask(rng, split, roles.ASK_NAME)
    kind = rng.randrange(3)
    if kind == 0:
        prompt, said, check = (
            say(rng, split, roles.END_WITH, end=end),
            _ended(answer, end),
            All((Contains((name,)), EndsWith(end))),
        )
    elif kind == 1:
        prompt, said, check = say(rng, split, roles.CAPITALS), answer.upper(), All((Contains((name,)), Capitals()))
    else:
        prompt, said, check = say(rng, split, roles.ONE_WORD), f"{name}.", All((Contains((name,)), OneWord()))
    return [system(f"{first} {prompt}"), user(asked), assistant(said)], check


def _styled(rng: random.Random, split: Split, prompt: str, style: Callable[[str], str], check: Check) -> Made:
    """Return one to four turns of other abilities whose answers all have the style."""
    messages: list[Message] = [system(prompt)]
    for _ in range(rng.choice((1, 1, 2, 3, 4))):
        if rng.random() < 0.25:
            fact = memory.fact(rng, split)
            messages += [user(fact.tell(rng, split)), assistant(style(fact.heard(rng)))]
            messages += [user(fact.asked(rng, split)), assistant(style(fact.answer))]
            continue
        turn = next(each for each in iter(lambda: other_turn(rng, split), None) if _can_be_styled(each.answer))
        messages += [user(turn.asked), assistant(style(turn.answer))]
    return messages, check


def _can_be_styled(answer: str) -> bool:
    # JSON and lists would no longer be what was asked for; numbers have no capitals.
    return answer[-1] in ".!?" and any(each.isalpha() for each in answer) and len(answer) < 240 and "{" not in answer


def _ended(text: str, end: str) -> str:
    return f"{text} {capital(end)}."


def _phrase(rng: random.Random, split: Split) -> str:
    if rng.random() < 0.4:
        return pick(rng, roles.ENDINGS, split)
    return " ".join(word(rng, split) for _ in range(rng.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]))


def _prompt(rng: random.Random, split: Split, templates: tuple[str, ...], **values: object) -> str:
    text = say(rng, split, templates, **values)
    kind = rng.random()
    if kind < 0.15:
        return "You are a helpful assistant. " + text
    return text + rng.choice((" Be kind.", " Be polite.", " Help the user.")) if kind < 0.22 else text


def _others(rng: random.Random, split: Split) -> list[Message]:
    messages: list[Message] = []
    for _ in range(rng.choice((0, 0, 0, 1, 2, 3))):
        turn = other_turn(rng, split)
        if not any(said in turn.answer for said in ("starter", "model", "program")):
            messages += [user(turn.asked), assistant(turn.answer)]
    return messages


_MAKERS = (
    _named,
    _role,
    _told_fact,
    _user_name,
    _one_word,
    _capitals,
    _end_with,
    _start_with,
    _capitals_and_end,
    _named_and_styled,
)
_WEIGHTS = (18, 5, 6, 5, 20, 15, 16, 5, 5, 8)
