"""How far a step computes ahead, and that nothing but speed comes of it."""

from __future__ import annotations

import random
from collections.abc import Callable

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.parameters import resolve
from minerva.core.sampling import SamplingOptions, SamplingParams
from minerva.engine.backend import Logits, Sampler
from minerva.engine.cost import CostModel
from minerva.engine.drafter import Drafter
from minerva.engine.intake import Arrived
from minerva.engine.loop import Engine
from minerva.engine.scheduler import Chunk, Limits
from minerva.engine.sequence import Sequence
from minerva.engine.speculation import LENGTHS, plan_drafts
from minerva.engine.text import TextStream
from minerva.wire.messages import Delta, Ended, Generate
from tests.support.fake_backend import END, FakeBackend, FakeSampler, next_token

WINDOW = 400
LIMITS = Limits(max_running=8, slots=24, batch_tokens=256, output_rows=64, step_target_s=0.15, retained_cells=1000)
TEXT = list(range(1, 60))
FREE = 1000


def request(number: int = 0, max_tokens: int | None = None, seed: int | None = None, **fields: object) -> Generate:
    sampling = resolve(SamplingOptions(temperature=0.0 if seed is None else 1.0, seed=seed))
    return Generate(
        id=number,
        request_id="r",
        prompt="",
        sampling=sampling,
        max_tokens=max_tokens,
        **fields,  # type: ignore[arg-type]  # the caller names fields of Generate
    )


def decoding(text: list[int] | None = None, max_tokens: int | None = None, window: int = WINDOW) -> Sequence:
    """Return a sequence of ten prompt tokens that has just given its first; with a `text`, the first of that."""
    sequence = Sequence(
        request=request(max_tokens=max_tokens),
        tokens=[7] * 10,
        prompt_length=10,
        window=window,
        arrived_s=0.0,
        text=TextStream(),
        wanted=np.empty(0, dtype=np.int32),
        slot=0,
        computed=10,
        drafter=None if text is None else Drafter(text),
    )
    sequence.append(text[0] if text else 9)
    return sequence


def machine(seconds_by_tokens: Callable[[int], float]) -> CostModel:
    """Return a model of a machine whose steps take so long."""
    cost = CostModel(seconds_by_tokens(1))
    for _ in range(40):
        for power in range(9):
            cost.learn(2**power, seconds_by_tokens(2**power))
    return cost


PARALLEL = machine(lambda tokens: 0.02 + 0.0001 * tokens)
"""Many tokens take hardly longer than one."""

SERIAL = machine(lambda tokens: 0.01 * tokens)
"""Each token takes as long as the first."""


def drafts(
    sequences: list[Sequence], cost: CostModel = PARALLEL, free: int = FREE, limits: Limits = LIMITS
) -> list[int]:
    chunks = [Chunk(sequence, sequence.pending) for sequence in sequences]
    return [len(chunk.draft) for chunk in plan_drafts(chunks, cost, limits, free)]


def test_what_is_foretold_is_computed_where_that_saves_time() -> None:
    (chunk,) = plan_drafts([Chunk(decoding(TEXT), 1)], PARALLEL, LIMITS, FREE)
    assert list(chunk.draft) == TEXT[1 : 1 + len(chunk.draft)]
    assert len(chunk.draft) >= 8
    assert drafts([decoding()]) == [0]
    assert drafts([decoding([])]) == [0]


def test_the_more_often_it_was_right_the_more_is_computed_and_nothing_where_it_is_wrong() -> None:
    found = []
    for right in (0, 2, 10, 20):
        sequence = decoding(list(range(1, 200)))
        for token in range(2, 2 + right):
            sequence.append(token)
        sequence.computed = len(sequence.tokens) - 1
        found += drafts([sequence])
    assert found == sorted(found)
    assert found[-1] == LENGTHS[-1] > found[0]
    misled = decoding([1, 2, 3] * 30)
    for token in [1, 2, 9] * 20 + [1, 2]:
        misled.append(token)
    misled.computed = len(misled.tokens) - 1
    assert misled.drafter is not None
    assert misled.drafter.propose(1)
    assert drafts([misled], machine(lambda tokens: 0.014 + 0.005 * (tokens - 1))) == [0]


@pytest.mark.parametrize(
    ("max_tokens", "window", "free", "rows", "batch", "most"),
    [
        (4, WINDOW, FREE, 64, 256, 2),
        (None, 15, FREE, 64, 256, 3),
        (None, WINDOW, 6, 64, 256, 5),
        (None, WINDOW, 1, 64, 256, 0),
        (None, WINDOW, FREE, 4, 256, 3),
        (None, WINDOW, FREE, 64, 3, 2),
    ],
)
def test_a_draft_fits_into_what_is_left(
    max_tokens: int | None, window: int, free: int, rows: int, batch: int, most: int
) -> None:
    limits = Limits(8, 24, batch, rows, 0.15, 1000)
    (length,) = drafts([decoding(TEXT, max_tokens, window)], free=free, limits=limits)
    assert length == max(length for length in (0, *LENGTHS) if length <= most)


