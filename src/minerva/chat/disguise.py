"""Text of callers that spells a control token must stay text, whatever a template does with it.

So before a template sees them, the characters of every such spelling are exchanged for rare ones that occur nowhere
else, one for one, and what the template wrote is exchanged back. Lengths, slices and quoting stay what they were, and
where a stretch was exchanged back, there a caller wrote it and not the template. The rare characters are letters of
CJK Extension B: Python's `repr`, by which some templates show tools, would spell out private-use characters.

White space and what is escaped in quotes are left as they are, for trimming and quoting to work; the rest of a
spelling breaks it. Tokens of the vocabulary that are no control tokens (`<think>` in most, `<tool_call>` in many) are
words like any other: llama.cpp recognises them in every text.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import TypeVar

from minerva.core.control import control_pattern
from minerva.core.errors import InvalidRequest

FIRST_RARE, LAST_RARE = "\U00020000", "\U0002a6df"

_RARE = re.compile(f"[{FIRST_RARE}-{LAST_RARE}]")
_THINKING_MARK = re.compile(r"think|thought|^<\|channel>$|^<channel\|>$", re.IGNORECASE)

T = TypeVar("T")
Span = tuple[int, int]


class Disguise:
    """The exchange for one rendering."""

    def __init__(self, control_tokens: tuple[str, ...], values: object) -> None:
        """Be ready to hide what is in `values`: texts, lists and mappings, all that a template will get to see.

        Raises `InvalidRequest` if they use nearly every rare character there is.
        """
        self._tokens = control_pattern(control_tokens)
        self._spoken = control_pattern(_spoken(control_tokens))
        letters = _letters(control_tokens)
        taken = {char for text in _texts(values) for char in _RARE.findall(text)} if letters else set()
        codes = range(ord(FIRST_RARE), ord(LAST_RARE) + 1)
        free = list(itertools.islice((chr(code) for code in codes if chr(code) not in taken), len(letters)))
        if len(free) < len(letters):
            raise InvalidRequest(
                f"The conversation has {len(taken):,} different characters of CJK Extension B; leave some of them out.",
                "messages",
            )
        self._hidden = dict(zip(map(ord, letters), free, strict=True))
        self._shown = dict(zip(map(ord, free), letters, strict=True))
        self._stretch = re.compile(f"[{''.join(free)}]+") if free else control_pattern(())

    def hide(self, value: T) -> T:
        """Return `value` with all spellings of control tokens in its texts exchanged."""
        return self._exchange(value, self._tokens)

    def hide_spoken(self, value: T) -> T:
        """Do as `hide`, but leave alone what marks thinking: templates cut it out of what the model has said."""
        return self._exchange(value, self._spoken)

    def reveal(self, text: str) -> tuple[str, tuple[Span, ...]]:
        """Return what a template wrote with everything exchanged back, and where that was."""
        spans = tuple(found.span() for found in self._stretch.finditer(text))
        return text.translate(self._shown) if spans else text, spans

    def _exchange(self, value: T, tokens: re.Pattern[str]) -> T:
        match value:
            case str():
                return tokens.sub(lambda found: found[0].translate(self._hidden), value)  # type: ignore[return-value]
            case dict():
                pairs = ((self._exchange(key, tokens), self._exchange(item, tokens)) for key, item in value.items())
                return type(value)(pairs)
            case list():
                return [self._exchange(item, tokens) for item in value]  # type: ignore[return-value]
            case _:
                return value


@functools.lru_cache(maxsize=32)
def _spoken(control_tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return those that do not mark thinking."""
    return tuple(text for text in control_tokens if not _THINKING_MARK.search(text))


@functools.lru_cache(maxsize=32)
def _letters(control_tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Return the characters that are exchanged."""
    return tuple(sorted(filter(_is_hidden, set().union(*control_tokens))))


def _is_hidden(char: str) -> bool:
    return char.isprintable() and not char.isspace() and char not in "\"'\\"


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _texts_of(value)
            yield from _texts_of(value.values())
        case list() | tuple():
            yield from _texts_of(value)
        case _:
            pass


def _texts_of(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield from _texts(value)
