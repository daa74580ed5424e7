"""(d) Following a system prompt: a persona's name, one word, capitals, words to start or end with, and combinations."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Callable, Sequence

from starter.corpus import about, greetings, memory, sums
from starter.corpus.checks import All, AnyOf, Capitals, Check, Contains, EndsWith, OneWord, StartsWith
from starter.corpus.distractors import neutral_system, other_turn
from starter.corpus.example import Example, Message, Split, assistant, system, user
from starter.corpus.phrase import Turn, ask, say
from starter.corpus.vocabulary import capital, made_up, person, pick, with_article, word
from starter.corpus.words import roles
from starter.corpus.words.remember import KINDS
from starter.corpus.words.short_talk import SHORT_TALK

_KNOWN_BY_HEART = re.compile(r"\d+ [+-] \d = (\d+)\.")
"""A sum that is given at once, without steps: of two digits."""

Made = tuple[list[Message], Check]


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return a conversation under a system prompt."""
    make: Callable[[random.Random, Split], Made] = rng.choices(_MAKERS, _WEIGHTS[split == "train"])[0]
    messages, check = make(rng, split)
    return Example("system", split, tuple(messages), check)


def _named(rng: random.Random, split: Split) -> Made:
    name, role = person(rng, split), rng.choice(roles.ROLES)
    prompt = _prompt(rng, split, roles.NAMED, name=name, role=role)
    messages = [system(memory.with_articles(prompt, role)), *_others(rng, split)]
    if rng.random() < 0.15:
        other = name if rng.random() < 0.3 else person(rng, split)
        answer = f"{'Yes' if other == name else 'No'}, my name is {name}."
        return [*messages, user(ask(rng, split, roles.ARE_YOU, other=other)), assistant(answer)], Contains((name,))
    return [*messages, user(ask(rng, split, roles.ASK_NAME)), assistant(f"My name is {name}.")], Contains((name,))


def _role(rng: random.Random, split: Split) -> Made:
    role = rng.choice(roles.ROLES) if rng.random() < 0.5 else f"{word(rng, split)} {word(rng, split)}"
    prompt = _prompt(rng, split, roles.ROLE_PROMPTS, role=with_article(role))
    asked, answer = ask(rng, split, roles.ASK_ROLE), f"I am {with_article(role)}."
    return [system(prompt), *_others(rng, split), user(asked), assistant(answer)], Contains((role,))


def _no_role(rng: random.Random, split: Split) -> Made:
    """Return the question for who one is without a role: then it is the starter model that answers."""
    turns = iter(lambda: about.turn(rng, split), None)
    turn = next(each for each in turns if each.answer.startswith(("I am the starter", "I can chat")))
    return [*neutral_system(rng, split), *_others(rng, split), user(turn.asked), assistant(turn.answer)], turn.check


def _told_fact(rng: random.Random, split: Split) -> Made:
    fact = next(each for each in iter(lambda: memory.fact(rng, split), None) if each.kind.key == "item")
    prompt = _prompt(rng, split, roles.FACT_PROMPTS, item=fact.item, value=fact.value)
    asked = fact.asked(rng, split)
    return [system(prompt), *_others(rng, split), user(asked), assistant(fact.answer)], Contains((fact.value,))


def _user_name(rng: random.Random, split: Split) -> Made:
    name = person(rng, split)
    prompt = _prompt(rng, split, roles.USER_NAMED, name=name)
    asked, answer = ask(rng, split, KINDS[0].asked), f"Your name is {name}."
    return [system(prompt), *_others(rng, split), user(asked), assistant(answer)], Contains((name,))


def _one_word(rng: random.Random, split: Split) -> Made:
    messages: list[Message] = [system(_prompt(rng, split, roles.ONE_WORD))]
    for _ in range(rng.choice((0, 0, 1, 2))):
        asked, answer, _ = _short(rng, split)
        messages += [user(asked), assistant(answer)]
    asked, answer, check = _short(rng, split)
    return [*messages, user(asked), assistant(answer)], All((OneWord(), check))


def _short(rng: random.Random, split: Split) -> tuple[str, str, Check]:
    """Return a question, its answer in one word, and a check of that word.

    The word is copied as it was told, without a capital of its own; sums are those known by heart.
    """
    kind = rng.random()
    if kind < 0.5:
        fact = next(each for each in iter(lambda: memory.fact(rng, split), None) if " " not in each.value)
        asked = f"{fact.tell(rng, split).rstrip('.!')}. {capital(fact.asked(rng, split))}"
        return asked, fact.value, AnyOf((fact.value,))
    if kind < 0.65:
        turn = greetings.opposite(rng, split)
        answer = turn.answer.rstrip(".").split()[-1]
        return turn.asked, answer, AnyOf((answer,))
    if kind < 0.8:
        turn = _easy_sum(rng, split)
        answer = turn.answer.rstrip(".").split()[-1]
        return turn.asked, answer, AnyOf((answer,))
    if kind < 0.85:
        answer = "Unknown."
        return memory.fact(rng, split).asked(rng, split), answer, AnyOf((answer,))
    questions, answers = rng.choice(SHORT_TALK)
    return ask(rng, split, questions), rng.choice(answers), AnyOf(answers)


