"""A budget of tokens for thinking, and how it is kept."""

from __future__ import annotations

from minerva.engine.watch import Watch
from minerva.wire.messages import ThinkingLimit


class ThinkingBudget:
    """Counts a sequence's tokens until it ends its thought, or has to."""

    def __init__(self, limit: ThinkingLimit, end: list[int]) -> None:
        """`end` holds the token ids of `limit.end`."""
        self._left = limit.budget_tokens
        self._end = end
        self._watch = Watch((limit.end,))
        self._begin = limit.begin.encode()
        self._head = b""
        self._thinks = True

    def spend(self, piece: bytes) -> None:
        """Take in the bytes of the next token."""
        if self._begin:
            self._await(piece)
        elif self._thinks:
            self._left -= 1
            self._thinks = self._watch.feed(piece) is None

    def stop(self) -> None:
        """The thought is over, marked as such or not."""
        self._thinks = False

    def _await(self, piece: bytes) -> None:
        """Take in the beginning of an answer; what does not begin with a thought has none."""
        self._head = (self._head + piece).lstrip()
        if self._head.startswith(self._begin):
            self._begin = b""
        elif not self._begin.startswith(self._head):
            self._begin, self._thinks = b"", False

    def due(self) -> list[int]:
        """Return the tokens that have to come now: the end, once, when the budget is used up within the thought."""
        if self._left > 0 or not self._thinks or self._begin:
            return []
        self._thinks = False
        return self._end
