"""Who were answered together often come again together: a program with several workers. Pure.

The first of them would be read alone, and the others in small pieces beside its answer.
"""

from __future__ import annotations

import math

from minerva.wire.messages import Ended, Step

_TOGETHER_S = 0.05
"""Answers that end within so short a time ended together."""

_SOON_S = 1.0
"""Who has not come again by then does not come for what was answered."""

_PATIENCE_S = 0.006
"""What the first may lose: little beside what reading its prompt alone would cost the others."""


class Gather:
    """How many are likely to come, told by the ends of answers. Who was answered alone never waits."""

    def __init__(self) -> None:
        """Nobody was answered yet."""
        self._busy = False
        self._ended = 0
        self._ended_s = -math.inf

    def note(self, step: Step, now_s: float) -> None:
        """Take in what a step brought."""
        self._busy = step.stats.running + step.stats.waiting > 0
        ended = sum(isinstance(item, Ended) and item.reason != "cancelled" for item in step.news)
        if ended:
            self._ended = ended + (self._ended if now_s - self._ended_s <= _TOGETHER_S else 0)
            self._ended_s = now_s

    def awaited(self, arrived: int, now_s: float) -> tuple[int, float]:
        """Return how many more to wait for before those who `arrived` are read, and for how many seconds at most.

        Whom an answer has brought again is not awaited for it a second time.
        """
        if arrived == 0:
            return 0, 0.0
        missing, is_late = max(0, self._ended - arrived), now_s - self._ended_s > _SOON_S
        self._ended = missing if self._busy else 0
        return (0, 0.0) if self._busy or is_late or missing == 0 else (missing, _PATIENCE_S)
