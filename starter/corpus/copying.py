"""(i) Copying and small edits of a text or list that the person gives, up to about 200 tokens."""

from __future__ import annotations

import random
from collections.abc import Callable

from starter.corpus import stories
from starter.corpus.checks import Exact
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask, say
from starter.corpus.vocabulary import city, made_up, number, of_split, person, pick, with_article, word
from starter.corpus.words import edits, lists, sentences
from starter.corpus.words.qualities import ACTIONS, ADJECTIVES, ADVERBS
from starter.corpus.words.things import COLOURS, MONTHS, NOUNS, WEEKDAYS

_NTHS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_MARKS = ".,!?"
_COUNTS = ("two", "three", "four", "five", "six")
_EASY_LISTS = (tuple("abcdefghijklmnopqrstuvwxyz"), tuple(map(str, range(40))), WEEKDAYS, MONTHS, COLOURS)
"""Lists of short items, to learn the order from before longer items are mastered."""
_STORY_LINES = 0.12
"""Share of sentences in training that a story might have, where they are not alike. Without them, "At first" in a text
to copy began a story."""
_ALIKE = 0.35
"""Share of texts of sentences in training that are made from one to three templates."""
_ASKED_BEHIND = 0.25
"""How often in training a word or name is to be replaced by one of the templates that ask behind the text: of all they
are a tenth, too few to learn."""

Maker = Callable[[random.Random, Split, int], Turn]


def sentence(rng: random.Random, split: Split, templates: tuple[str, ...] | None = None) -> str:
    """Return a plain sentence with listed or made-up words in it.

    It is made from one of `templates`; from any if not given, and then in training sometimes one out of a story.
    """
    if split == "train" and templates is None and rng.random() < _STORY_LINES:
        return stories.line(rng, split)
    adjectives = [pick(rng, ADJECTIVES, split) for _ in range(2)]
    return say(
        rng,
        split,
        templates or sentences.SENTENCES,
        noun=_noun(rng, split),
        other=_noun(rng, split),
        adj=adjectives[0],
        adj2=adjectives[1],
        an_adj=with_article(adjectives[0]),
        who=person(rng, split),
        whom=person(rng, split),
        where=city(rng, split),
        deed=pick(rng, ACTIONS, split),
        deed2=pick(rng, ACTIONS, split),
        how=pick(rng, ADVERBS, split),
        place=_noun(rng, split),
        number=number(rng),
    )


def _alike(rng: random.Random, split: Split) -> tuple[str, ...] | None:
    """Return what the sentences of one text are made from, in training now and then; `None`: from anything.

    Half of the sentences of held-out texts are made from the few templates that are held out, so they are alike: a copy
    that knew its place by how a sentence began went on in another one.
    """
    if split == "train" and rng.random() < _ALIKE:
        return tuple(rng.sample(of_split(sentences.SENTENCES, split), rng.randint(1, 3)))
    return None


def _noun(rng: random.Random, split: Split) -> str:
    return made_up(rng, split) if rng.random() < 0.25 else pick(rng, NOUNS, split)


def text(rng: random.Random, split: Split, length: int) -> str:
    """Return a text of about `length` words: sentences, loose words, or words mixed with numbers and names."""
    if rng.random() < 0.55 and length > 3:
        parts: list[str] = []
        templates = _alike(rng, split)
        while sum(len(part.split()) for part in parts) < length:
            parts.append(sentence(rng, split, templates))
        return " ".join(parts)
    words = [item(rng, split) for _ in range(length)]
    return " ".join(_echoed(rng, words) if split == "train" and rng.random() < 0.45 else words)


