"""(i) Copying and small edits of a text or list that the person gives, up to about 200 tokens."""

from __future__ import annotations

import random
from collections.abc import Callable

from starter.corpus.checks import Exact
from starter.corpus.example import Example, Message, Split, assistant, user
from starter.corpus.phrase import Turn, ask
from starter.corpus.vocabulary import capital, city, made_up, number, person, pick, with_article, word
from starter.corpus.words.qualities import ACTIONS, ADJECTIVES, ADVERBS
from starter.corpus.words.things import NOUNS

_REPEAT = (
    "Repeat: {text}",
    "Repeat this: {text}",
    "Repeat after me: {text}",
    "Copy this text: {text}",
    "Say this: {text}",
    "Write this again: {text}",
    "Please copy: {text}",
    "Say exactly this: {text}",
    "Copy: {text}",
    "Give this text back: {text}",
    "Repeat the [following |]text: {text}",
    "Echo: {text}",
    "Write exactly this: {text}",
    'Repeat "{text}"',
    'Say "{text}"',
    "[Just |Only |]repeat [that|it|what I say|these words]: {text}",
    "[Type|Print|Return|Output|Tell me] this: {text}",
    "[Write|Say|Copy] [the following|these words|this sentence|this line]: {text}",
    "The same again: {text}",
    "Do not change anything: {text}",
    "Say what I say: {text}",
    "[Can|Could] you [repeat|copy|say] this? {text}",
    "I want to read this again: {text}",
    "Word for word: {text}",
)
_REPLACE = (
    "Replace {old} by {new}: {text}",
    'Replace "{old}" with "{new}": {text}',
    "Replace {old} with {new} in this text: {text}",
    "Change {old} to {new}: {text}",
    "Write {new} instead of {old}: {text}",
    "Put {new} in place of {old}: {text}",
    "Swap the word {old} for {new}: {text}",
    "Replace the word {old} by {new}: {text}",
    "In this text, change {old} to {new}: {text}",
    "[Please w|W]rite {new} [where it says|for|in place of] {old}: {text}",
    "[Use|Take] {new} [instead of|in place of|for] {old}: {text}",
    "[Every|Each|The word] {old} [becomes|turns into|should be] {new}: {text}",
    "{old} [becomes|is now|should be] {new}: {text}",
    "Exchange {old} for {new}: {text}",
    "[Can|Could] you [replace {old} with|change {old} to|swap {old} for] {new}? {text}",
    "[Turn|Make] {old} into {new}: {text}",
    "Replace {old} [with|by] {new} [here|in this sentence|there]: {text}",
    "Text: {text} Replace {old} [with|by] {new}.",
    "{text} [Replace {old} with|Change {old} to] {new}[ in that|].",
    "I want {new} [instead of|and not] {old}: {text}",
)
_RENAME = (
    "Rename {old} to {new}: {text}",
    "Rename {old} as {new}: {text}",
    "Change the name {old} to {new}: {text}",
    "Call {old} {new} instead: {text}",
    "Give {old} the name {new}: {text}",
    "Use the name {new} for {old}: {text}",
    "In this text, rename {old} to {new}: {text}",
    "{old} is now called {new}: {text}",
    "[Let|Make] {old} be called {new}: {text}",
    "The name {old} becomes {new}: {text}",
    "[Write|Put] {new} for the name {old}: {text}",
    "[Please c|C]hange {old}'s name to {new}: {text}",
    "{old} gets the name {new}: {text}",
    "From now on {old} is {new}: {text}",
    "Text: {text} Rename {old} to {new}.",
    "{text} [Rename {old} to|Call {old}] {new}.",
    "[Can|Could] you rename {old} to {new}? {text}",
)
_REVERSE = (
    "Reverse this list: {list}",
    "Reverse: {list}",
    "Reverse the list: {list}",
    "Write this list backwards: {list}",
    "Put this list in reverse order: {list}",
    "Turn this list around: {list}",
    "List these in reverse order: {list}",
    "Say these from last to first: {list}",
    "Please reverse the order: {list}",
    "[Give me|Write|Say|List|Show me] {list} [in reverse|backwards|from last to first].",
    "Backwards, please: {list}",
    "[In reverse order|From the end to the start|Last to first]: {list}",
    "[Can|Could] you reverse [this|this list|the order]? {list}",
    "Flip [this list|the order|the list]: {list}",
    "[Invert|Turn round] the order of [this list|these words|these]: {list}",
    "Start with the last [one|word|item]: {list}",
    "I want this list [reversed|backwards|in reverse]: {list}",
    "The other way round: {list}",
    "{list}: [reverse that|now backwards|in reverse order, please].",
)
_PICK = (
    "Pick the {nth}: {list}",
    "What is the {nth} [word|item|one] in this list? {list}",
    "Which [word|item] is {nth}? {list}",
    "Give me the {nth} [word|item] of: {list}",
    "Pick the {nth} [word|item]: {list}",
    "Name the {nth} [item|word|one]: {list}",
    "Choose the {nth} from this list: {list}",
    "The {nth} [word|item|one], please: {list}",
    "Tell me the {nth} item: {list}",
    "[Give|Show] me the {nth} [word|item|one|entry] [of|in|from] [this list|these]: {list}",
    "[What|Which one] [comes|stands] {nth} [here|in this list]? {list}",
    "From {list}, [pick|take|choose|give me|name] the {nth}.",
    "{list}: [what|which one] is the {nth}?",
    "{list}. [Give me|Say|Name|Pick] the {nth} [one|word|item].",
    "Of this list, [say|name|tell me] the {nth} [word|item|one]: {list}",
    "I [want|need] the {nth} [word|item|one] [of|from] this list: {list}",
    "[Take|Select|Find|Read] the {nth} [word|item|one]: {list}",
    "Only the {nth} [word|item|one], please: {list}",
    "The list is {list}. [What is|Say|Name] the {nth}[ one| item| word]?",
    "Just the {nth}: {list}",
)
_REMOVE = (
    "Remove {old} from this list: {list}",
    "Remove {old}: {list}",
    "Take {old} out of this list: {list}",
    "Delete {old} from the list: {list}",
    "Drop {old} from: {list}",
    "Write this list without {old}: {list}",
)
_ADD = (
    "Add {new} to [the end of |]this list: {list}",
    "Add {new}: {list}",
    "Append {new} to the list: {list}",
    "Put {new} at the end of this list: {list}",
    "Write this list with {new} at the end: {list}",
)
_BULLETS = (
    "Write this as a bullet list: {list}",
    "Make bullets of this: {list}",
    "One [item|word] per line: {list}",
    "Put each item on its own line: {list}",
)
_CAPITALS = (
    "Write this in capitals: {text}",
    "Uppercase: {text}",
    "Write this in capital letters: {text}",
    "Put this in uppercase: {text}",
    "Capitals, please: {text}",
)
_TIMES = (
    "Say {text} {count} times.",
    "Repeat {text} {count} times.",
    "Write {text} {count} times.",
    'Write the word "{text}" {count} times.',
)
_NTHS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COUNTS = ("two", "three", "four", "five", "six")

