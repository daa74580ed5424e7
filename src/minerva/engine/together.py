"""Prompts that one client sends together are answered together. Pure.

While nobody streams, steps are large. As soon as one of several prompts is read, its answer
streams, and the others are read in what its steps leave: slower, and all answers end later. So a prompt of which all
but the end is read waits for others of the same client that came with it, if there is nothing else to read. None of
them is much longer, so it waits about as long as fair shares of the processor would have taken.
"""

from __future__ import annotations

from collections.abc import Sequence as Items

from minerva.engine.cost import CostModel
from minerva.engine.sequence import Sequence

END = 16
"""The last tokens of a prompt. They are a step of their own where that costs little: those that came with it become
known meanwhile."""

_LITTLE = 0.1
"""How much of the time that a prompt takes that step may cost. Where 16 tokens take as long as one, it is too
much."""

_SHORT = 128
"""Of fewer tokens the end is no step of its own, unless somebody waits for it. Two steps of so few take longer than the
cost model tells, which knows powers of two: llama.cpp's own attention takes 64 tokens together, and fewer singly."""

_ALIKE = 2
"""How many times as long as a prompt may be what it waits for."""

_LONGEST_S = 20.0
"""What is left of all that a prompt waits for takes no longer than this."""


def most_now(sequence: Sequence, prompts: Items[Sequence], cost: CostModel, step_tokens: int) -> int:
    """Return how many tokens of a prompt may be computed now, while nobody streams. Of all `prompts` one may always.

    `step_tokens`: how many this step may have in all.
    """
    if sequence.passage is not None or sequence.generated > 0:
        return sequence.pending
    token_s = cost.predict_s(step_tokens) / step_tokens
    now = min(sequence.pending, step_tokens)
    is_alone = now < _SHORT and not _is_waited_for(sequence, prompts, token_s)
    if (_splits(now, cost) and not is_alone) or _waits(sequence, prompts, token_s):
        return max(0, sequence.pending - END)
    return sequence.pending


def _is_waited_for(sequence: Sequence, prompts: Items[Sequence], token_s: float) -> bool:
    """Whether a prompt that came with it is at its end already."""
    at_end = [other for other in prompts if other is not sequence and other.passage is None and other.pending <= END]
    return any(_belongs(sequence, other, token_s) for other in at_end)


def _splits(now: int, cost: CostModel) -> bool:
    """Whether the end of what could be read now, `now` tokens, may be a step of its own."""
    if now <= END:
        return False
    whole_s = cost.predict_s(now)
    return cost.predict_s(now - END) + cost.predict_s(END) - whole_s <= _LITTLE * whole_s


def _waits(sequence: Sequence, prompts: Items[Sequence], token_s: float) -> bool:
    """Only for what is not at its end itself: so no two wait for each other."""
    unread = [other for other in prompts if other is not sequence and other.passage is None and other.pending > END]
    if not all(_belongs(sequence, other, token_s) for other in unread):
        return False
    return 0 < sum(other.pending for other in unread) * token_s <= _LONGEST_S


def _belongs(sequence: Sequence, other: Sequence, token_s: float) -> bool:
    """Whether `other` is a prompt of the same client, not much longer, that came with this one."""
    work = _work(sequence)
    return (
        other.generated == 0
        and (other.client, other.priority) == (sequence.client, sequence.priority)
        and _work(other) <= _ALIKE * work
        and abs(other.arrived_s - sequence.arrived_s) <= work * token_s
    )


def _work(sequence: Sequence) -> int:
    return len(sequence.tokens) - sequence.cached
