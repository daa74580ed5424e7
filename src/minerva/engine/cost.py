"""What a step will take, learned from the steps before: fixed + per token + per attended cell.

Recursive least squares with exponential forgetting (Ljung, *System Identification*, 2nd ed., section 11.2) on relative
errors, so that a step of 15 ms teaches as much as one of 2 s. The covariance is bounded: while all steps look alike, what
they cannot tell apart stays as it was learned before.
"""

from __future__ import annotations

import numpy as np

_FORGET = 0.96
_MAX_TRACE = 1e3
_OUTLIER = 3.0
"""A measurement further than this factor from the prediction (a busy machine, a page fault) counts as this far."""


class CostModel:
    """Predicts seconds from a step's number of tokens and the cells each of them attends to."""

    def __init__(self, single_token_s: float) -> None:
        """`single_token_s` is a measured step of one token, from which the first guesses are made."""
        self._weights = np.array([0.6, 0.4, 0.02]) * single_token_s
        self._covariance = np.eye(3) * 10.0
        self._samples = 0

    def predict_s(self, tokens: int, span: int) -> float:
        """Return the expected seconds of a step of `tokens` tokens over `span` used cells."""
        return max(float(_features(tokens, span) @ self._weights), 1e-6)

    def tokens_within(self, budget_s: float, span: int) -> int:
        """Return the largest number of tokens whose step is expected to stay within `budget_s`; 0 if none does."""
        fixed, per_token, per_attended = self._weights
        slope = max(per_token + per_attended * span / 1e4, 1e-9)
        return max(int((budget_s - max(fixed, 0.0)) / slope), 0)

    def learn(self, tokens: int, span: int, seconds: float) -> None:
        """Take in one measured step."""
        expected = self.predict_s(tokens, span)
        self._samples += 1
        if self._samples > 8:
            seconds = min(max(seconds, expected / _OUTLIER), expected * _OUTLIER)
        row = _features(tokens, span) / seconds
        gain = self._covariance @ row / (_FORGET + row @ self._covariance @ row)
        self._weights = self._weights + gain * (1.0 - row @ self._weights)
        self._weights[1:] = np.maximum(self._weights[1:], 0.0)
        self._covariance = (self._covariance - np.outer(gain, row @ self._covariance)) / _FORGET
        trace = float(np.trace(self._covariance))
        if trace > _MAX_TRACE:
            self._covariance *= _MAX_TRACE / trace


def _features(tokens: int, span: int) -> np.typing.NDArray[np.float64]:
    return np.array([1.0, tokens, tokens * span / 1e4])
