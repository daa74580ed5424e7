import math
import xml.etree.ElementTree as ET

import pytest

from benchmarks.cancel import idle_from
from benchmarks.client import Answer, RunFailed
from benchmarks.figures import Figures, Spread, percentile, ratios, spread, summarise
from benchmarks.goals import GOALS, row, table
from benchmarks.picture import picture
from benchmarks.soak import growth, per_minute
from benchmarks.workloads import LATER_TURN, LONG, REQUEST, STREAM


def _answer(group: str, sent_s: float, *arrivals_s: float, tokens: int = 4, cached: int | None = None) -> Answer:
    return Answer(group, sent_s, arrivals_s, arrivals_s[-1], 10, tokens, cached)


def _figures(workload: str, wall_s: float, tokens: int = 4) -> Figures:
    return summarise(workload, [_answer(REQUEST, 0.0, wall_s / 2, wall_s, tokens=tokens)])


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(value) for value in range(100, 0, -1)]
    assert percentile(values, 0.99) == 99.0
    assert percentile(values, 0.5) == 50.0
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([1.0, 9.0], 0.99) == 9.0


def test_ratios_are_those_of_the_pairs() -> None:
    assert ratios([1.0, 9.0, 2.0], [2.0, 9.0, 8.0]) == Spread(0.5, 0.25, 1.0)
    assert spread([3.0, 1.0, 2.0]) == Spread(2.0, 1.0, 3.0)


def test_a_run_is_measured_from_its_first_request_to_its_last_end() -> None:
    figures = summarise("together", [_answer(REQUEST, 1.0, 2.0, 3.0), _answer(REQUEST, 1.5, 4.0, 4.5, 6.0, cached=3)])
    assert figures.wall_s == 5.0
    assert (figures.prompt_tokens, figures.tokens, figures.tokens_per_s) == (20, 8, 1.6)
    group = figures.groups[REQUEST]
    assert (group.requests, group.tokens, group.arrivals, group.cached_tokens) == (2, 8, 5, 3)
    assert (group.first_s.median, group.first_s.max) == (1.75, 2.5)
    assert group.gap_ms is not None
    assert (group.gap_ms.median, group.gap_ms.max) == (1000.0, 1500.0)


def test_gaps_count_from_the_arrival_of_the_long_prompt() -> None:
    streams = _answer(STREAM, 0.0, 5.0, 6.0, 6.5, 6.6)
    figures = summarise("arrival", [streams, _answer(LONG, 6.2, 9.0)])
    gaps = figures.groups[STREAM].gap_ms
    assert gaps is not None
    assert gaps.max == pytest.approx(500.0)
    assert figures.groups[LONG].gap_ms is None


def test_a_row_has_medians_ratios_and_whether_the_goal_is_met() -> None:
    goal = next(goal for goal in GOALS if goal.workload == "together")
    ours, theirs = [_figures("together", wall) for wall in (8.0, 9.0, 4.0)], [_figures("together", 10.0)] * 3
    found = row(goal, ours, theirs)
    assert (found.ours.median, found.theirs.median) == (8.0, 10.0)
    assert found.ratio == Spread(0.8, 0.4, 0.9)
    assert found.met
    assert not row(goal, theirs, theirs).met
    assert "NOT MET" not in table([found])
    assert "NOT MET" in table([row(goal, theirs, theirs)])


def test_a_goal_of_its_own_is_not_one_of_ratios() -> None:
    largest = next(goal for goal in GOALS if goal.own == 350.0)

    def arrival(gap_s: float) -> list[Figures]:
        return [summarise("arrival", [_answer(STREAM, 0.0, 1.0, 1.0 + gap_s), _answer(LONG, 1.0, 9.0)])]

    assert row(largest, arrival(0.3), arrival(0.1)).met
    assert not row(largest, arrival(0.4), arrival(13.0)).met


def test_streams_that_end_before_the_long_prompt_have_no_gaps_to_compare() -> None:
    largest = next(goal for goal in GOALS if goal.own == 350.0)
    figures = [summarise("arrival", [_answer(STREAM, 0.0, 1.0, 2.0), _answer(LONG, 3.0, 9.0)])]
    with pytest.raises(RunFailed, match="before the long prompt"):
        row(largest, figures, figures)


def test_sides_that_did_other_work_are_not_compared() -> None:
    goal = next(goal for goal in GOALS if goal.workload == "single")
    with pytest.raises(RunFailed, match="cannot be compared"):
        row(goal, [_figures("single", 1.0)], [_figures("single", 1.0, tokens=5)])


def test_the_picture_is_sound_and_has_a_bar_for_each_row() -> None:
    goals = [goal for goal in GOALS if goal.workload in ("single", "conversations")]
    later = [summarise("conversations", [_answer(LATER_TURN, 0.0, 0.5, 1.0)])]
    single = [_figures("single", 4.0)]
    rows = [row(goal, *([single] * 2 if goal.workload == "single" else [later] * 2)) for goal in goals]
    drawn = picture(rows, "A & B", "a <machine>")
    root = ET.fromstring(drawn)  # noqa: S314 - made here
    bars = [one for one in root.iter("{http://www.w3.org/2000/svg}rect") if one.get("rx")]
    assert len(bars) == len(rows) == 3
    assert all(math.isclose(float(bar.get("width", 0)), float(bars[0].get("width", 0))) for bar in bars)
    assert "A & B" in [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_worker_is_idle_from_when_its_clock_stands() -> None:
    busy = [(at / 100, 2 * at / 100) for at in range(10)]
    still = [(at / 100, 0.18) for at in range(10, 40)]
    assert idle_from(busy + still) == pytest.approx(0.09, abs=0.011)
    ticks = [(at / 100, 0.18 + (0.01 if at > 20 else 0.0)) for at in range(10, 40)]
    assert idle_from(busy + ticks) == pytest.approx(0.09, abs=0.011)
    assert idle_from(busy) is None
    assert idle_from([(at / 100, 2 * at / 100) for at in range(100)]) is None


def test_tokens_count_in_the_minute_in_which_they_were_whole() -> None:
    assert per_minute([(0.0, 1), (59.9, 2), (60.0, 4), (150.0, 8), (200.0, 16)], 3) == [3, 4, 8]


def test_growth_is_counted_from_the_first_minute_in_both_directions() -> None:
    assert growth([(0.0, 10), (60.0, 100), (65.0, 102), (70.0, 95)]) == pytest.approx(0.05)
    assert growth([(0.0, 10)]) == 0.0
