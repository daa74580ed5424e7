"""Whose input is read next, and when a request is over."""

from __future__ import annotations

import numpy as np
import pytest

from minerva.engine.jobs import Jobs
from minerva.engine.passage import Passage
from minerva.wire.messages import Embed, Ended, Refused

VECTOR = np.ones(2, dtype=np.float32)


class Clock:
    """A second passes each time somebody looks."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


def jobs_of(*lengths: list[int], limit: int = 8) -> Jobs:
    """Requests 0, 1 … with inputs of these lengths."""
    jobs = Jobs(100, limit, Clock())
    for number, each in enumerate(lengths):
        request = Embed(id=number, request_id=str(number), inputs=("x",) * len(each))
        assert jobs.add(request, [Passage(index, [1] * length) for index, length in enumerate(each)]) == []
    return jobs


def taken(jobs: Jobs, most: int = 100) -> list[tuple[int, int]]:
    found = []
    while (item := jobs.next(most)) is not None:
        found.append((item[0].id, item[1].index))
    return found


def test_requests_take_turns() -> None:
    assert taken(jobs_of([1, 1, 1], [1], [1, 1])) == [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1), (0, 2)]


def test_one_that_is_too_long_for_now_is_waited_for() -> None:
    jobs = jobs_of([50], [1])
    assert taken(jobs, most=10) == []
    assert taken(jobs, most=50) == [(0, 0), (1, 0)]
    assert jobs.unread == 0


def test_a_request_ends_with_its_last_input() -> None:
    jobs = jobs_of([3, 4])
    first, second = jobs.next(100), jobs.next(100)
    assert first is not None
    assert second is not None
    assert jobs.take(0, second[1], VECTOR) == []
    (end,) = jobs.take(0, first[1], VECTOR)
    assert isinstance(end, Ended)
    assert (end.reason, end.prompt_tokens, end.completion_tokens) == ("stop", 7, 0)
    assert end.queue_s > 0
    assert end.prefill_s > 0
    assert [(made.index, made.tokens) for made in jobs.collect()] == [(1, 4), (0, 3)]
    assert jobs.collect() == []
    assert jobs.is_empty


def test_what_comes_after_the_end_of_a_request_is_dropped() -> None:
    jobs = jobs_of([1, 1])
    item = jobs.next(100)
    assert item is not None
    (end,) = jobs.end(0, "cancelled")
    assert isinstance(end, Ended)
    assert end.reason == "cancelled"
    jobs.put_back(0, item[1])
    assert taken(jobs) == []
    assert jobs.take(0, item[1], VECTOR) == jobs.end(0, "cancelled") == []
    assert jobs.collect() == []


def test_an_input_that_was_not_read_comes_first_again() -> None:
    jobs = jobs_of([1, 1])
    item = jobs.next(100)
    assert item is not None
    jobs.put_back(0, item[1])
    assert taken(jobs) == [(0, 0), (0, 1)]
    jobs.put_back(0, item[1])
    assert taken(jobs) == [(0, 0)]


def test_a_request_with_one_input_too_long_is_refused_whole() -> None:
    jobs = jobs_of()
    request = Embed(id=5, request_id="5", inputs=("x", "y"))
    (refused,) = jobs.add(request, [Passage(0, [1]), Passage(1, [1] * 101)])
    assert isinstance(refused, Refused)
    assert (refused.error.code, refused.error.required) == ("context_length_exceeded", 101)
    assert jobs.is_empty


def test_a_request_for_nothing_ends_at_once() -> None:
    jobs = jobs_of()
    (end,) = jobs.add(Embed(id=5, request_id="5", inputs=()), [])
    assert isinstance(end, Ended)
    assert (end.reason, end.prompt_tokens) == ("stop", 0)
    assert jobs.is_empty


def test_past_the_limit_a_request_is_refused_at_once() -> None:
    jobs = jobs_of([1], [1], limit=2)
    (refused,) = jobs.add(Embed(id=9, request_id="9", inputs=("x",)), [Passage(0, [1])])
    assert isinstance(refused, Refused)
    assert refused.error.code == "queue_full"
    assert refused.error.retry_after_s is not None
    jobs.end(0, "cancelled")
    assert jobs.add(Embed(id=9, request_id="9", inputs=("x",)), [Passage(0, [1])]) == []


def test_a_vector_that_is_not_finite_fails_its_request() -> None:
    jobs = jobs_of([1, 1])
    item = jobs.next(100)
    assert item is not None
    (refused,) = jobs.take(0, item[1], np.array([np.inf], dtype=np.float32))
    assert isinstance(refused, Refused)
    assert refused.error.code == "inference_error"
    assert jobs.is_empty


@pytest.mark.parametrize("reason", ["stop", "cancelled"])
def test_one_that_is_not_open_has_no_end(reason: str) -> None:
    assert jobs_of().end(3, reason) == []  # type: ignore[arg-type]  # both are reasons
