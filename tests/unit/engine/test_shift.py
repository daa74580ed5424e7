"""Answers that go on past the window: what is dropped, what others may start from meanwhile, what stays behind."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.backend import Outcome
from minerva.engine.batch import Batch
from minerva.engine.cost import CostModel
from minerva.engine.loop import Engine
from minerva.engine.scheduler import Limits
from minerva.engine.sequence import Sequence
from minerva.engine.shift import plan_shifts
from minerva.wire.messages import Admitted, Delta, Ended, News
from tests.support.fake_backend import VOCABULARY, FakeBackend
from tests.unit.engine.test_loop import WINDOW, Clock, arrive, ends_of, expected, make_engine, run, shifted
from tests.unit.engine.test_scheduler import make


def long_prompt(answer: int, keep: int, length: int = 20) -> list[int]:
    """Return a prompt that the fake model goes on behind for at least `answer` tokens."""
    for seed in range(10_000):
        prompt = [int(token) for token in np.random.default_rng(seed).integers(1, VOCABULARY, length)]
        if expected(prompt, answer, WINDOW, keep)[1] == "length":
            return prompt
    raise AssertionError("no such prompt")


def end_of(news: list[News], number: int) -> Ended:
    (end,) = ends_of(news, number)
    assert isinstance(end, Ended)
    return end


@given(window=st.integers(2, 200), keep=st.integers(0, 300), prompt=st.integers(1, 199), forced=st.integers(1, 300))
def test_a_shift_leaves_the_kept_and_the_newest_and_something_to_compute(
    window: int, keep: int, prompt: int, forced: int
) -> None:
    sequence = make(1, 1)
    sequence.request = arrive(1, [1], keep=keep).request
    sequence.prompt_length, sequence.window = min(prompt, window - 1), window
    sequence.tokens = list(range(window + forced))
    sequence.computed = window
    (shift,) = plan_shifts([sequence])
    assert shift.keep == min(keep, sequence.prompt_length)
    left = len(sequence.tokens) - shift.dropped
    computed = sequence.computed - shift.freed
    assert shift.keep <= computed < left <= window
    assert 0 <= shift.freed <= shift.dropped
    # What stays in memory behind the kept tokens is what stays of the tokens there.
    assert computed in (shift.keep, sequence.computed - shift.dropped)
    assert left - shift.keep == max((window - shift.keep) // 2, 1)


def test_only_who_asked_for_it_is_shifted_and_not_before_the_window_is_full() -> None:
    full, other = make(1, 1), make(2, 1)
    full.request = arrive(1, [1], keep=0).request
    full.window = other.window = len(full.tokens)
    assert plan_shifts([full, other]) == []
    full.window = other.window = len(full.tokens) - 1
    assert [shift.sequence for shift in plan_shifts([full, other])] == [full]


def test_who_lost_its_place_reads_its_prompt_again_before_it_decodes() -> None:
    sequence = make(1, 1)
    sequence.request = arrive(1, [1], keep=4).request
    sequence.prompt_length, sequence.tokens = 20, list(range(30))
    # Of the prompt 16 tokens went, and 24 of the answer.
    sequence.shifted = 40
    assert [_decodes(sequence, computed) for computed in (0, 3, 4, 29)] == [False, False, True, True]
    sequence.shifted = 6
    assert [_decodes(sequence, computed) for computed in (0, 13, 14, 29)] == [False, False, True, True]


def _decodes(sequence: Sequence, computed: int) -> bool:
    sequence.computed = computed
    return sequence.is_decoding


@pytest.mark.parametrize("keep", [0, 7, 20])
def test_what_was_dropped_is_told(keep: int) -> None:
    engine, prompt = make_engine(FakeBackend(cells=200, slots=8)), long_prompt(100, keep)
    engine.handle([arrive(1, prompt, 100, keep=keep)])
    end = end_of(run(engine), 1)
    # One token more than the window holds makes room for half of what is not kept; and so on.
    size = WINDOW + 1 - keep - (WINDOW - keep) // 2
    shifts = len(range(WINDOW + 1 - len(prompt), 100, size))
    assert (end.completion_tokens, end.reason) == (100, "length")
    assert (end.shifts, end.shifted_tokens) == (shifts, shifts * size)


def test_a_prompt_of_many_choices_is_shared_as_far_as_it_is_kept() -> None:
    keep = 18
    engine, prompt = make_engine(FakeBackend(cells=400, slots=8)), long_prompt(100, keep)
    engine.handle([arrive(number, prompt, 100, keep=keep) for number in range(3)])
    news = run(engine)
    assert [item.cached_tokens for item in news if isinstance(item, Admitted)] == [0, keep, keep]
    assert all(end_of(news, number).shifts > 0 for number in range(3))


def test_while_it_runs_nobody_starts_from_what_may_move() -> None:
    engine, prompt = make_engine(FakeBackend(cells=400, slots=8)), long_prompt(100, 20)
    engine.handle([arrive(1, prompt, 100, keep=20)])
    news: list[News] = []
    while sum(len(item.text) for item in news if isinstance(item, Delta)) < 30:
        news += engine.step().news
    answer = [ord(char) - 48 for item in news if isinstance(item, Delta) for char in item.text]
    engine.handle([arrive(2, [*prompt, *answer, 5], 1)])
    news = run(engine)
    assert [item.cached_tokens for item in news if isinstance(item, Admitted)] == [20]
    assert end_of(news, 1).shifts > 0


def test_what_may_move_is_its_own_from_the_beginning() -> None:
    engine, prompt = make_engine(FakeBackend(cells=400, slots=8)), long_prompt(100, 4, length=60)
    engine.handle([arrive(1, prompt, 1)])
    run(engine)
    # Nearly all of it is retained; but what the retained sequence holds cannot be moved for this one.
    engine.handle([arrive(2, prompt, 100, keep=4)])
    news = run(engine)
    assert [item.cached_tokens for item in news if isinstance(item, Admitted)] == [4]
    assert end_of(news, 2).shifts > 0
    engine.handle([arrive(3, prompt, 1)])
    assert [item.cached_tokens for item in run(engine) if isinstance(item, Admitted)] == [59]


def test_what_was_moved_is_nothing_to_start_from() -> None:
    engine, prompt = make_engine(FakeBackend(cells=400, slots=8)), long_prompt(46, 20)
    engine.handle([arrive(1, prompt, 46, keep=20)])
    news = run(engine)
    assert end_of(news, 1).shifts == 1
    answer = [ord(char) - 48 for item in news if isinstance(item, Delta) for char in item.text]
    # These very tokens were in memory, but the last of them were computed behind others.
    engine.handle([arrive(2, [*shifted([*prompt, *answer[:-1]], WINDOW, 20), 5], 1)])
    assert [item.cached_tokens for item in run(engine) if isinstance(item, Admitted)] == [20]


@pytest.mark.parametrize(("answer", "cached"), [(30, 49), (100, 20)])
def test_of_what_was_shifted_only_the_kept_part_is_retained(answer: int, cached: int) -> None:
    engine, prompt = make_engine(FakeBackend(cells=400, slots=8)), long_prompt(100, 20)
    engine.handle([arrive(1, prompt, answer, keep=20)])
    text = "".join(item.text for item in run(engine) if isinstance(item, Delta))
    engine.handle([arrive(2, [*prompt, *(ord(char) - 48 for char in text[:35]), 5], 1)])
    news = run(engine)
    assert [item.cached_tokens for item in news if isinstance(item, Admitted)] == [cached]
    assert engine.stats().cells_used == engine.stats().cells_retained


def test_a_text_that_ends_behind_the_window_ends_there() -> None:
    prompts = ([number] * 20 for number in range(1, VOCABULARY))
    answers = ((prompt, *expected(prompt, 1000, WINDOW, 0)) for prompt in prompts)
    prompt, text, _ = next(found for found in answers if found[2] == "stop" and len(found[1]) > WINDOW)
    engine = make_engine(FakeBackend(cells=200, slots=8))
    engine.handle([arrive(1, prompt, 1000, keep=0)])
    news = run(engine)
    end = end_of(news, 1)
    assert (end.reason, end.completion_tokens) == ("stop", len(text) + 1)
    assert end.shifts > 0
    assert "".join(item.text for item in news if isinstance(item, Delta)) == text


class SteadyCost(CostModel):
    """Takes every step for a long one, whatever it measures."""

    def learn(self, tokens: int, seconds: float) -> None:
        """Learn nothing."""


class WatchedBackend(FakeBackend):
    """Notes before which decodes tokens were moved, and during which a cancel would interrupt."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__(cells=200, slots=8)
        self.armed: list[bool] = []
        self.moved: set[int] = set()

    def decode(self, batch: Batch, *, embed: bool = False) -> Outcome:
        """Cancel the request in the middle of the decode, as the reading thread would, and see whether that counts."""
        self.interrupted = False
        self.engine.interrupt.cancel(1)
        self.armed.append(self.interrupted)
        self.engine.interrupt.forget(1)
        return super().decode(batch, embed=embed)

    def shift(self, slot: int, start: int, count: int) -> None:
        """Note it."""
        self.moved.add(len(self.armed))
        super().shift(slot, start, count)

    def interrupt(self, *, on: bool) -> None:
        """Note it."""
        self.interrupted = on


def test_the_batch_that_carries_out_a_shift_is_not_interrupted() -> None:
    backend = WatchedBackend()
    limits = Limits(4, backend.slots, 16, 32, 0.15, 1000)
    engine = Engine(backend, window=WINDOW, limits=limits, queue_limit=9, cost=SteadyCost(1.0), clock=Clock())
    backend.engine = engine
    engine.handle([arrive(1, long_prompt(100, 20), 100, keep=20)])
    shifts = end_of(run(engine), 1).shifts
    assert shifts == len(backend.moved) > 1
    assert {number for number, armed in enumerate(backend.armed) if not armed} == backend.moved
