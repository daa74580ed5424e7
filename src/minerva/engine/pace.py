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
    """What is owed to the answers that stream, in seconds. A step is reported by `begin` and `end`."""

    def __init__(self, most_s: float) -> None:
        """Never more than `most_s` is owed: one step that took far too long holds up no prompt for long."""
        self._most_s = most_s
        self._owed_s = 0.0
        self._alone_s = 0.0
        self._reads = False

    @property
    def is_owed(self) -> bool:
        """Whether the next step is for answers alone, if there are any."""
        return self._owed_s > 0.0

    def begin(self, answers: int, prompts: int, cost: CostModel) -> None:
        """Note that a step begins, with so many tokens of answers and of prompts."""
        self._alone_s = cost.predict_s(answers) if answers else 0.0
        self._reads = prompts > 0

    def end(self, seconds: float) -> None:
        """Note that it took so long. Answers that nobody gives are owed nothing."""
        if not self._alone_s:
            self._owed_s = 0.0
            return
        # Alone, a step may be longer than foretold, with drafts: it is the answers' own pace.
        allowed_s = SLOWDOWN * (self._alone_s if self._reads else seconds)
        self._owed_s = min(max(self._owed_s + seconds - allowed_s, 0.0), self._most_s)
