"""Which figures two servers are compared by, and what is wanted of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from benchmarks.client import RunFailed
from benchmarks.figures import Distribution, Figures, Spread, ratios, spread
from benchmarks.workloads import LATER_TURN, LONG, STREAM

SMALL_CELLS = 4096
"""A KV cache that the twelve conversations do not fit into."""


@dataclass(frozen=True)
class Goal:
    """A figure of a workload: less is better. `small`: of a Minerva whose cache has `SMALL_CELLS` cells.

    `ratio` is the most that it may be of the peer's figure, `own` the most that it may be, in its unit.
    """

    name: str
    workload: str
    unit: str
    figure: Callable[[Figures], float]
    small: bool = False
    ratio: float | None = None
    own: float | None = None


def _gap(figures: Figures) -> Distribution:
    gaps = figures.groups[STREAM].gap_ms
    if gaps is None:
        raise RunFailed(f"{figures.workload}: the streams ended before the long prompt was sent.")
    return gaps


def _wall(figures: Figures) -> float:
    return figures.wall_s


def _later(figures: Figures) -> float:
    return figures.groups[LATER_TURN].first_s.median


GOALS = (
    Goal("1 stream, 512 in, 128 out: in all", "single", "s", _wall, ratio=1.02),
    Goal("8 at once, 256 in, 64 out: in all", "together", "s", _wall, ratio=0.90),
    Goal("16 sharing 1,000 tokens, 8 at once: in all", "shared", "s", _wall, ratio=0.28),
    Goal("3 streams, 3,500 tokens arrive: largest gap", "arrival", "ms", lambda f: _gap(f).max, own=350.0),
    Goal("the same: 99th percentile of the gaps", "arrival", "ms", lambda f: _gap(f).p99, own=250.0),
    Goal("the same: first of the long one", "arrival", "s", lambda f: f.groups[LONG].first_s.median, ratio=1.25),
    Goal("12 conversations: first of later turns", "conversations", "s", _later, ratio=1.0),
    Goal("the same, 4,096 cells", "conversations", "s", _later, small=True, ratio=1.3),
)


class Row(msgspec.Struct, frozen=True):
    """A goal and what was measured: the figures of both sides, and the ratios of the pairs. `met`: it is as wanted."""

    name: str
    workload: str
    small: bool
    unit: str
    ours: Spread
    theirs: Spread
    ratio: Spread
    most_ratio: float | None
    most: float | None
    met: bool


def row(goal: Goal, ours: Sequence[Figures], theirs: Sequence[Figures]) -> Row:
    """Return the row of runs that were made side by side.

    Raises:
        RunFailed: The two sides did not count the same tokens, so they did not do the same work.
    """
    for one, other in zip(ours, theirs, strict=True):
        if (one.prompt_tokens, one.tokens) != (other.prompt_tokens, other.tokens):
            raise RunFailed(
                f"{goal.workload}: {one.prompt_tokens} tokens in and {one.tokens} out here, {other.prompt_tokens} and "
                f"{other.tokens} there: that cannot be compared."
            )
    mine, their = [[goal.figure(figures) for figures in side] for side in (ours, theirs)]
    ratio, own = ratios(mine, their), spread(mine)
    return Row(
        name=goal.name,
        workload=goal.workload,
        small=goal.small,
        unit=goal.unit,
        ours=own,
        theirs=spread(their),
        ratio=ratio,
        most_ratio=goal.ratio,
        most=goal.own,
        met=ratio.median <= (goal.ratio or float("inf")) and own.median <= (goal.own or float("inf")),
    )


def table(rows: Sequence[Row]) -> str:
    """Return the rows as lines: medians, with the least and the most of the ratios."""
    lines = [f"{'':<46}{'Minerva':>10}{'peer':>10}{'ratio':>8}  {'least to most':<16}{'wanted':<14}"]
    for one in rows:
        wanted = f"≤ {one.most_ratio:g} times" if one.most_ratio else f"≤ {one.most:g} {one.unit}"
        between = f"{one.ratio.low:.3f} to {one.ratio.high:.3f}"
        mine, their = (f"{side.median:.{0 if one.unit == 'ms' else 2}f} {one.unit}" for side in (one.ours, one.theirs))
        line = f"{one.name:<46}{mine:>10}{their:>10}{one.ratio.median:>8.3f}  {between:<16}{wanted:<14}"
        lines.append(line + ("" if one.met else "NOT MET"))
    return "\n".join(lines)
