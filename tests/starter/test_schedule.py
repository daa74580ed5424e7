import pytest

from starter.schedule import highest_rate, is_stable, lengths, progress_of, rate


def test_the_rate_rises_stays_and_falls_to_nothing() -> None:
    assert rate(0.0) < 0.2
    assert rate(0.3) == 1.0
    assert is_stable(0.3)
    assert rate(0.7) == pytest.approx(0.5)
    assert not is_stable(0.7)
    assert rate(1.0) == 0.0


def test_the_last_part_fills_the_window() -> None:
    assert lengths(0.0, 2048).longest < lengths(0.5, 2048).longest < lengths(0.9, 2048).longest == 2048
    assert lengths(0.0, 128).longest == 128


def test_a_run_that_goes_further_takes_smaller_steps_and_begins_with_longer_texts() -> None:
    assert rate(0.3, highest_rate(None, further=False)) == 1.0
    assert rate(0.3, highest_rate(None, further=True)) == pytest.approx(0.6)
    assert rate(0.3, highest_rate(0.2, further=True)) == pytest.approx(0.2)
    assert rate(1.0, 0.6) == 0.0
    assert lengths(0.0, 2048).level < lengths(0.0, 2048, further=True).level
    assert lengths(0.0, 2048).longest < lengths(0.0, 2048, further=True).longest
    assert lengths(1.0, 2048, further=True) == lengths(1.0, 2048)


def test_whichever_budget_ends_first_counts() -> None:
    assert progress_of(50, 30.0, 100, None) == 0.5
    assert progress_of(50, 54.0, 100, 1.0) == 0.9
    assert progress_of(150, 0.0, 100, None) == 1.0
