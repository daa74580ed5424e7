"""What changes in the course of a run, as functions of its progress (0 to 1): learning rate and lengths. Pure."""

from __future__ import annotations

from dataclasses import dataclass

WARM_UP, DECAY = 0.01, 0.6
"""Shares of a run in which the learning rate rises, and in which it falls: warm-up, stable, decay (Hu et al. 2024)."""
FURTHER_RATE, FURTHER_LENGTHS = 0.6, 0.35
"""For a run that trains an exported file further: its highest rate unless told otherwise, for large steps undo what was
learned; and where in the growth of lengths it begins, for the short ones are known."""


def rate(progress: float, highest: float = 1.0) -> float:
    """Return the factor of the learning rate; `highest` is that between the rise and the fall."""
    return highest * max(0.0, min(1.0, (progress + 1e-3) / WARM_UP, (1.0 - progress) / DECAY))


def highest_rate(told: float | None, *, further: bool) -> float:
    """Return the highest factor of a run; `further`: it began with what another one had learned."""
    if told is not None:
        return told
    return FURTHER_RATE if further else 1.0


def is_stable(progress: float) -> bool:
    """Whether the learning rate has not begun to fall: a run may still be given a larger budget without loss."""
    return progress < 1.0 - DECAY


@dataclass(frozen=True, slots=True)
class Lengths:
    """Conversations of up to `longest` tokens; a share `joined` of them is several put one after another.

    `level` is the generator's: how long copied texts and the gaps of memory may be, above 0 to 1.
    """

    longest: int
    joined: float
    level: float


def lengths(progress: float, context: int, *, further: bool = False) -> Lengths:
    """Return how long conversations are: short ones first, then, for the last part, some that fill the window."""
    if further:
        progress = FURTHER_LENGTHS + (1.0 - FURTHER_LENGTHS) * progress
    level = min(1.0, 0.2 + 1.6 * progress)
    if progress < 0.3:
        return Lengths(min(512, context), 0.02, level)
    if progress < 0.75:
        return Lengths(min(1024, context), 0.03, level)
    return Lengths(context, 0.05, level)


def progress_of(step: int, elapsed_s: float, steps: int | None, minutes: float | None) -> float:
    """Return the share of the budget that is used; whichever of the two ends first counts."""
    shares = [0.0]
    if steps is not None:
        shares.append(step / steps)
    if minutes is not None:
        shares.append(elapsed_s / (minutes * 60))
    return min(1.0, max(shares))
