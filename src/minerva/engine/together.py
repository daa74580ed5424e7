"""Prompts that one client sends together are answered together. Pure.

While nobody streams, a step reads as much as a batch holds. As soon as one of several prompts is read, its answer
streams, and the others are read in what its steps leave: slower, and all answers end later. So a prompt of which all
but the end is read waits for others of the same client that came with it. None of them is much longer, so it waits
about as long as fair shares of the processor would have taken.
"""

from __future__ import annotations

from collections.abc import Sequence as Items

from minerva.engine.sequence import Sequence

END = 16
"""The last tokens of a prompt, which are a step of their own: meanwhile those that came with it become known. A step of
so many takes no longer for each token than one of hundreds."""

_SHORT = 128
"""Prompts up to so many tokens are read in one: there the step that it costs would show."""

_ALIKE = 2
"""How many times as long as a prompt may be what it waits for."""

_LONGEST_S = 20.0
"""What is left of all that a prompt waits for takes no longer than this."""


def most_now(sequence: Sequence, prompts: Items[Sequence], token_s: float) -> int:
    """Return how many tokens of a prompt may be computed now, while nobody streams. Of all `prompts` one may always.

    `token_s`: time that a token of a full batch takes.
    """
    if sequence.passage is not None:
        return sequence.pending
    if sequence.pending > _SHORT or _waits(sequence, prompts, token_s):
        return max(0, sequence.pending - END)
    return sequence.pending


def _waits(sequence: Sequence, prompts: Items[Sequence], token_s: float) -> bool:
    """Only for what is not at its end itself: so no two wait for each other."""
    others = [other for other in prompts if other.pending > END and _belongs(sequence, other, token_s)]
    return 0 < sum(other.pending for other in others) * token_s <= _LONGEST_S


def _belongs(sequence: Sequence, other: Sequence, token_s: float) -> bool:
    """Whether `other` is of the same client, not much longer, and came before `sequence` could have been read."""
    work = _work(sequence)
    return (
        other is not sequence
        and other.passage is None
        and (other.client, other.priority) == (sequence.client, sequence.priority)
        and _work(other) <= _ALIKE * work
        and other.arrived_s - sequence.arrived_s <= work * token_s
    )


def _work(sequence: Sequence) -> int:
    return len(sequence.tokens) - sequence.cached
