"""Who comes before whom: clients share, priorities hold, and nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.parameters import resolve
from minerva.core.request import BATCH, INTERACTIVE, URGENT
from minerva.core.sampling import SamplingOptions
from minerva.engine.fairness import (
    AGEING_S,
    ELDERS_TURN,
    giving_way,
    overdue,
    preemption_order,
    prefill_order,
    yielding,
)
from minerva.engine.passage import Passage
from minerva.engine.sequence import Sequence
from minerva.engine.text import TextStream
from minerva.engine.waiting import Waiting
from minerva.wire.messages import Generate

GREEDY = resolve(SamplingOptions(temperature=0.0))
PRIORITIES = [URGENT, INTERACTIVE, 3, BATCH]


def make(
    client: str = "a",
    priority: int = INTERACTIVE,
    arrived_s: float = 0.0,
    *,
    pending: int = 10,
    limit_s: float | None = None,
    passage: Passage | None = None,
) -> Sequence:
    request = Generate(
        id=0,
        request_id="r",
        prompt="",
        sampling=GREEDY,
        priority=priority,
        client=client,
        queue_timeout_s=limit_s,
    )
    tokens = [1] * pending
    return Sequence(
        request=request,
        tokens=tokens,
        prompt_length=pending,
        window=1000,
        arrived_s=arrived_s,
        text=TextStream(),
        wanted=np.asarray(tokens, dtype=np.int32),
        passage=passage,
    )


def waiting(sequences: Iterable[Sequence]) -> Waiting:
    queue = Waiting()
    for sequence in sequences:
        queue.add(sequence)
    return queue


def admit(queue: Waiting, now_s: float = 0.0) -> Sequence:
    """Admit whose turn it is."""
    sequence = next(queue.in_turn(now_s))
    queue.admit(sequence)
    sequence.admitted_s = now_s
    return sequence


@given(
    backlogs=st.lists(st.integers(1, 20), min_size=1, max_size=6),
    shuffled=st.randoms(use_true_random=False),
)
def test_clients_that_wait_are_admitted_equally_often(backlogs: list[int], shuffled: object) -> None:
    clients = [str(client) for client, count in enumerate(backlogs) for _ in range(count)]
    shuffled.shuffle(clients)  # type: ignore[attr-defined]
    queue = waiting(make(client, arrived_s=float(place)) for place, client in enumerate(clients))
    admitted: Counter[str] = Counter()
    left = Counter(clients)
    while queue:
        client = admit(queue).client
        admitted[client] += 1
        left[client] -= 1
        counts = [admitted[other] for other in left if left[other]]
        # Who waits still had as many turns as all others that do, or one less; and none has had more than one more.
        assert not counts or max(admitted.values()) - min(counts) <= 1
        assert not counts or max(counts) - min(counts) <= 1


@given(flood=st.integers(1, 60), before=st.integers(0, 60), clients=st.integers(1, 5))
def test_a_single_request_waits_for_one_of_each_client_that_floods(flood: int, before: int, clients: int) -> None:
    queue = waiting(make(f"flood {place % clients}", arrived_s=place / 100) for place in range(flood * clients))
    for _ in range(min(before, flood * clients)):
        admit(queue)
    single = make("single", arrived_s=1.0 * flood)
    queue.add(single)
    order = [admit(queue) for _ in range(len(queue))]
    assert order.index(single) <= clients


def test_clients_with_one_request_each_come_in_order_of_arrival() -> None:
    queue = waiting(make(client, arrived_s=float(place)) for place, client in enumerate("dbca"))
    assert [admit(queue).client for _ in range(4)] == list("dbca")


def test_one_client_is_served_in_order_of_arrival() -> None:
    asked = [make(arrived_s=float(place)) for place in range(9)]
    queue = waiting(asked)
    assert [admit(queue) for _ in range(9)] == asked


@given(st.lists(st.tuples(st.sampled_from(PRIORITIES), st.sampled_from("abc")), min_size=1, max_size=40))
def test_a_higher_priority_is_always_admitted_first(asked: list[tuple[int, str]]) -> None:
    queue = waiting(make(client, priority, float(place) / 100) for place, (priority, client) in enumerate(asked))
    priorities = [admit(queue).priority for _ in range(len(asked))]
    assert priorities == sorted(priorities)


@given(
    arrivals=st.lists(
        st.lists(st.tuples(st.sampled_from(PRIORITIES), st.sampled_from("abcd")), max_size=3), min_size=1, max_size=80
    ),
    step_s=st.floats(0.1, 20.0),
)
def test_nobody_waits_for_more_admissions_than_the_elders_have_turns(
    arrivals: list[list[tuple[int, str]]], step_s: float
) -> None:
    queue, now_s = Waiting(), 0.0
    since: dict[Sequence, tuple[int, int]] = {}
    admissions = 0
    while arrivals or queue:
        now_s += step_s
        for place, (priority, client) in enumerate(arrivals.pop() if arrivals else []):
            queue.add(make(client, priority, now_s + place / 1000))
        aged = [sequence for sequence in queue if now_s - sequence.arrived_s >= AGEING_S]
        for sequence in aged:
            older = sum(other.arrived_s < sequence.arrived_s for other in queue)
            since.setdefault(sequence, (admissions, older))
        if queue:
            admissions += 1
            begun, older = since.get(sequence := admit(queue, now_s), (admissions, 0))
            assert admissions - begun <= ELDERS_TURN * (older + 1)


def test_batch_work_is_admitted_at_the_latest_after_it_has_aged() -> None:
    batch = make("b", BATCH, arrived_s=0.0)
    queue, now_s = waiting([batch]), 0.0
    admitted: list[Sequence] = []
    while batch not in admitted:
        # Somebody waits always, and always longer than the last.
        queue.add(make(f"c{len(admitted)}", arrived_s=now_s))
        queue.add(make("flood", arrived_s=now_s))
        admitted.append(admit(queue, now_s))
        now_s += 1.0
    assert AGEING_S <= now_s - 1.0 <= AGEING_S + ELDERS_TURN


def test_who_was_preempted_goes_on_before_others_of_its_priority() -> None:
    again, other, urgent = make(arrived_s=2.0), make("b", arrived_s=1.0), make("c", URGENT, arrived_s=3.0)
    again.admitted_s = 2.5
    queue = waiting([again, other, urgent])
    assert [admit(queue) for _ in range(3)] == [urgent, again, other]


def test_a_limit_of_the_wait_holds_until_the_first_admission() -> None:
    waits, patient, ran = make(limit_s=5.0), make(), make(limit_s=5.0)
    ran.admitted_s = 1.0
    assert overdue([waits, patient, ran], 4.9) == []
    assert overdue([waits, patient, ran], 5.0) == [waits]


@pytest.mark.parametrize(
    ("there", "newcomer", "refused"),
    [
        ("aaa", "a", None),
        ("aaa", "b", 2),
        ("aab", "b", None),
        ("ab", "c", None),
        ("abbbc", "a", 3),
    ],
)
def test_who_has_most_in_a_full_queue_gives_way(there: str, newcomer: str, refused: int | None) -> None:
    queue = [make(client, arrived_s=float(place)) for place, client in enumerate(there)]
    assert giving_way(queue, make(newcomer, arrived_s=100.0)) is (None if refused is None else queue[refused])


def test_batch_work_gives_way_to_what_somebody_waits_for_and_what_has_run_does_not() -> None:
    batch, other = make("a", BATCH), make("b", arrived_s=1.0)
    assert giving_way([batch, other], make("b", arrived_s=2.0)) is batch
    assert giving_way([batch, other], make("c", BATCH, 2.0)) is not other
    batch.admitted_s = 1.0
    assert giving_way([batch], make("b", arrived_s=2.0)) is None


@given(st.lists(st.tuples(st.integers(2, 4000), st.floats(0, 100)), min_size=1, max_size=10))
def test_one_clients_prompts_are_read_shortest_first_with_ageing(asked: list[tuple[int, float]]) -> None:
    prompts = [make(pending=pending, arrived_s=arrived_s) for pending, arrived_s in asked]
    order = prefill_order(prompts, yielding(prompts), 0.01, 100.0)
    urgency = [sequence.pending * 0.01 - (100.0 - sequence.arrived_s) for sequence in order]
    assert urgency == sorted(urgency)


@given(flood=st.integers(1, 30), short=st.integers(2, 500), long=st.integers(2, 4000))
def test_many_prompts_of_one_client_do_not_come_before_the_one_of_another(flood: int, short: int, long: int) -> None:
    single = make("single", pending=long)
    prompts = [*(make("flood", pending=short) for _ in range(flood)), single]
    assert prefill_order(prompts, yielding(prompts), 0.01, 0.0).index(single) <= 1


def test_what_has_not_the_highest_priority_and_texts_are_read_behind() -> None:
    usual, batch, text = make(pending=900), make("b", BATCH, pending=20), make("", passage=Passage(0, [1] * 10))
    assert yielding([usual, batch, text]) == {batch, text}
    assert yielding([batch, text]) == {text}
    assert prefill_order([text, batch, usual], {batch, text}, 0.01, 0.0)[0] is usual


def test_the_lowest_priority_and_of_that_the_youngest_is_preempted_first() -> None:
    old, young = make(arrived_s=1.0), make(arrived_s=5.0)
    old_batch, young_batch = make(priority=BATCH, arrived_s=0.0), make(priority=BATCH, arrived_s=2.0)
    assert preemption_order([old, old_batch, young, young_batch]) == [young_batch, old_batch, young, old]
    # It lost its work three times, and keeps it now.
    old_batch.preempted = 3
    assert preemption_order([old, old_batch, young]) == [young, old, old_batch]
