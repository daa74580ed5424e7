"""Answers keep their part of the pace while a prompt is read, and the prompt goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.backend import Outcome
from minerva.engine.batch import Batch
from minerva.engine.cost import CostModel
from minerva.engine.pace import SLOWDOWN, Pace
from tests.support.fake_backend import VOCABULARY, FakeBackend
from tests.unit.engine.test_loop import Clock, arrive, expected, make_engine, text_of

ALONE_S, FURTHER_S = 0.01, 0.004


class TimedBackend(FakeBackend):
    """Its batches take `ALONE_S` for the first token and `FURTHER_S` for each further one."""

    def __init__(self, clock: Clock) -> None:
        """Move `clock` on."""
        super().__init__(cells=400, slots=24)
        self._clock = clock

    def decode(self, batch: Batch, *, embed: bool = False) -> Outcome:
        """Let the time pass."""
        self._clock.now_s += ALONE_S + FURTHER_S * (len(batch) - 1)
        return super().decode(batch, embed=embed)


@given(
    single_token_s=st.floats(0.0005, 0.2),
    answers=st.integers(1, 16),
    factors=st.lists(st.floats(1.0, 10.0), min_size=1, max_size=200),
)
def test_on_average_answers_are_slowed_as_much_as_is_allowed(
    single_token_s: float, answers: int, factors: list[float]
) -> None:
    cost, pace = CostModel(single_token_s), Pace(most_s=1000.0)
    alone_s = cost.predict_s(answers)
    spent_s, tokens = 0.0, 0
    for factor in factors:
        reads = not pace.is_owed
        pace.begin(answers, 64 if reads else 0, cost)
        seconds = factor * alone_s if reads else alone_s
        pace.spend(seconds)
        spent_s, tokens = spent_s + seconds, tokens + 1
        # Never by more, but for the last piece and what was in hand before; and not by less, if pieces are as long.
        assert spent_s <= SLOWDOWN * alone_s * tokens + (max(factors) + SLOWDOWN) * alone_s
        if min(factors) >= SLOWDOWN:
            assert spent_s >= SLOWDOWN * alone_s * tokens - SLOWDOWN * alone_s


def test_steps_that_are_a_little_longer_or_shorter_than_planned_cost_a_prompt_nothing() -> None:
    cost, pace = CostModel(0.014), Pace(most_s=0.15)
    for number in range(100):
        assert not pace.is_owed
        pace.begin(1, 8, cost)
        pace.spend((SLOWDOWN + (0.5 if number % 2 else -0.5)) * cost.predict_s(1))


@given(step_s=st.floats(0.001, 100.0), alone_s=st.floats(0.001, 1.0))
def test_a_prompt_goes_on_soon_after_one_very_long_step(step_s: float, alone_s: float) -> None:
    cost, pace = CostModel(alone_s), Pace(most_s=0.15)
    pace.begin(1, 64, cost)
    pace.spend(step_s)
    waited_s = 0.0
    while pace.is_owed:
        pace.begin(1, 0, cost)
        pace.spend(alone_s)
        waited_s += alone_s
    assert waited_s <= max(0.15 / (SLOWDOWN - 1), 2 * alone_s) + alone_s


def test_a_slow_model_gives_back_too() -> None:
    cost, pace = CostModel(0.5), Pace(most_s=0.15)
    alone_s = cost.predict_s(1)
    for _ in range(2):
        pace.begin(1, 8, cost)
        pace.spend((SLOWDOWN + 1) * alone_s)
    assert pace.is_owed


@pytest.mark.parametrize("answers", [0, 1])
def test_who_has_left_is_owed_nothing(answers: int) -> None:
    cost, pace = CostModel(0.014), Pace(most_s=0.15)
    pace.begin(1, 64, cost)
    pace.spend(1.0)
    assert pace.is_owed
    pace.begin(answers, 64, cost)
    pace.spend(1.0)
    assert pace.is_owed == bool(answers)


def test_while_a_prompt_is_read_steps_without_it_give_an_answer_its_time_back() -> None:
    clock = Clock(tick_s=0.0)
    engine = make_engine(TimedBackend(clock), clock=clock)
    talkative = next(prompt for n in range(1, VOCABULARY) if expected(prompt := [n] * 8, 30)[1] == "length")
    engine.handle([arrive(1, talkative, max_tokens=30)])
    while not text_of(engine.step().news, 1):
        pass
    started_s, tokens, longest_s = clock.now_s, 0, 0.0
    engine.handle([arrive(2, list(range(1, 50)), max_tokens=1)])
    news = engine.step().news
    while not text_of(news, 2):
        tokens += len(text_of(news, 1))
        before_s = clock.now_s
        news = engine.step().news
        longest_s = max(longest_s, clock.now_s - before_s)
    assert 5 < tokens < 29
    assert clock.now_s - started_s <= SLOWDOWN * ALONE_S * tokens + longest_s
