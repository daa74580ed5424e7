"""What a sequence will say next, going by a text that it is expected to repeat."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence as Items

import numpy as np

from minerva.engine.prefix_cache import Tokens
from minerva.engine.trust import Trust

_SHORTEST, _LONGEST = 2, 8
"""By how many of its last tokens a sequence is found in the text: one stands in too many places, and says little."""

_TRUST = 0.8
"""The share of right tokens to begin with: whoever sends a text expects it to be repeated."""

_WEIGHT = 0.15
"""How much of what is known a token that was right or wrong replaces."""


class Drafter:
    """Follows one sequence through a text. What it proposes changes no answer, only how fast it comes."""

    def __init__(self, text: Items[int]) -> None:
        """`text` holds the token ids of what may come; the answer is taken to begin with it."""
        self._trust = Trust(_TRUST, evidence=1.0 / _WEIGHT, weight=_WEIGHT)
        self._text: Tokens = np.asarray(text, dtype=np.int32)
        self._tail: deque[int] = deque(maxlen=_LONGEST)
        self._next: int | None = 0
        """Where in the text the next token stands; `None` where the sequence is not found in it."""
        self._reached = 0
        """How far the text was followed: what is behind that comes again less often than what is ahead."""

    @property
    def acceptance(self) -> float:
        """The share of its tokens that came as proposed, of late, be they computed ahead or not."""
        return self._trust.share

    @property
    def knows_next(self) -> bool:
        """Whether there is a token to propose."""
        return self._next is not None and self._next < len(self._text)

    def propose(self, most: int) -> tuple[int, ...]:
        """Return the next tokens, up to `most` of them; none where nothing is known."""
        if self._next is None:
            return ()
        return tuple(self._text[self._next : self._next + most].tolist())

    def take(self, token: int) -> None:
        """Take in the next token of the sequence."""
        expected = self.propose(1)
        is_right = expected == (token,)
        if expected:
            self._trust.learn(is_right=is_right)
        self._tail.append(token)
        if is_right and self._next is not None:
            self._reached = self._next = self._next + 1
        else:
            self._next = find_next(self._text, self._tail, self._reached)


def find_next(text: Tokens, tail: Items[int], near: int) -> int | None:
    """Return the place in `text` behind the most of the last tokens of `tail`, two at least, or `None`.

    Of several such places it is the first from `near` on, or else the first of all.
    """
    ends, length = np.flatnonzero(text == tail[-1]), 1
    while length < len(tail):
        longer = ends[ends >= length]
        longer = longer[text[longer - length] == tail[-1 - length]]
        if not longer.size:
            break
        ends, length = longer, length + 1
    if length < _SHORTEST:
        return None
    places = ends + 1
    ahead = places[places >= near]
    return int((ahead if ahead.size else places)[0])
