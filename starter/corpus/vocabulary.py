"""Words by split: a word's hash says whether it belongs to training, validation or the test, in every ability alike.

Besides listed words there are made-up ones, put together from syllables or from pieces of listed words. They are what
forces the model to copy what it is told: there are too many of them to memorise. With too few of them, it copied
made-up words, and wrote a listed one of the same beginning for every other word that it had never seen.
"""

from __future__ import annotations

import functools
import random
import re
import zlib
from pathlib import Path

from starter.corpus.example import Split
from starter.corpus.words import listed
from starter.corpus.words.names import ANIMALS, PEOPLE
from starter.corpus.words.places import CITIES
from starter.corpus.words.qualities import ADJECTIVES, VERBS
from starter.corpus.words.things import NOUNS

_ONSETS = listed(
    """
    b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kr l m n p pl pr qu r s sh sk sl sm sn sp st str t th tr v
    w y z
    """
)
_VOWELS = listed(
    """
    a a a e e e i i o o o u u ai ea ee ie oa oo ou
    """
)
_CODAS = ("", "", "", "", *listed("b ck d f g k l ll m n n nd ng nk nt p r r rk rt s ss st t t th v x z"))
_ENDINGS = ("a", "o", "i", "en", "er", "el", "us", "is", "on", "in", "ia", "ar", "et", "ina", "olf", "ard", "y")

_SENTENCE_WORD = re.compile(r"(?<=[ |\[])[a-z]{3,10}(?=[ |\].,?!])")
_INVENTED = 0.45
"""Share of the words from lists that training has made-up ones instead of."""
_WHOLE_FIRST = 0.35
"""Share of the spliced words that begin with all of a word: so tokens that are whole words are copied often too."""

_VALIDATION_PERCENT = 7
_TEST_PERCENT = 13


def split_of(text: str) -> Split:
    """Return the split that `text` belongs to, by its hash; its case does not count."""
    # Two rounds, since the CRC of short words that differ in one letter differs in few bits.
    bucket = zlib.crc32(b"%d" % zlib.crc32(text.lower().encode())) % 100
    if bucket < _TEST_PERCENT:
        return "test"
    return "validation" if bucket < _TEST_PERCENT + _VALIDATION_PERCENT else "train"


@functools.cache
def of_split(words: tuple[str, ...], split: Split) -> tuple[str, ...]:
    """Return those of `words` that belong to `split`; all of them if none does.

    Lists of sentences and templates come through here too, so that a held-out one is never trained on.
    """
    return tuple(word for word in words if split_of(word) == split) or words


def pick(rng: random.Random, words: tuple[str, ...], split: Split) -> str:
    """Return one of `words` that belongs to `split`, or in training a made-up word in its place."""
    if split == "train" and rng.random() < _INVENTED:
        return made_up(rng, split)
    return rng.choice(of_split(words, split))


def made_up(rng: random.Random, split: Split) -> str:
    """Return a word in lower case that nobody has listed."""
    while True:
        word = _syllables(rng) if rng.random() < 0.5 else _spliced(rng)
        if 3 <= len(word) <= 12 and split_of(word) == split:
            return word


def _syllables(rng: random.Random) -> str:
    """Return one to four syllables."""
    count = rng.choices((1, 2, 3, 4), (15, 50, 30, 5))[0]
    word = "".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(count))
    return word.rstrip("aeiouy") + rng.choice(_ENDINGS) if rng.random() < 0.3 else word


def _spliced(rng: random.Random) -> str:
    """Return the beginning of a word with the end of another, or all of either.

    So each token that words have is copied now and then beside others, also those of words that no list has.
    """
    first, second = rng.choice(whole_words()), rng.choice(whole_words())
    if rng.random() < _WHOLE_FIRST:
        return first + second[-rng.randint(1, 3) :]
    return first[: rng.randint(1, len(first))] + second[rng.randint(0, len(second) - 1) :]


@functools.cache
def whole_words() -> tuple[str, ...]:
    """Return the words that made-up ones are pieced together from: listed ones of training, and those of our sentences.

    Held-out words are left out, so that no part of training is made of their pieces, but for those that sentences have
    anyway: training read "install" in answers about Minerva, and could not copy it, for it never had to.
    """
    listed_words = (*NOUNS, *ADJECTIVES, *VERBS, *PEOPLE, *CITIES, *ANIMALS)
    found = {word.lower() for word in listed_words if word.isascii() and word.isalpha()}
    found = {word for word in found if split_of(word) == "train"}
    for path in sorted(Path(__file__).parent.glob("words/*.py")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if '"' in line:  # Lines of the lists of words have none.
                found |= set(_SENTENCE_WORD.findall(line))
    return tuple(sorted(found))


def word(rng: random.Random, split: Split) -> str:
    """Return any word in lower case: a listed noun or adjective, or a made-up one."""
    kind = rng.random()
    if kind < 0.45:
        return pick(rng, NOUNS, split)
    return pick(rng, ADJECTIVES, split) if kind < 0.6 else made_up(rng, split)


def person(rng: random.Random, split: Split) -> str:
    """Return a first name, often a made-up one."""
    return _or_made_up(rng, PEOPLE, split)


def animal_name(rng: random.Random, split: Split) -> str:
    """Return a name for a pet."""
    return _or_made_up(rng, ANIMALS, split)


def city(rng: random.Random, split: Split) -> str:
    """Return a town, often a made-up one."""
    return _or_made_up(rng, CITIES, split)


def number(rng: random.Random) -> int:
    """Return a number from 0 to 9999; short ones are likelier."""
    return rng.randrange(10 ** rng.choices((1, 2, 3, 4), (15, 45, 25, 15))[0])


def with_article(noun: str) -> str:
    """Return `noun` after "a" or "an", by its first letter."""
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def capital(text: str) -> str:
    """Return `text` with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def _or_made_up(rng: random.Random, words: tuple[str, ...], split: Split) -> str:
    is_made_up = rng.random() < (0.6 if split == "train" else 0.33)
    return made_up(rng, split).capitalize() if is_made_up else rng.choice(of_split(words, split))
