"""The queue of one model: who waits to be admitted. In which order they come is decided in `fairness.py`."""

from __future__ import annotations

from collections.abc import Iterator

from minerva.engine.fairness import Served, eldest, in_turn, served_after
from minerva.engine.sequence import Sequence


class Waiting:
    """Sequences that wait, in the order in which they came here, and whose turn it was last."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._sequences: list[Sequence] = []
        self._served: Served = {}
        self._others = 0
        """Admissions since the one that had waited longest was admitted."""

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._sequences)

    def __iter__(self) -> Iterator[Sequence]:
        """Return those who wait, in no order that means anything."""
        return iter(self._sequences)

    def in_turn(self, now_s: float) -> Iterator[Sequence]:
        """Return those who wait, the next to be admitted first."""
        return in_turn(self._sequences, self._served, self._others, now_s)

    def add(self, sequence: Sequence) -> None:
        """Let a sequence wait: a new one, or one that was preempted."""
        self._sequences.append(sequence)

    def admit(self, sequence: Sequence) -> None:
        """Take out a sequence whose turn it is."""
        self._others = 0 if sequence is eldest(self._sequences) else self._others + 1
        self.remove(sequence)
        if sequence.admitted_s is None:
            self._served = served_after(self._served, sequence, self._sequences)

    def remove(self, sequence: Sequence) -> None:
        """Take out a sequence that is over before its turn came."""
        self._sequences.remove(sequence)