Maker = Callable[[random.Random, Split, int], Turn]


def sentence(rng: random.Random, split: Split) -> str:
    """Return a plain sentence with listed or made-up words in it."""
    kind = rng.randrange(6)
    noun, other = _noun(rng, split), _noun(rng, split)
    if kind == 0:
        return f"The {pick(rng, ADJECTIVES, split)} {noun} {pick(rng, ACTIONS, split)} {pick(rng, ADVERBS, split)}."
    if kind == 1:
        return f"{person(rng, split)} and {person(rng, split)} went to {city(rng, split)} with {number(rng)} {noun}s."
    if kind == 2:
        return f"The {noun} is {pick(rng, ADJECTIVES, split)}, but the {other} is {pick(rng, ADJECTIVES, split)}."
    if kind == 3:
        return f"{person(rng, split)} {pick(rng, ACTIONS, split)} near the {noun}."
    if kind == 4:
        where, how = city(rng, split), pick(rng, ADVERBS, split)
        return f"In {where}, {person(rng, split)} saw {with_article(pick(rng, ADJECTIVES, split))} {noun} {how}."
    return f"My {noun} {pick(rng, ACTIONS, split)} and the {other} {pick(rng, ACTIONS, split)}."


def _noun(rng: random.Random, split: Split) -> str:
    return made_up(rng, split) if rng.random() < 0.25 else pick(rng, NOUNS, split)


def text(rng: random.Random, split: Split, length: int) -> str:
    """Return a text of about `length` words: sentences, loose words, or words mixed with numbers and names."""
    if rng.random() < 0.55 and length > 3:
        parts: list[str] = []
        while sum(len(part.split()) for part in parts) < length - 3:
            parts.append(sentence(rng, split))
        return " ".join(parts)
    return " ".join(item(rng, split) for _ in range(length))


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
    make = rng.choice((item, word, word, person, city))
    found: dict[str, None] = {}
    while len(found) < count:
        found.setdefault(make(rng, split))
    return list(found)


def _repeat(rng: random.Random, split: Split, length: int) -> Turn:
    body = text(rng, split, length)
    return _turn(ask(rng, split, _REPEAT, text="{}"), body, body)


def _replace(rng: random.Random, split: Split, length: int) -> Turn:
    words = text(rng, split, max(3, length)).split(" ")
    old = rng.choice([each for each in words if each.isalpha()] or words).strip(".,")
    new = item(rng, split)
    edited = " ".join(_swapped(each, old, new) for each in words)
    return _turn(ask(rng, split, _REPLACE, old=old, new=new, text="{}"), " ".join(words), edited)


