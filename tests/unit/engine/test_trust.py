"""How often what is foretold comes is learned fast at first, and forgotten slowly."""

from __future__ import annotations

import pytest

from minerva.engine.trust import Trust


def learned(trust: Trust, *right: bool) -> float:
    for is_right in right:
        trust.learn(is_right=is_right)
    return trust.share


def test_at_first_it_is_the_mean_of_what_was_seen_and_of_what_was_taken_for_seen() -> None:
    trust = Trust(0.5, evidence=2.0, weight=0.1)
    assert learned(trust, False) == pytest.approx(1 / 3)
    assert learned(trust, True, True, False) == pytest.approx(3 / 6)


def test_later_each_token_counts_the_same() -> None:
    trust = Trust(0.5, evidence=2.0, weight=0.1)
    before = learned(trust, *[True, False] * 10)
    assert learned(trust, True) == pytest.approx(before + 0.1 * (1.0 - before))
    assert learned(Trust(0.8, evidence=10.0, weight=0.1), False) == pytest.approx(0.72)
