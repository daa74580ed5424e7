"""What a step will take, learned from the steps before.

A table of seconds by number of tokens, at powers of two and interpolated between on logarithmic axes: a step's cost
bends with its size (memory-bound at one token, compute-bound at hundreds), which no straight line follows. The cells
that tokens attend to are not a dimension of the table: in a unified cache all sequences share one span, which changes
slowly, and so does the table.
"""

from __future__ import annotations

import math

_NODES = 14
"""Table entries for 1, 2, 4 … 8,192 tokens."""

_NEAR, _FAR = 0.3, 0.12
"""How much of a prediction's error the entries next to a measurement take up, and all the others: a machine that got
slower got slower for every size, also for those that were not tried since."""

_OUTLIER = math.log(3.0)
"""A measurement further off than this factor (a page fault, a busy moment) counts as this far off."""


class CostModel:
    """Predicts the seconds of a step from its number of tokens."""

    def __init__(self, single_token_s: float) -> None:
        """`single_token_s` is a measured step of one token, from which the first guesses are made."""
        self._logs = [math.log(single_token_s * (0.6 + 0.4 * 2**node)) for node in range(_NODES)]
        self.largest = 1
        """The most tokens of a step that was measured. What is said of larger ones is a guess."""

    def predict_s(self, tokens: int) -> float:
        """Return the expected seconds of a step of `tokens` tokens, 1 or more."""
        node, fraction = _place(tokens)
        return math.exp(self._logs[node] * (1.0 - fraction) + self._logs[node + 1] * fraction)

    def tokens_within(self, budget_s: float, most: int) -> int:
        """Return the largest number of tokens up to `most` whose step is expected to stay within `budget_s`, or 0."""
        low, high = 0, most
        while low < high:
            middle = (low + high + 1) // 2
            if self.predict_s(middle) <= budget_s:
                low = middle
            else:
                high = middle - 1
        return low

    def learn(self, tokens: int, seconds: float) -> None:
        """Take in one measured step."""
        self.largest = max(self.largest, tokens)
        error = math.log(max(seconds, 1e-7) / self.predict_s(tokens))
        error = min(max(error, -_OUTLIER), _OUTLIER)
        node, fraction = _place(tokens)
        weights = {node: _NEAR * (1.0 - fraction), node + 1: _NEAR * fraction}
        for index in range(_NODES):
            self._logs[index] += max(weights.get(index, 0.0), _FAR) * error
        # More tokens never cost less; without this one lucky measurement could bend the table down.
        for index in range(1, _NODES):
            self._logs[index] = max(self._logs[index], self._logs[index - 1])


def _place(tokens: int) -> tuple[int, float]:
    """Return the table entry below `tokens`, and how far towards the next one it lies, 0 to 1."""
    exact = min(math.log2(tokens), _NODES - 1 - 1e-9)
    return int(exact), exact - int(exact)