def _swapped(token: str, old: str, new: str) -> str:
    return new + token[len(old) :] if token.rstrip(".,") == old else token


def _rename(rng: random.Random, split: Split, length: int) -> Turn:
    old, new = person(rng, split), person(rng, split)
    parts = [sentence(rng, split) for _ in range(max(1, length // 8))]
    noun, deed, where = pick(rng, NOUNS, split), pick(rng, ACTIONS, split), city(rng, split)
    parts.insert(
        rng.randint(0, len(parts)),
        rng.choice(
            (
                f"{old} {deed} in {where}.",
                f"{old} has a {noun}.",
                f"The {noun} of {old} {deed}.",
                f"We saw {old} with a {noun}.",
            )
        ),
    )
    body = " ".join(parts)
    edited = " ".join(_swapped(each, old, new) for each in body.split(" "))
    return _turn(ask(rng, split, _RENAME, old=old, new=new, text="{}"), body, edited)


def _list_turn(
    rng: random.Random, split: Split, templates: tuple[str, ...], given: list[str], answer: str, **values: str
) -> Turn:
    return _turn(ask(rng, split, templates, list="{}", **values), ", ".join(given), answer)


def _reverse(rng: random.Random, split: Split, length: int) -> Turn:
    given = items(rng, split, min(12, max(2, length // 2)))
    return _list_turn(rng, split, _REVERSE, given, ", ".join(reversed(given)))


def _pick_nth(rng: random.Random, split: Split, length: int) -> Turn:
    given = items(rng, split, min(8, max(3, length // 2)))
    index = rng.randrange(len(given) + 1)
    nth = "last" if index == len(given) else _NTHS[index]
    return _list_turn(rng, split, _PICK, given, given[index if nth != "last" else -1], nth=nth)


def _remove(rng: random.Random, split: Split, length: int) -> Turn:
    given = items(rng, split, min(14, max(3, length // 2)))
    old = rng.choice(given)
    return _list_turn(rng, split, _REMOVE, given, ", ".join(each for each in given if each != old), old=old)


def _add(rng: random.Random, split: Split, length: int) -> Turn:
    *given, new = items(rng, split, min(14, max(3, length // 2)))
    return _list_turn(rng, split, _ADD, given, ", ".join([*given, new]), new=new)


def _bullets(rng: random.Random, split: Split, length: int) -> Turn:
    given = items(rng, split, min(10, max(2, length // 2)))
    return _list_turn(rng, split, _BULLETS, given, "\n".join(f"- {each}" for each in given))


def _times(rng: random.Random, split: Split, length: int) -> Turn:
    what, count = word(rng, split), rng.randrange(2, 7)
    asked = ask(rng, split, _TIMES, text=what, count=_COUNTS[count - 2])
    answer = " ".join([what] * count)
    return Turn(asked, answer, Exact(answer))


def _capitals(rng: random.Random, split: Split, length: int) -> Turn:
    body = text(rng, split, min(length, 10))
    return _turn(ask(rng, split, _CAPITALS, text="{}"), body, body.upper())


def _turn(asked: str, given: str, answer: str) -> Turn:
    return Turn(capital(asked).replace("{}", given), answer, Exact(answer))


_MAKERS: tuple[Maker, ...] = (
    _repeat,
    _replace,
    _rename,
    _reverse,
    _pick_nth,
    _remove,
    _add,
    _bullets,
    _times,
    _capitals,
)
_TRAINING = (24, 17, 13, 18, 18, 3, 3, 1, 1, 2)
# The issue names these; capitals are scored with the system prompts.
_SCORED = (40, 15, 15, 15, 15, 0, 0, 0, 0, 0)


def turn(rng: random.Random, split: Split, longest: int = 100) -> Turn:
    """Return one text to copy or edit; `longest` is the most words it has. Short ones are likelier."""
    make = rng.choices(_MAKERS, _TRAINING if split == "train" else _SCORED)[0]
    length = rng.choices(
        (rng.randint(1, 8), rng.randint(5, 20), rng.randint(15, 50), rng.randint(40, 100)), (40, 35, 18, 7)
    )[0]
    return make(rng, split, min(length, longest))


def short_turn(rng: random.Random, split: Split) -> Turn:
    """Return one short text to copy or edit, for a turn between others."""
    return turn(rng, split, 8)


def example(rng: random.Random, split: Split, level: float) -> Example:
    """Return one such exchange, or two short ones."""
    longest = max(8, round(100 * level))
    turns = (
        [turn(rng, split, longest)]
        if rng.random() < 0.7
        else [short_turn(rng, split), turn(rng, split, min(20, longest))]
    )
    messages: list[Message] = []
    for each in turns:
        messages += [user(each.asked), assistant(each.answer)]
    return Example("copying", split, tuple(messages), turns[-1].check)
