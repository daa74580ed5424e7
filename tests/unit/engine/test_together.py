"""Prompts that come together end together; nobody waits for what is none of theirs, and somebody always goes on."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minerva.core.request import BATCH
from minerva.engine.cost import CostModel
from minerva.engine.scheduler import plan_step
from minerva.engine.sequence import Sequence
from minerva.engine.together import END, most_now
from tests.unit.engine.test_scheduler import LIMITS, make

TOKEN_S = 0.004


def read(prompts: list[Sequence], steps: int = 100) -> list[set[int]]:
    """Plan steps until somebody's prompt is read; return who is, by step. Raises if a step computes nothing."""
    ends: list[set[int]] = []
    left = list(prompts)
    while left and len(ends) < steps:
        chunks = plan_step(left, CostModel(0.014), LIMITS, now_s=0.0)
        assert chunks
        for chunk in chunks:
            chunk.sequence.computed += chunk.count
        ends.append({one.request.id for one in left if one.pending == 0})
        left = [one for one in left if one.pending]
    return ends


def test_prompts_of_one_length_end_in_the_same_step() -> None:
    ends = read([make(number, 256) for number in range(8)])
    assert ends == [set()] * 4 + [set(range(8))]


def test_a_short_prompt_does_not_wait_for_a_long_one() -> None:
    assert read([make(0, 100), make(1, 3000)])[0] == {0}


def test_a_long_one_waits_for_a_short_one_that_came_with_it() -> None:
    long, short = make(0, END), make(1, 100)
    long.cached, short.cached = 0, 10
    long.tokens = [1] * 1000
    long.computed = 1000 - END
    assert most_now(long, [long, short], TOKEN_S) == 0
    assert most_now(short, [long, short], TOKEN_S) == 100


def test_nobody_waits_for_another_client_for_lower_priority_or_for_who_came_later() -> None:
    one = make(0, END)
    one.tokens = [1] * (200 + END)
    one.computed = 200
    same = make(1, 200)
    assert most_now(one, [one, same], TOKEN_S) == 0
    others = [make(2, 200, client="b"), make(3, 200, priority=BATCH), make(4, 200, arrived_s=5.0), make(5, 20_000)]
    for other in others:
        assert most_now(one, [one, other], TOKEN_S) == END
    # Each is alike, but all of them are more than anybody should wait for.
    assert most_now(one, [one, *(make(number, 400) for number in range(6, 40))], TOKEN_S) == END


@given(st.lists(st.tuples(st.integers(1, 1500), st.sampled_from("ab"), st.floats(0.0, 3.0)), min_size=1, max_size=9))
def test_all_are_read(prompts: list[tuple[int, str, float]]) -> None:
    made = [
        make(number, pending, client=client, arrived_s=arrived_s)
        for number, (pending, client, arrived_s) in enumerate(prompts)
    ]
    ends = read(made)
    assert sorted(one for step in ends for one in step) == list(range(len(prompts)))
