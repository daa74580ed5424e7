"""Prompts that come together end together; nobody waits for what is none of theirs, and somebody always goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.request import BATCH, INTERACTIVE
from minerva.engine.cost import CostModel
from minerva.engine.passage import Passage
from minerva.engine.scheduler import plan_step
from minerva.engine.sequence import Sequence
from minerva.engine.together import END, most_now
from tests.unit.engine.test_scheduler import LIMITS, learned, make

COST = CostModel(0.014)
SLOW = learned(t16=0.15, t64=0.6, t128=1.2, t256=2.3, t512=4.5)
"""A step is of 128 tokens then."""


def most(sequence: Sequence, *others: Sequence) -> int:
    return most_now(sequence, [sequence, *others], COST, LIMITS.batch_tokens)


def at_its_end(number: int, length: int) -> Sequence:
    """Return a prompt of which all but the end is read."""
    sequence = make(number, length)
    sequence.computed = len(sequence.tokens) - END
    return sequence


def read(prompts: list[Sequence], cost: CostModel = COST) -> list[set[int]]:
    """Plan steps until all prompts are read, as if no answer took any; return who was ready in which. None is empty."""
    ends: list[set[int]] = []
    left = list(prompts)
    while left:
        chunks = plan_step(left, cost, LIMITS, now_s=len(ends))
        assert chunks
        for chunk in chunks:
            chunk.sequence.computed += chunk.count
        ends.append({one.request.id for one in left if one.pending == 0})
        left = [one for one in left if one.pending]
    return ends


def test_prompts_of_one_length_end_in_the_same_step() -> None:
    assert read([make(number, 256) for number in range(8)]) == [set(), set(), set(), set(), set(range(8))]


@pytest.mark.parametrize("cost", [COST, SLOW], ids=["usual", "slow"])
@pytest.mark.parametrize("length", [60, 100, 128, 150, 220, 256, 300])
@pytest.mark.parametrize("count", [2, 4])
def test_prompts_of_any_length_end_together(count: int, length: int, cost: CostModel) -> None:
    assert read([make(number, length) for number in range(count)], cost)[-1] == set(range(count))


def test_a_short_prompt_does_not_wait_for_a_long_one() -> None:
    ends = read([make(0, 100), make(1, 3000)])
    assert next(step for step, ready in enumerate(ends) if 0 in ready) <= 1


def test_the_end_is_no_step_of_its_own_where_that_costs_much() -> None:
    cost = learned(t1=0.012, t16=0.012, t256=0.04, t512=0.06)
    one = make(0, 256)
    assert most_now(one, [one], cost, LIMITS.batch_tokens) == 256
    assert most(make(0, 256)) == 256 - END


def test_a_short_prompt_is_read_in_one_step() -> None:
    assert most(make(0, 127)) == 127
    assert most(make(0, 128)) == 128 - END


def test_a_prompt_waits_with_its_end_for_one_that_came_with_it() -> None:
    assert most(at_its_end(0, 200), make(1, 200)) == 0
    assert most(at_its_end(0, 900), make(1, 100, arrived_s=1.0)) == 0
    assert most(at_its_end(0, 200), at_its_end(1, 200)) == END


def test_nobody_waits_for_what_is_none_of_theirs() -> None:
    again = make(6, 200)
    again.prompt_length = 100
    for other in (
        make(2, 200, client="b"),
        make(3, 200, priority=BATCH),
        make(4, 200, arrived_s=5.0),
        make(5, 20_000),
        again,
    ):
        assert most(at_its_end(0, 200), other) == END
        # Not for one that belongs to it either, for that has to wait for the other.
        assert most(at_its_end(0, 200), make(1, 200), other) == END
    # Each is alike, but all of them are more than anybody should wait for.
    assert most(at_its_end(0, 200), *(make(number, 400) for number in range(6, 40))) == END


@given(
    st.lists(
        st.tuples(
            st.integers(1, 1500),
            st.sampled_from("ab"),
            st.sampled_from([INTERACTIVE, BATCH]),
            st.floats(0.0, 3.0),
            st.integers(0, 9),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_all_are_read(prompts: list[tuple[int, str, int, float, int]]) -> None:
    made = []
    for number, (pending, client, priority, arrived_s, kind) in enumerate(prompts):
        passage = Passage(number, [1] * (pending + 10)) if kind == 0 else None
        one = make(number, pending, client=client, priority=priority, arrived_s=arrived_s, passage=passage)
        one.borders = (10 + pending // 2,) if kind == 1 and pending > 2 else ()
        one.prompt_length -= 3 if kind == 2 else 0
        made.append(one)
    ends = read(made)
    assert sorted(one for step in ends for one in step) == list(range(len(prompts)))
