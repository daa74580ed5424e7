"""While prompts are read, answers keep a part of their pace, on average over some steps. Pure.

A step that reads much of a prompt is long, but of a small piece each token takes longer. So a piece may be larger than
what a step leaves beside its answers; then these go on alone until they have their share of the time back.
"""

from __future__ import annotations

from minerva.engine.cost import CostModel

SLOWDOWN = 2.5
"""How many times as long as alone answers may take because prompts are read beside them. More would slow them by more
than it gains: beside answers each token of a prompt takes longer."""


class Pace:
    """What is owed to the answers that stream, in seconds: `begin` tells of a step, `spend` of what it took."""

    def __init__(self, most_s: float) -> None:
        """Never more than `most_s`, or than two steps give back, is owed: a far too long one holds nobody up."""
        self._most_s = most_s
        self._owed_s = 0.0
        self._alone_s = 0.0
        self._reads = False

    @property
    def is_owed(self) -> bool:
        """Whether the next step is for answers alone, if there are any: it gives back no more than is owed."""
        return self._owed_s > self._given_back_s

    def begin(self, answers: int, prompts: int, cost: CostModel) -> None:
        """Note that a step begins, with so many tokens of answers and of prompts. Who has left is owed nothing."""
        self._alone_s = cost.predict_s(answers) if answers else 0.0
        self._reads = prompts > 0
        if not answers:
            self._owed_s = 0.0
        elif self._reads:
            self._owed_s -= SLOWDOWN * self._alone_s

    def spend(self, seconds: float) -> None:
        """Note that a batch of the step took so long."""
        if self._alone_s:
            # Alone, a step may be longer than foretold, with drafts: it is the answers' own pace.
            owed_s = self._owed_s + (seconds if self._reads else (1.0 - SLOWDOWN) * seconds)
            self._owed_s = min(max(owed_s, -self._given_back_s), max(self._most_s, 2.0 * self._given_back_s))

    @property
    def _given_back_s(self) -> float:
        """What a step for answers alone gives back.

        As much may be in hand, so that steps that are shorter than planned make up for longer ones.
        """
        return (SLOWDOWN - 1.0) * self._alone_s
