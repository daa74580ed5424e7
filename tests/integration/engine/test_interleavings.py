"""Some random interleavings; `python -m tests.integration.engine.interleavings` plays hundreds."""

from __future__ import annotations

import pytest

from tests.integration.engine.interleavings import EXACT, FLASH, Arithmetic, Tally, play


@pytest.mark.parametrize("arithmetic", [EXACT, FLASH], ids=["exact", "flash"])
def test_answers_are_those_without_a_cache_whatever_happens_in_between(arithmetic: Arithmetic) -> None:
    tally = play(3, 24, 7, Tally(), arithmetic)
    assert tally.wrong == []
    assert tally.ties <= tally.answers // 20
    assert min(tally.cancels, tally.restarts, tally.reused, tally.restored) > 0
