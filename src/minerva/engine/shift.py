"""Going on past the window: which sequences have to give up tokens for it, and which. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from minerva.engine.sequence import Sequence


@dataclass(slots=True, frozen=True)
class Shift:
    """Drop `dropped` tokens of `sequence` behind the first `keep`. The first `freed` of them are in the KV cache."""

    sequence: Sequence
    keep: int
    dropped: int
    freed: int


def plan_shifts(running: Iterable[Sequence]) -> list[Shift]:
    """Return the shifts of those whose pending tokens do not fit their window any more.

    What is left behind the kept tokens is half of what there is room for: shifting is dear, and so is forgetting.
    """
    return [_plan(sequence, sequence.keep) for sequence in running if sequence.keep is not None and _is_due(sequence)]


def _is_due(sequence: Sequence) -> bool:
    return len(sequence.tokens) > sequence.window


def _plan(sequence: Sequence, keep: int) -> Shift:
    left = keep + max((sequence.window - keep) // 2, 1)
    dropped = len(sequence.tokens) - left
    # Of many tokens that were forced at once, some may be dropped before they were computed.
    computed = max(sequence.computed - dropped, min(sequence.computed, keep))
    return Shift(sequence, keep, dropped, sequence.computed - computed)