def _easy_sum(rng: random.Random, split: Split) -> Turn:
    """Return a sum that needs no working out; a model that says one word cannot write steps."""
    for _ in range(200):
        turn = sums.turn(rng, split)
        if _KNOWN_BY_HEART.fullmatch(turn.answer):
            return turn
    return greetings.opposite(rng, split)


def _capitals(rng: random.Random, split: Split) -> Made:
    return _styled(rng, split, _prompt(rng, split, roles.CAPITALS), str.upper, Capitals())


def _shouted(rng: random.Random, split: Split) -> Made:
    """Return words and names told and given back in capitals, many of them: they are spelled with other tokens."""
    messages: list[Message] = [system(_prompt(rng, split, roles.CAPITALS))]
    for _ in range(rng.randint(1, 4)):
        if rng.random() < 0.4:
            said = " ".join(_any_word(rng, split) for _ in range(rng.randint(1, 3)))
            asked = ask(rng, split, ("Say {said}.", "Say this: {said}", "Repeat: {said}", 'Say "{said}".'), said=said)
            messages += [user(asked), assistant(said.upper())]
        else:
            fact = memory.fact(rng, split)
            messages += [user(fact.tell(rng, split)), assistant(fact.heard(rng).upper())]
            messages += [user(fact.asked(rng, split)), assistant(fact.answer.upper())]
    return messages, Capitals()


def _any_word(rng: random.Random, split: Split) -> str:
    return rng.choice((made_up(rng, split), word(rng, split), person(rng, split)))


def _end_with(rng: random.Random, split: Split) -> Made:
    end = _phrase(rng, split)
    prompt = _prompt(rng, split, roles.END_WITH, end=end)
    return _styled(rng, split, prompt, lambda text: f"{text} {end}", EndsWith(end))


def _start_with(rng: random.Random, split: Split) -> Made:
    start = _phrase(rng, split)
    prompt = _prompt(rng, split, roles.START_WITH, start=start)
    mark = "" if start[-1] in ".!" else "."
    return _styled(rng, split, prompt, lambda text: f"{start}{mark} {text}", StartsWith(start))


def _capitals_and_end(rng: random.Random, split: Split) -> Made:
    end = _phrase(rng, split)
    parts = [say(rng, split, roles.CAPITALS), say(rng, split, roles.END_WITH, end=end)]
    rng.shuffle(parts)
    check = All((Capitals(), EndsWith(end)))
    return _styled(rng, split, _joined(parts), lambda text: f"{text} {end}".upper(), check)


def _named_and_styled(rng: random.Random, split: Split) -> Made:
    name, end, role = person(rng, split), _phrase(rng, split), rng.choice(roles.ROLES)
    first = memory.with_articles(say(rng, split, roles.NAMED, name=name, role=role), role)
    answer, asked = f"My name is {name}.", ask(rng, split, roles.ASK_NAME)
    kind = rng.randrange(3)
    style: Check
    if kind == 0:
        prompt, said, style = say(rng, split, roles.END_WITH, end=end), f"{answer} {end}", EndsWith(end)
    elif kind == 1:
        prompt, said, style = say(rng, split, roles.CAPITALS), answer.upper(), Capitals()
    else:
        prompt, said, style = say(rng, split, roles.ONE_WORD), name, OneWord()
    check = All((Contains((name,)), style))
    return [system(_joined([first, prompt])), user(asked), assistant(said)], check


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


def _phrase(rng: random.Random, split: Split) -> str:
    """Return words to end or start with, now and then with a capital or a mark of their own; both are copied."""
    if rng.random() < 0.4:
        found = pick(rng, roles.ENDINGS, split)
    else:
        found = " ".join(word(rng, split) for _ in range(rng.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]))
    found = capital(found) if rng.random() < 0.4 else found
    return found + rng.choice(".!") if rng.random() < 0.3 else found


def _prompt(rng: random.Random, split: Split, templates: tuple[str, ...], **values: object) -> str:
    text = say(rng, split, templates, **values)
    kind = rng.random()
    if kind < 0.15:
        return _joined([rng.choice(("You are a helpful assistant.", "You are an assistant.", "Be helpful.")), text])
    return _joined([text, rng.choice(("Be kind.", "Be polite.", "Help the user."))]) if kind < 0.22 else text


def _joined(parts: Sequence[str]) -> str:
    """Return sentences as one text; after words that stand there without quotes, the next begins a new line."""
    text = parts[0]
    for before, part in itertools.pairwise(parts):
        text += (" " if before[-1] in ".!" and ": " not in before else "\n") + part
    return text


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
    _no_role,
    _shouted,
)
_WEIGHTS = ((18, 5, 6, 5, 20, 15, 16, 5, 5, 8, 0, 0), (14, 9, 6, 5, 17, 10, 16, 6, 6, 10, 4, 8))
"""How often each is made: for the held-out cases, and for training, which has more of what is hard."""
