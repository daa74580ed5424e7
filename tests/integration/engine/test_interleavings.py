"""Some random interleavings; `python -m tests.integration.engine.interleavings` plays hundreds."""

from __future__ import annotations

from tests.integration.engine.interleavings import Tally, play


def test_answers_are_those_without_a_cache_whatever_happens_in_between() -> None:
    tally = play(3, 24, seed=7, tally=Tally())
    assert tally.wrong == []
    assert tally.ties <= tally.answers // 20
    assert min(tally.cancels, tally.restarts, tally.reused, tally.restored) > 0
