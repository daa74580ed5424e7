"""The cost model finds a machine's speed, and finds it again when that changes."""

from __future__ import annotations

import math
import random

from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.cost import CostModel

MEASURED = {1: 0.014, 2: 0.022, 4: 0.033, 8: 0.058, 16: 0.087, 32: 0.173, 64: 0.262, 128: 0.522, 256: 0.955, 512: 1.82}
"""Seconds of a step by its tokens: a 0.5 B model on two cores (design, section 9)."""


def test_it_learns_a_real_machine_within_fifty_steps() -> None:
    cost, chance = CostModel(0.014), random.Random(1)  # noqa: S311 - noise for a test
    for _ in range(50):
        tokens = chance.choice(list(MEASURED))
        cost.learn(tokens, MEASURED[tokens] * chance.uniform(0.95, 1.05))
    for tokens, seconds in MEASURED.items():
        assert abs(math.log(cost.predict_s(tokens) / seconds)) < math.log(1.25)


def test_a_machine_that_slows_down_is_noticed_for_sizes_that_are_not_tried() -> None:
    cost = CostModel(0.014)
    before = cost.predict_s(64)
    for _ in range(60):
        cost.learn(4, 0.1)
    assert cost.predict_s(64) > 1.4 * before


def test_one_outlier_moves_little() -> None:
    cost = CostModel(0.014)
    before = cost.predict_s(4)
    cost.learn(4, 30.0)
    assert cost.predict_s(4) < 1.5 * before


@given(
    steps=st.lists(st.tuples(st.integers(1, 600), st.floats(1e-5, 10.0)), max_size=60),
    budget_s=st.floats(0.0, 5.0),
)
def test_a_planned_step_keeps_its_budget_and_one_token_more_would_not(
    steps: list[tuple[int, float]], budget_s: float
) -> None:
    cost = CostModel(0.01)
    for tokens, seconds in steps:
        cost.learn(tokens, seconds)
    count = cost.tokens_within(budget_s, 512)
    assert count == 0 or cost.predict_s(count) <= budget_s
    assert count == 512 or cost.predict_s(count + 1) > budget_s