def _echoed(rng: random.Random, words: list[str]) -> list[str]:
    """Return `words`, with some of them, alone or in pairs, once or twice again at other places.

    A copy of such a text gets lost unless it looks at more than the last word to find where it is.
    """
    found = list(words)
    for _ in range(max(1, len(words) // rng.randint(3, 10))):
        start, end = rng.randrange(len(found)), rng.randrange(len(found))
        run = found[start : start + rng.choice((1, 1, 1, 2, 3))]
        found[end : end + len(run)] = run
    return found[: len(words)]


def item(rng: random.Random, split: Split) -> str:
    """Return one word of any kind, or a number."""
    kind = rng.random()
    if kind < 0.6:
        return word(rng, split)
    if kind < 0.72:
        return person(rng, split)
    if kind < 0.82:
        return city(rng, split)
    if kind < 0.92:
        return str(number(rng))
    return made_up(rng, split).upper() if kind < 0.94 else made_up(rng, split)


def items(rng: random.Random, split: Split, count: int) -> list[str]:
    """Return `count` different words."""
    if split == "train" and rng.random() < 0.25:
        easy = rng.choice([each for each in _EASY_LISTS if len(each) >= count])
        return rng.sample(easy, count)
    make = rng.choice((item, word, word, person, city))
    found: dict[str, None] = {}
    while len(found) < count:
        found.setdefault(make(rng, split))
    return list(found)


def _repeat(rng: random.Random, split: Split, length: int) -> Turn:
    body = text(rng, split, length)
    return _turn(rng, split, edits.REPEAT, body, text=body)


def _replace(rng: random.Random, split: Split, length: int) -> Turn:
    words = text(rng, split, max(3, length)).split(" ")
    choices = [each for each in words if each.isalpha()] or words
    if rng.random() < 0.25:
        choices = [each for each in choices if words.count(each) > 1] or choices
    old = rng.choice(choices).strip(_MARKS)
    new = item(rng, split)
    edited = " ".join(_swapped(each, old, new) for each in words)
    return _turn(rng, split, _asking(rng, split, edits.REPLACE), edited, old=old, new=new, text=" ".join(words))


def _asking(rng: random.Random, split: Split, templates: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `templates` to choose from; in training now and then only those that ask behind the text."""
    if split == "train" and rng.random() < _ASKED_BEHIND:
        return tuple(each for each in of_split(templates, split) if not each.endswith("{text}"))
    return templates


def _swapped(token: str, old: str, new: str) -> str:
    return new + token[len(old) :] if token.rstrip(_MARKS) == old else token


def _rename(rng: random.Random, split: Split, length: int) -> Turn:
    old, new = person(rng, split), person(rng, split)
    templates = _alike(rng, split)
    parts = [sentence(rng, split, templates) for _ in range(max(1, length // 7))]
    for _ in range(rng.choice((1, 1, 2))):
        noun, deed, where = pick(rng, NOUNS, split), pick(rng, ACTIONS, split), city(rng, split)
        named = rng.choice(
            (
                f"{old} {deed} in {where}.",
                f"{old} has {with_article(noun)}.",
                f"The {noun} of {old} {deed}.",
                f"We saw {old} with {with_article(noun)}.",
            )
        )
        parts.insert(rng.randint(0, len(parts)), named)
    body = " ".join(parts)
    edited = " ".join(_swapped(each, old, new) for each in body.split(" "))
    return _turn(rng, split, _asking(rng, split, edits.RENAME), edited, old=old, new=new, text=body)


def _reverse(rng: random.Random, split: Split, length: int) -> Turn:
    given = items(rng, split, min(12, max(2, length // 2)))
    return _turn(rng, split, lists.REVERSE, ", ".join(reversed(given)), list=", ".join(given))


def _pick_nth(rng: random.Random, split: Split, length: int) -> Turn:
    size = min(8, max(3, length // 2))
    index = rng.randrange(size + 1)
    if split == "train" and size > 4:
        # Each place equally often: of lists of random sizes, few would have an eighth item.
        place = rng.randint(1, 9)
        size = rng.randint(max(3, place), 8) if place < 9 else rng.randint(3, 8)
        index = min(place - 1, size)
    given = items(rng, split, size)
    nth = "last" if index == size else _NTHS[index]
    answer = given[-1] if index == size else given[index]
    templates = lists.PICK_NUMBER if index < size and rng.random() < 0.1 else lists.PICK
    names = {"nth": nth, "nth_capital": nth.capitalize(), "number": str(index + 1)}
    return _turn(rng, split, templates, answer, list=", ".join(given), **names)


def _neighbour(rng: random.Random, split: Split, length: int) -> Turn:
    """Return what stands before or after an item: the step that reversing a list is made of."""
    given = items(rng, split, min(12, max(3, length // 2)))
    index = rng.randrange(1, len(given))
    if rng.random() < 0.65:
        return _turn(rng, split, lists.BEFORE, given[index - 1], old=given[index], list=", ".join(given))
    return _turn(rng, split, lists.AFTER, given[index], old=given[index - 1], list=", ".join(given))


def _remove(rng: random.Random, split: Split, length: int) -> Turn:
    given = items(rng, split, min(12, max(3, length // 2)))
    old = rng.choice(given)
    left = ", ".join(each for each in given if each != old)
    return _turn(rng, split, lists.REMOVE, left, old=old, list=", ".join(given))


def _add(rng: random.Random, split: Split, length: int) -> Turn:
    *given, new = items(rng, split, min(12, max(3, length // 2)))
    return _turn(rng, split, lists.ADD, ", ".join([*given, new]), new=new, list=", ".join(given))


def _bullets(rng: random.Random, split: Split, length: int) -> Turn:
    given = items(rng, split, min(10, max(2, length // 2)))
    return _turn(rng, split, lists.BULLETS, "\n".join(f"- {each}" for each in given), list=", ".join(given))


def _times(rng: random.Random, split: Split, length: int) -> Turn:
    what, count = word(rng, split), rng.randrange(2, 7)
    named = _COUNTS[count - 2]
    answer = " ".join([what] * count)
    return _turn(rng, split, lists.TIMES, answer, text=what, count=named, count_capital=named.capitalize())


def _capitals(rng: random.Random, split: Split, length: int) -> Turn:
    body = text(rng, split, min(length, 10))
    return _turn(rng, split, lists.CAPITALS, body.upper(), text=body)


def _turn(rng: random.Random, split: Split, templates: tuple[str, ...], answer: str, **values: str) -> Turn:
    """Return what is asked about `values`, which stand in it unchanged, with the one right answer."""
    asked = ask(rng, split, templates, **{name: f"{{{name}}}" for name in values}).format(**values)
    return Turn(asked, answer, Exact(answer))


_MAKERS: tuple[Maker, ...] = (
    _repeat,
    _replace,
    _rename,
    _reverse,
    _pick_nth,
    _neighbour,
    _remove,
    _add,
    _bullets,
    _times,
    _capitals,
)
_TRAINING = (18, 34, 18, 14, 14, 4, 2, 2, 1, 1, 1)
# The issue names these; capitals are scored with the system prompts.
_SCORED = (40, 15, 15, 15, 15, 0, 0, 0, 0, 0, 0)
_LIST_EDITS: tuple[Maker, ...] = (_reverse, _pick_nth, _neighbour)
_LENGTHS = (40, 35, 18, 7)
_TRAINING_LENGTHS = (22, 28, 28, 22)


def turn(rng: random.Random, split: Split, longest: int = 100) -> Turn:
    """Return one text to copy or edit; `longest` is the most words it has. Short ones are likelier."""
    is_training = split == "train"
    make = rng.choices(_MAKERS, _TRAINING if is_training else _SCORED)[0]
    if is_training and make in _LIST_EDITS:
        # Lists of each length equally often, also long ones: with few of those, items came twice or not at all.
        return make(rng, split, 2 * rng.randint(2, max(3, min(12, longest // 2))))
    length = rng.choices(
        (rng.randint(1, 8), rng.randint(5, 20), rng.randint(15, 50), rng.randint(40, 100)),
        _TRAINING_LENGTHS if is_training else _LENGTHS,
    )[0]
    return make(rng, split, min(length, longest))


def short_turn(rng: random.Random, split: Split) -> Turn:
    """Return one short text to copy or edit, for a turn between others."""
    return turn(rng, split, 8)


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return one such exchange, or two short ones; in training now and then several with lists."""
    longest = max(8, round(100 * level))
    kind = rng.random()
    if split == "train" and kind < 0.12:
        turns = [_list_edit(rng, split) for _ in range(rng.randint(2, 4))]
    elif kind < 0.7:
        turns = [turn(rng, split, longest)]
    else:
        turns = [short_turn(rng, split), turn(rng, split, min(20, longest))]
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("copying", split, tuple(messages), turns[-1].check)


def _list_edit(rng: random.Random, split: Split) -> Turn:
    return rng.choices(_LIST_EDITS, (5, 2, 2))[0](rng, split, 2 * rng.randint(2, 8))
