"""Tuning against a machine whose speeds are known."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.tuning import Machine, batch_candidates, choose, thread_candidates, tune
from minerva.wire.tuning import Rate, Tuned


class FakeMeter:
    """Writes fastest with `writers` threads, reads fastest with `readers`, and in batches of `batch`; counts the time.

    Each figure is off by up to a hundredth.
    """

    def __init__(self, *, writers: int = 4, readers: int = 8, batch: int = 256, token_s: float = 0.0001) -> None:
        self.spent_s = 0.0
        self.runs = 0
        self._writers, self._readers, self._batch, self._token_s = writers, readers, batch, token_s
        self._chance = random.Random(1)  # noqa: S311 - not a secret

    def write(self, threads: int, seconds: float) -> tuple[int, float]:
        token_s = 4 * self._token_s * (1 + 0.2 * abs(threads - self._writers))
        tokens = max(1, round(seconds / token_s))
        taken = self._noisy(tokens * token_s)
        self.spent_s += taken
        return tokens, taken

    def read(self, threads: int, tokens: int, batch: int) -> float:
        assert 0 < batch <= tokens
        small, large = sorted((batch, self._batch))
        taken = self._noisy(tokens * self._token_s * (1 + 0.1 * abs(threads - self._readers)) * (large / small) ** 0.5)
        self.spent_s += taken
        self.runs += 1
        return taken

    def _noisy(self, seconds: float) -> float:
        return seconds * self._chance.uniform(0.995, 1.005)


def run(meter: FakeMeter, *, usual: int = 6, most: int = 8, largest: int = 2048, budget_s: float = 40.0) -> Tuned:
    said: list[str] = []
    found = tune(meter, Machine(usual=usual, most=most, largest_batch=largest, gpu_layers=3), budget_s, said.append)
    assert said
    return found


def test_the_fastest_are_found_and_may_differ() -> None:
    found = run(FakeMeter(writers=4, readers=8, batch=256))
    assert (found.tuning.threads, found.tuning.threads_batch, found.tuning.batch_tokens) == (4, 8, 256)
    assert (found.tuning.usual_threads, found.tuning.gpu_layers) == (6, 3)
    assert [rate.size for rate in found.writing] == list(range(1, 9))
    assert [rate.size for rate in found.batches] == [32, 64, 128, 256, 512, 1024, 2048]
    assert found.batch_prompt == 2048


def test_it_is_done_within_the_time() -> None:
    meter = FakeMeter()
    run(meter, budget_s=10.0)
    assert meter.spent_s <= 11
    assert meter.runs > 20


def test_a_slow_model_takes_no_longer_and_keeps_the_usual_batch() -> None:
    meter = FakeMeter(token_s=0.02)
    found = run(meter, budget_s=40.0)
    assert meter.spent_s <= 45
    assert found.tuning.batch_tokens is None
    assert found.batches == ()
    assert found.tuning.threads == 4


def test_a_small_window_bounds_the_batches() -> None:
    found = run(FakeMeter(batch=64), largest=128)
    assert [rate.size for rate in found.batches] == [32, 64, 128]
    assert found.tuning.batch_tokens == 64


def test_a_window_for_no_batch_worth_trying_leaves_them() -> None:
    found = run(FakeMeter(), largest=8)
    assert found.tuning.batch_tokens is None
    assert found.reading_batch == 8


def test_one_processor_has_one_choice() -> None:
    found = run(FakeMeter(), usual=1, most=1)
    assert (found.tuning.threads, found.tuning.threads_batch) == (1, 1)


@pytest.mark.parametrize(
    ("rates", "usual", "chosen"),
    [
        ([(1, 50.0), (2, 99.0), (3, 100.0), (4, 99.5)], 4, 4),
        ([(1, 50.0), (2, 99.0), (3, 100.0), (4, 90.0)], 4, 2),
        ([(1, 50.0), (2, 80.0), (3, 100.0), (4, 90.0)], 8, 3),
    ],
    ids=["the usual one is as fast", "the smallest of the fast ones", "the fastest"],
)
def test_what_is_chosen(rates: list[tuple[int, float]], usual: int, chosen: int) -> None:
    assert choose([Rate(size, rate) for size, rate in rates], usual, 0.02) == chosen


@given(usual=st.integers(1, 128), more=st.integers(0, 128))
def test_few_numbers_of_threads_are_tried_and_the_usual_one_is_among_them(usual: int, more: int) -> None:
    tried = thread_candidates(usual, usual + more)
    assert usual in tried
    assert usual + more in tried
    assert len(tried) <= 8
    assert all(low < high for low, high in pairwise([0, *tried]))


def test_batches_are_powers_of_two() -> None:
    assert batch_candidates(300) == [32, 64, 128, 256]
    assert batch_candidates(31) == []
    assert batch_candidates(10_000)[-1] == 2048
