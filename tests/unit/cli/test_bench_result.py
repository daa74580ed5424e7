from __future__ import annotations

import pytest

from minerva.cli.bench.measure import Plan, planned
from minerva.cli.bench.result import Measurement
from minerva.core.errors import ContextLimitExceeded


def test_rates_have_mean_and_sample_deviation() -> None:
    test = Measurement("pp", 100, (1.0, 2.0, 4.0))
    assert test.name == "pp100"
    assert list(test.rates) == [100, 50, 25]
    assert test.mean == pytest.approx(175 / 3)
    assert test.deviation == pytest.approx(38.188, abs=0.001)


def test_one_repetition_deviates_by_nothing() -> None:
    assert Measurement("tg", 8, (2.0,)).deviation == 0


@pytest.mark.parametrize(
    ("plan", "window", "tests"),
    [
        (Plan(None, None, 1), 4096, [("pp", 512), ("tg", 128)]),
        (Plan(None, None, 1), 512, [("pp", 510), ("tg", 128)]),
        (Plan(None, None, 1), 66, [("pp", 64), ("tg", 64)]),
        (Plan(0, 5, 1), 512, [("pp", 0), ("tg", 5)]),
        (Plan(510, 510, 1), 512, [("pp", 510), ("tg", 510)]),
    ],
)
def test_defaults_are_reduced_to_the_window(plan: Plan, window: int, tests: list[tuple[str, int]]) -> None:
    assert planned(plan, window) == tests


@pytest.mark.parametrize("plan", [Plan(511, None, 1), Plan(None, 511, 1)])
def test_what_was_asked_for_is_never_reduced(plan: Plan) -> None:
    with pytest.raises(ContextLimitExceeded, match="511") as caught:
        planned(plan, 512)
    assert (caught.value.maximum, caught.value.required) == (510, 511)
