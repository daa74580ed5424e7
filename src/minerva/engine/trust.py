"""How often what is foretold comes, learned from token to token. Pure."""

from __future__ import annotations


class Trust:
    """The share of tokens that came as foretold, of late."""

    def __init__(self, share: float, *, evidence: float, weight: float) -> None:
        """Begin at `share`, as if `evidence` tokens had shown it. Each token counts `weight`, the first ones more.

        With an `evidence` of 1 / `weight` or more none counts more.
        """
        self.share = share
        self._evidence = evidence
        self._weight = weight

    def learn(self, *, is_right: bool) -> None:
        """Take in whether the next token came as foretold."""
        # First the mean of all, which learns fast from few; then one that forgets.
        self._evidence += 1.0
        self.share += max(self._weight, 1.0 / self._evidence) * (is_right - self.share)
