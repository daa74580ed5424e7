"""Who were answered together are waited for a moment when the first of them comes again, and nobody else is."""

from __future__ import annotations

import msgspec
import pytest

from minerva.engine.gather import Gather
from minerva.wire.messages import Ended, Step
from tests.support.fake_backend import FakeBackend
from tests.unit.engine.test_loop import arrive, make_engine, run, talkative_prompt


def last_step(answers: int) -> Step:
    """Return a step after which nobody runs, and in which so many answers ended."""
    engine = make_engine(FakeBackend(cells=400, slots=24), max_running=8)
    engine.handle([arrive(number, talkative_prompt(), max_tokens=1) for number in range(answers)])
    news = run(engine)
    ended = [item for item in news if isinstance(item, Ended)]
    assert len(ended) == answers
    return Step(list(ended), engine.stats())


@pytest.mark.parametrize(
    ("answers", "arrived", "after_s", "missing"),
    [(4, 1, 0.1, 3), (4, 4, 0.1, 0), (4, 5, 0.1, 0), (4, 0, 0.1, 0), (1, 1, 0.1, 0), (4, 1, 2.0, 0)],
    ids=["the others", "all came", "more came", "nobody came", "alone", "late"],
)
def test_as_many_are_awaited_as_were_answered_together(
    answers: int, arrived: int, after_s: float, missing: int
) -> None:
    gather = Gather()
    gather.note(last_step(answers), 10.0)
    awaited, patience_s = gather.awaited(arrived, 10.0 + after_s)
    assert awaited == missing
    assert (0 < patience_s < 0.01) == bool(missing)


def test_ends_of_steps_that_follow_each_other_count_together_and_others_do_not() -> None:
    gather = Gather()
    gather.note(last_step(1), 10.0)
    gather.note(last_step(2), 10.03)
    assert gather.awaited(1, 10.1)[0] == 2
    gather.note(last_step(2), 10.2)
    assert gather.awaited(1, 10.3)[0] == 1


def test_who_sends_one_request_after_the_other_never_waits() -> None:
    gather = Gather()
    for number in range(10):
        assert gather.awaited(1, 10.0 + number / 100) == (0, 0.0)
        gather.note(last_step(1), 10.005 + number / 100)


def test_who_comes_again_while_another_runs_is_not_awaited_after_that() -> None:
    first, gather = last_step(1), Gather()
    gather.note(msgspec.structs.replace(first, stats=msgspec.structs.replace(first.stats, running=1)), 10.0)
    assert gather.awaited(1, 10.01) == (0, 0.0)
    gather.note(first, 10.02)
    assert gather.awaited(1, 10.03) == (0, 0.0)


def test_who_left_does_not_come_again() -> None:
    step = last_step(3)
    left = [msgspec.structs.replace(item, reason="cancelled") for item in step.news]
    gather = Gather()
    gather.note(msgspec.structs.replace(step, news=left), 10.0)
    assert gather.awaited(1, 10.1) == (0, 0.0)


def test_nobody_is_awaited_while_others_run() -> None:
    step = last_step(4)
    busy = msgspec.structs.replace(step, stats=msgspec.structs.replace(step.stats, running=1))
    gather = Gather()
    gather.note(busy, 10.0)
    assert gather.awaited(1, 10.1) == (0, 0.0)


def test_before_any_answer_nobody_is_awaited() -> None:
    assert Gather().awaited(1, 0.0) == (0, 0.0)
