"""Statistics of what was measured. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median

import msgspec

from benchmarks.client import Answer
from benchmarks.workloads import LONG


class Distribution(msgspec.Struct, frozen=True):
    """Values in one line; all of one unit."""

    median: float
    p99: float
    max: float


class GroupFigures(msgspec.Struct, frozen=True):
    """Of the requests that are for the same: seconds to the first text, milliseconds between two arrivals of text.

    `gap_ms` is `None` where no answer came in more than one piece. `arrivals` is less than `tokens` where several
    tokens came at once.
    """

    requests: int
    tokens: int
    arrivals: int
    cached_tokens: int | None
    first_s: Distribution
    gap_ms: Distribution | None


class Figures(msgspec.Struct, frozen=True):
    """One run of a workload. `wall_s` is from the first request to the last answer's end."""

    workload: str
    wall_s: float
    prompt_tokens: int
    tokens: int
    tokens_per_s: float
    groups: dict[str, GroupFigures]


@dataclass(frozen=True)
class Spread:
    """The median of some runs, the least and the most."""

    median: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return the median of `values` with the least and the most of them."""
    return Spread(median(values), min(values), max(values))


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Return the ratios of runs that were made side by side: a slow minute of the machine hits both of a pair."""
    return spread([one / other for one, other in zip(ours, theirs, strict=True)])


def percentile(values: Iterable[float], share: float) -> float:
    """Return the least of `values` that so large a share of them does not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1]


def distribution(values: Sequence[float]) -> Distribution:
    """Return the figures of `values`, of which there is at least one."""
    return Distribution(median(values), percentile(values, 0.99), max(values))


def summarise(workload: str, answers: Sequence[Answer]) -> Figures:
    """Return the figures of one run.

    Where a long prompt arrives, gaps are counted from that moment: before it, nothing was in anybody's way.
    """
    begun_s = min(answer.sent_s for answer in answers)
    wall_s = max(answer.ended_s for answer in answers) - begun_s
    counted_s = max((answer.sent_s for answer in answers if answer.group == LONG), default=begun_s)
    groups = dict.fromkeys(answer.group for answer in answers)
    tokens = sum(answer.tokens for answer in answers)
    return Figures(
        workload=workload,
        wall_s=wall_s,
        prompt_tokens=sum(answer.prompt_tokens for answer in answers),
        tokens=tokens,
        tokens_per_s=tokens / wall_s,
        groups={name: _group([one for one in answers if one.group == name], counted_s) for name in groups},
    )


def _group(answers: Sequence[Answer], counted_s: float) -> GroupFigures:
    gaps = [1000 * (end - begin) for answer in answers for begin, end in answer.gaps if end > counted_s]
    cached = [answer.cached_tokens for answer in answers if answer.cached_tokens is not None]
    return GroupFigures(
        requests=len(answers),
        tokens=sum(answer.tokens for answer in answers),
        arrivals=sum(len(answer.arrivals_s) for answer in answers),
        cached_tokens=sum(cached) if cached else None,
        first_s=distribution([answer.first_s for answer in answers]),
        gap_ms=distribution(gaps) if gaps else None,
    )