def test_a_prompt_brings_its_draft_with_its_last_tokens_alone() -> None:
    sequence = decoding(TEXT)
    sequence.tokens = sequence.tokens[:10]
    sequence.computed = 2
    sequence.drafter = Drafter(TEXT)
    whole, part = (plan_drafts([Chunk(sequence, count)], PARALLEL, LIMITS, FREE)[0].draft for count in (8, 7))
    assert list(whole) == TEXT[: len(whole)] != []
    assert part == ()


def test_others_pay_no_more_than_a_quarter_of_a_step_and_the_target_holds() -> None:
    for others in range(1, 8):
        sequences = [decoding(TEXT), *(decoding() for _ in range(others))]
        length, *rest = drafts(sequences)
        assert rest == [0] * others
        assert PARALLEL.predict_s(1 + others + length) <= 1.25 * PARALLEL.predict_s(1 + others)
    assert drafts([decoding(TEXT), decoding()], machine(lambda tokens: 0.14 + 0.002 * tokens)) <= [4, 0]
    full = Limits(8, 24, 256, 64, 0.02, 1000)
    assert drafts([decoding(TEXT), decoding()], limits=full) == [0, 0]


def test_several_share_what_there_is() -> None:
    lengths = drafts([decoding(TEXT) for _ in range(6)], free=6 + 20)
    assert sum(lengths) <= 20
    assert min(lengths) >= 3
    # Whoever knows nothing leaves its share.
    lost = decoding([1, 2])
    lost.append(99)
    lost.computed = len(lost.tokens) - 1
    assert drafts([lost, decoding(TEXT)], free=2 + 3) == [0, 3]


def test_what_is_sure_is_tried_even_where_the_table_says_that_it_does_not_pay() -> None:
    """Else a table that is wrong stays wrong: only steps with drafts measure the small batches."""
    sure = decoding(TEXT)
    for token in TEXT[1:20]:
        sure.append(token)
    sure.computed = len(sure.tokens) - 1
    assert 0 < drafts([sure], SERIAL)[0] <= 12
    doubtful = decoding([1, 2, 3, 4, 5])
    for token in (2, 9, 1, 2, 9, 1, 2):
        doubtful.append(token)
    doubtful.computed = len(doubtful.tokens) - 1
    assert doubtful.drafter is not None
    assert doubtful.drafter.propose(1) == (3,)
    assert drafts([doubtful], SERIAL) == [0]


class Drawing(FakeSampler):
    """Draws for each token: the likeliest, or another."""

    def __init__(self, logits: Callable[[int], Logits], seed: int) -> None:
        super().__init__(logits)
        self._chance = random.Random(seed)  # noqa: S311 - not a secret

    def sample(self, row: int) -> int:
        token = super().sample(row)
        return token if self._chance.random() < 0.9 else self._chance.randrange(1, 60)


class DrawingBackend(FakeBackend):
    """Its samplers draw by their seeds."""

    def sampler(self, params: SamplingParams, prompt: list[int]) -> Sampler:
        return Drawing(self.logits, params.seed or 0)


def answers(
    prompts: list[list[int]], foretold: list[list[int]], *, cells: int = 900, **fields: object
) -> tuple[list[tuple[list[int], str]], list[Ended], int]:
    """Return the tokens that each prompt is answered with and why they end, how, and in how many steps.

    What is computed is proved against memory after each step.
    """
    engine = Engine(
        DrawingBackend(cells=cells, slots=24),
        window=100,
        limits=LIMITS,
        queue_limit=100,
        cost=CostModel(0.01),
        clock=iter(np.arange(0, 1000, 0.001)).__next__,
    )
    for number, (prompt, text) in enumerate(zip(prompts, foretold, strict=True)):
        asked = msgspec.structs.replace(request(number, seed=number, logprobs=0), **fields)
        engine.handle([Arrived(asked, prompt, foretold=text)])
    news, steps = [], 0
    while not engine.is_idle:
        news += engine.step().news
        engine.check()
        steps += 1
    ends = sorted((item for item in news if isinstance(item, Ended)), key=lambda end: end.id)
    assert len(ends) == len(prompts)
    tokens: list[list[int]] = [[] for _ in prompts]
    for item in news:
        tokens[item.id] += [entry.id for entry in getattr(item, "logprobs", ())]
    return [(found, end.reason) for found, end in zip(tokens, ends, strict=True)], ends, steps


