"""Plans: the time budget is kept, nobody starves, short prompts go first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.parameters import resolve
from minerva.core.request import BATCH, INTERACTIVE
from minerva.core.sampling import SamplingOptions
from minerva.engine.cells import KvCells
from minerva.engine.cost import CostModel
from minerva.engine.pace import SLOWDOWN
from minerva.engine.passage import Passage
from minerva.engine.prefix_cache import NO_MATCH, PrefixCache
from minerva.engine.scheduler import MIN_CHUNK, Limits, next_admission, plan_room, plan_step, unwatched_tokens
from minerva.engine.sequence import Sequence
from minerva.engine.text import TextStream
from minerva.engine.together import END, most_now
from minerva.wire.messages import Generate

LIMITS = Limits(max_running=8, slots=16, batch_tokens=512, output_rows=64, step_target_s=0.15, retained_cells=8192)
GREEDY = resolve(SamplingOptions(temperature=0.0))


def make(
    number: int,
    pending: int,
    *,
    decoding: bool = False,
    arrived_s: float = 0.0,
    passage: Passage | None = None,
    priority: int = INTERACTIVE,
    client: str = "",
) -> Sequence:
    """Return a running sequence with `pending` tokens to compute, of a text to embed if there is a `passage`."""
    tokens = [1] * (pending + 10)
    sequence = Sequence(
        request=Generate(
            id=number, request_id=str(number), prompt=tokens, sampling=GREEDY, priority=priority, client=client
        ),
        tokens=tokens,
        prompt_length=len(tokens) - (5 if decoding else 0),
        window=100_000,
        arrived_s=arrived_s,
        text=TextStream(),
        wanted=np.asarray(tokens, dtype=np.int32),
        passage=passage,
    )
    sequence.slot, sequence.computed = number, 10
    return sequence


@given(
    prompts=st.lists(st.integers(2, 4000), max_size=7),
    decoding=st.integers(0, 8),
    single_token_s=st.floats(0.0005, 0.2),
)
def test_a_step_keeps_its_budget_and_advances_every_stream(
    prompts: list[int], decoding: int, single_token_s: float
) -> None:
    cost = CostModel(single_token_s)
    streams = [make(number, 1, decoding=True) for number in range(decoding)]
    running = streams + [make(10 + number, pending) for number, pending in enumerate(prompts)]
    chunks = plan_step(running, cost, LIMITS, now_s=0.0)
    total = sum(chunk.count for chunk in chunks)
    assert total <= LIMITS.batch_tokens
    assert all(0 < chunk.count <= chunk.sequence.pending for chunk in chunks)
    assert {chunk.sequence for chunk in chunks} >= set(streams)
    if decoding and prompts:
        least = decoding + MIN_CHUNK
        assert total >= decoding + min(MIN_CHUNK, sum(prompts))
        assert cost.predict_s(total) <= LIMITS.step_target_s or total <= least + -least % 4
        assert cost.predict_s(total) <= SLOWDOWN * cost.predict_s(decoding) or total <= max(64, least + -least % 4)
    elif prompts:
        step = unwatched_tokens(cost, LIMITS)
        now = sum(most_now(one, running, cost, step) for one in running)
        assert total == min(now, step) > 0


@pytest.mark.parametrize(
    ("t128", "t512", "tokens"),
    [(0.05, 0.1, 512), (0.24, 0.95, 512), (0.45, 1.8, 256), (2.0, 8.0, 128), (0.9, 1.8, 512)],
    ids=["fast", "in time", "cut", "slow", "dearer"],
)
def test_a_step_that_nobody_watches_takes_a_second_or_is_short(t128: float, t512: float, tokens: int) -> None:
    cost = learned(t1=t128 / 20, t16=t128 / 8, t128=t128, t256=(t128 * t512) ** 0.5, t512=t512)
    assert unwatched_tokens(cost, LIMITS) == tokens
    (chunk,) = plan_step([make(0, 4000)], cost, LIMITS, now_s=0.0)
    assert chunk.count == tokens


def test_what_a_batch_takes_is_measured_before_steps_are_cut() -> None:
    cost = learned(t1=0.1, t128=0.5)
    assert cost.predict_s(512) > 1
    assert unwatched_tokens(cost, LIMITS) == 512
    for _ in range(60):
        cost.learn(512, 2.0)
    assert unwatched_tokens(cost, LIMITS) < 512


def test_the_shorter_prompt_goes_first_until_the_longer_one_has_waited() -> None:
    cost = CostModel(0.014)
    short, long = make(1, 300, arrived_s=100.0), make(2, 4000, arrived_s=100.0)
    assert plan_step([long, short], cost, LIMITS, now_s=100.0)[0].sequence is short
    long.arrived_s = 0.0
    assert plan_step([long, short], cost, LIMITS, now_s=100.0)[0].sequence is long


def learned(**step_s: float) -> CostModel:
    """Return a cost model of steps of `t1`, `t32` and so on tokens."""
    cost = CostModel(0.014)
    for _ in range(60):
        for name, seconds in step_s.items():
            cost.learn(int(name[1:]), seconds)
    return cost


@pytest.mark.parametrize(
    ("t16", "t32", "t64", "t128", "tokens"),
    [
        (0.021, 0.022, 0.024, 0.049, 128),
        (0.03, 0.04, 0.07, 0.14, 64),
        (0.048, 0.1, 0.2, 0.4, 16),
    ],
    ids=["what the pace leaves", "a tile", "a tile does not fit"],
)
def test_a_step_beside_an_answer_is_what_its_pace_leaves_or_a_tile(
    t16: float, t32: float, t64: float, t128: float, tokens: int
) -> None:
    cost = learned(t1=0.02, t16=t16, t32=t32, t64=t64, t128=t128, t256=2 * t128)
    chunks = plan_step([make(0, 1, decoding=True), make(1, 4000)], cost, LIMITS, now_s=0.0)
    assert sum(chunk.count for chunk in chunks) == tokens


def test_a_step_for_answers_alone_reads_nothing_else_unless_there_is_no_answer() -> None:
    answer, prompt, forced, again = (
        make(number, pending, decoding=number != 1) for number, pending in enumerate((1, 4000, 4, 3000))
    )
    forced.prompt_length = again.prompt_length = 5
    others = [prompt, again, text(4, 1), text(5, 300)]

    def planned(*running: Sequence) -> list[tuple[Sequence, int]]:
        chunks = plan_step(running, CostModel(0.014), LIMITS, now_s=0.0, answers_only=True)
        return [(chunk.sequence, chunk.count) for chunk in chunks]

    assert planned(answer, *others, forced) == [(answer, 1), (forced, 4)]
    assert planned(*others)[0][0] is others[2]
    assert {sequence for sequence, _ in planned(*others)} >= {again}
    assert [sequence for sequence, _ in planned(prompt)] == [prompt]


def test_however_slow_a_prompt_goes_on() -> None:
    cost = learned(t1=0.02, t8=0.2, t16=0.5)
    chunks = plan_step([make(0, 1, decoding=True), make(1, 4000)], cost, LIMITS, now_s=0.0)
    assert [chunk.count for chunk in chunks] == [1, 11]


def test_who_reads_an_answer_again_with_nobody_streaming_has_all_of_the_target() -> None:
    cost = learned(t1=0.02, t16=0.03, t32=0.04, t64=0.07, t128=0.14)
    again = make(0, 3000, decoding=True)
    again.prompt_length = 5
    (chunk,) = plan_step([again], cost, LIMITS, now_s=0.0)
    assert chunk.count > 100


def test_forced_tokens_come_before_prompts() -> None:
    forced = [make(number, 4, decoding=True, client="a") for number in range(4)]
    for one in forced:
        one.prompt_length = 5
    chunks = plan_step([make(9, 4000, client="b"), *forced], learned(t1=0.02, t16=0.14), LIMITS, now_s=0.0)
    assert {chunk.sequence for chunk in chunks if chunk.count == 4} == set(forced)


def test_the_one_prompt_of_a_client_is_read_beside_the_many_of_another() -> None:
    flood = [make(number, 200, client="flood") for number in range(7)]
    single = make(10, 4000, client="single")
    chunks = plan_step([*flood, single], CostModel(0.014), LIMITS, now_s=0.0)
    assert [(chunk.sequence, chunk.count) for chunk in chunks] == [(flood[0], 200 - END), (single, 312 + END)]


@given(usual=st.integers(2, 4000), batch=st.integers(2, 4000), decoding=st.booleans())
def test_batch_prompts_have_a_quarter_beside_others_and_else_what_is_left(
    usual: int, batch: int, decoding: bool
) -> None:
    streams = [make(20, 1, decoding=True)] if decoding else []
    waited_for, work = make(0, usual), make(1, batch, priority=BATCH, client="b")
    chunks = plan_step([work, waited_for, *streams], CostModel(0.014), LIMITS, now_s=0.0)
    counts = {chunk.sequence: chunk.count for chunk in chunks}
    room = sum(counts.values()) - len(streams)
    now = [usual, batch]
    if not decoding:
        now = [most_now(one, [waited_for, work], CostModel(0.014), 512) for one in (waited_for, work)]
    assert counts.get(work, 0) >= min(now[1], room // 4)
    assert counts[waited_for] >= min(now[0], room - room // 4)


def test_batch_work_leaves_places_to_what_somebody_waits_for() -> None:
    cache = PrefixCache(KvCells(1000), can_truncate=True)
    # Of eight places one is free of it.
    running = [make(number, 1, decoding=True, priority=BATCH) for number in range(7)]
    work, waited_for = make(10, 5, priority=BATCH), make(11, 5)
    work.slot = waited_for.slot = -1
    assert next_admission([work], running, cache, LIMITS) is None
    admission = next_admission([work, waited_for], running, cache, LIMITS)
    assert admission is not None
    assert admission.sequence is waited_for
    admission = next_admission([work], running[:6], cache, LIMITS)
    assert admission is not None
    assert admission.sequence is work


def text(number: int, pending: int) -> Sequence:
    return make(number, pending, passage=Passage(number, [1] * (pending + 10)))


@given(
    prompts=st.lists(st.integers(2, 4000), max_size=4),
    texts=st.lists(st.integers(1, 4000), min_size=1, max_size=4),
    decoding=st.booleans(),
)
def test_texts_to_embed_have_a_quarter_beside_prompts_and_else_what_is_left(
    prompts: list[int], texts: list[int], decoding: bool
) -> None:
    waited_for = [make(number, pending) for number, pending in enumerate(prompts)]
    embedded = [text(10 + number, pending) for number, pending in enumerate(texts)]
    others = [make(20, 1, decoding=True)] if decoding else []
    others += [one for one in embedded if one.pending == 1]

    def computed(running: list[Sequence], wanted: list[Sequence]) -> int:
        chunks = plan_step(running, CostModel(0.014), LIMITS, now_s=5.0)
        assert {chunk.sequence for chunk in chunks} >= set(others)
        return sum(chunk.count for chunk in chunks if chunk.sequence in wanted and chunk.sequence not in others)

    endless = make(30, 100_000)
    room, of_texts = computed([endless, *others], [endless]), sum(one.joinable for one in embedded)
    running = list(dict.fromkeys(embedded + waited_for + others))
    now = sum(prompts) if decoding else sum(most_now(one, running, CostModel(0.014), 512) for one in waited_for)
    read = min(now, room - min(room // 4, of_texts))
    assert computed(running, waited_for) == read
    assert computed(running, embedded) == min(of_texts, room - read)


def test_a_head_that_does_not_fit_is_not_overtaken() -> None:
    cells = KvCells(1000)
    cache = PrefixCache(cells, can_truncate=True)
    running = make(0, 1, decoding=True)
    cache.lock(0, running.wanted, NO_MATCH, 0.0)
    cells.append(0, 800)
    big, small = make(1, 500), make(2, 20)
    big.slot = small.slot = -1
    assert next_admission([big, small], [running], cache, LIMITS) is None
    admission = next_admission([small, big], [running], cache, LIMITS)
    assert admission is not None
    assert admission.sequence is small


def test_room_is_made_from_the_coldest_retained_then_from_the_youngest_running() -> None:
    cells = KvCells(100)
    cache = PrefixCache(cells, can_truncate=True)
    for slot, used_s in ((5, 2.0), (6, 1.0)):
        cache.lock(slot, np.asarray([slot] * 20, dtype=np.int32), NO_MATCH, used_s)
        cache.advance(slot, [slot] * 20, 20)
        cache.unlock(slot, used_s)
    old, young = make(0, 1, arrived_s=1.0), make(1, 1, arrived_s=2.0)
    for sequence in (old, young):
        cache.lock(sequence.slot, sequence.wanted, NO_MATCH, 3.0)
        cache.advance(sequence.slot, [1] * 30, 30)
    assert plan_room(10, [old, young], cache).evict == (6,)
    room = plan_room(60, [old, young], cache)
    assert (room.evict, room.preempt) == ((6, 5), (young,))
    assert plan_room(1000, [old, young], cache).preempt == (young,)
