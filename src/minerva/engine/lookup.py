"""What a sequence will say next, going by its own tokens: what followed the same three tokens before (prompt lookup).

Answers repeat what they are about: a text that is edited, code that is changed, a name that is long. No second model
is needed to foretell that (Saxena 2023, "Prompt Lookup Decoding").
"""

from __future__ import annotations

from collections.abc import Sequence as Items
from itertools import cycle, islice

from minerva.engine.trust import Trust

_LENGTH = 3
"""Tokens that must have come before: with two, common words find something everywhere."""

_WEIGHT = 0.1
"""How much of what is known a token that was right or wrong replaces, at least."""

_DISTRUST, _TRUST = 0.25, 0.5
"""The shares of right tokens to begin with, of those behind a place that was found and of those behind a right one.

They are learned from tokens that were not computed ahead as well, so text that repeats is noticed for nothing.
"""

_EVIDENCE = 2.0
"""Those shares count as if so many tokens had shown them."""


class LookupDrafter:
    """Follows one sequence through what it has said. What it proposes changes no answer, only how fast it comes."""

    def __init__(self, tokens: Items[int]) -> None:
        """`tokens` is the prompt; of what is generated `take` is told."""
        self._text = list(tokens)
        self._places: dict[tuple[int, ...], int] | None = None
        """Where what follows such tokens stands, the last time that they came; made when the first token is taken."""
        self._next: int | None = None
        self._fresh = Trust(_DISTRUST, evidence=_EVIDENCE, weight=_WEIGHT)
        self._following = Trust(_TRUST, evidence=_EVIDENCE, weight=_WEIGHT)
        """How often the first token behind a place is right, and how often one that comes behind a right one is."""
        self._follows = False

    @property
    def acceptance(self) -> float:
        """The share of tokens that came as proposed, of late, be they computed ahead or not."""
        following = self._following.share
        return following if self._follows else min(self._fresh.share, following)

    @property
    def knows_next(self) -> bool:
        """Whether there is a token to propose."""
        return self._next is not None

    def propose(self, most: int) -> tuple[int, ...]:
        """Return the next tokens, up to `most` of them; none where nothing is known.

        What reaches the end of the text goes on as it did: the same few tokens, again and again.
        """
        if self._next is None:
            return ()
        return tuple(islice(cycle(self._text[self._next : self._next + most]), most))

    def take(self, token: int) -> None:
        """Take in the next token of the sequence."""
        places = self._places = self._index() if self._places is None else self._places
        is_right = self._next is not None and self._text[self._next] == token
        if self._next is not None:
            (self._following if self._follows else self._fresh).learn(is_right=is_right)
        self._text.append(token)
        key = tuple(self._text[-_LENGTH:])
        if is_right and self._next is not None:
            self._next += 1
        else:
            self._next = places.get(key)
        self._follows = is_right
        places[key] = len(self._text)

    def _index(self) -> dict[tuple[int, ...], int]:
        text = self._text
        grams = zip(*(text[place:] for place in range(_LENGTH)), strict=False)
        return {gram: end for end, gram in enumerate(grams, _LENGTH)}