tokens_of_text = st.lists(st.integers(1, 59), max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    prompts=st.lists(st.lists(st.integers(1, 59), min_size=1, max_size=20), min_size=1, max_size=6),
    texts=st.lists(tokens_of_text, min_size=6, max_size=6),
    repeats=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=6, max_size=6),
    cells=st.integers(100, 300),
)
def test_drawn_tokens_are_the_same_whatever_is_foretold(
    prompts: list[list[int]], texts: list[list[int]], repeats: list[tuple[int, int]], cells: int
) -> None:
    nothing: list[list[int]] = [[] for _ in prompts]
    plain, _, _ = answers(prompts, nothing, cells=cells, stop=("AB", "5"))
    foretold = [
        found[start:] + text + found[: start + count]
        for (found, _), text, (start, count) in zip(plain, texts, repeats, strict=False)
    ]
    with_it, ends, _ = answers(prompts, foretold, cells=cells, stop=("AB", "5"))
    assert with_it == plain
    assert all(end.accepted_tokens <= end.completion_tokens for end in ends)


def test_a_right_prediction_takes_few_steps_and_a_wrong_one_no_more_than_none() -> None:
    prompt = next([n] * 5 for n in range(1, 60) if len(answers([[n] * 5], [[]])[0][0][0]) > 40)
    (plain,), (end,), steps = answers([prompt], [[]])
    assert (end.accepted_tokens, end.rejected_tokens) == (0, 0)
    (right,), (end,), fewer = answers([prompt], [plain[0]])
    assert right == plain
    assert end.accepted_tokens > 0.8 * end.completion_tokens
    assert fewer < steps / 4
    (wrong,), (end,), no_more = answers([prompt], [[60, 61, 62] * 20])
    assert wrong == plain
    assert (end.accepted_tokens, no_more) == (0, steps)
    assert 0 < end.rejected_tokens <= 2 * LENGTHS[-1]


def test_what_was_rejected_is_not_there_to_start_from() -> None:
    backend = FakeBackend(cells=400, slots=4)
    engine = Engine(backend, window=100, limits=LIMITS, queue_limit=9, cost=CostModel(0.01), clock=lambda: 0.0)
    prompt = [3] * 12
    follows = next_token(prompt)
    wrong = [follows, *([follows + 1] * 20)]
    engine.handle([Arrived(request(0, max_tokens=2), prompt, foretold=wrong)])
    while not engine.is_idle:
        engine.step()
        engine.check()
    cached = engine.roster.cache.match(np.array([*prompt, *wrong], dtype=np.int32))
    assert cached.length <= len(prompt) + 1


def test_of_a_draft_that_was_wrong_nothing_is_right_any_more() -> None:
    sequence = decoding([4, 5, 6, 7])
    sequence.expect((5, 6, 7))
    for token in (5, 9, 7):
        sequence.append(token)
    assert (sequence.accepted, sequence.rejected) == (1, 2)


@pytest.mark.parametrize("after", range(6))
def test_a_step_that_is_interrupted_within_a_draft_is_repeated(after: int) -> None:
    backend = FakeBackend(cells=400, slots=4)
    engine = Engine(backend, window=100, limits=LIMITS, queue_limit=9, cost=CostModel(0.01), clock=lambda: 0.0)
    # The last prompt token's logits are lost, with some of the draft behind it.
    backend.interruptions.append(12 + after)
    follows = next_token([3] * 12)
    engine.handle([Arrived(request(0, max_tokens=4), [3] * 12, foretold=[follows] * 8)])
    news = []
    while not engine.is_idle:
        news += engine.step().news
        engine.check()
    text = "".join(item.text for item in news if isinstance(item, Delta))
    tokens = [3] * 12
    while len(tokens) < 16 and (token := next_token(tokens)) != END:
        tokens.append(token)
    assert text == "".join(chr(token + 48) for token in tokens[12:])
    assert backend.interruptions == []


def test_no_draft_reaches_past_the_place_where_a_sequence_is_shifted() -> None:
    fields = {"window": 30, "shift_keep": 3, "max_tokens": 250}
    prompt = next([n] * 5 for n in range(1, 60) if answers([[n] * 5], [[]], **fields)[1][0].shifts > 1)
    (plain,), (end,), _ = answers([prompt], [[]], **fields)
    (foretold,), (again,), _ = answers([prompt], [plain[0]], **fields)
    assert foretold == plain
    assert (again.shifts, again.shifted_tokens) == (end.shifts, end.shifted_tokens)
    assert again.accepted_tokens > 0.6 * again.completion_tokens
