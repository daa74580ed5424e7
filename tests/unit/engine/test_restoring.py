"""What left the context comes back from the tiers, and is what it was."""

from __future__ import annotations

import pytest

from minerva.engine.loop import Engine
from minerva.wire.messages import Admitted, News
from tests.support.fake_backend import FakeBackend
from tests.unit.engine.test_loop import WINDOW, arrive, expected, make_engine, run, text_of


def one_by_one(engine: Engine, *prompts: list[int]) -> list[News]:
    """Let each prompt have a token, one after the other; return the news of the last."""
    news: list[News] = []
    for number, prompt in enumerate(prompts):
        engine.handle([arrive(number, prompt, max_tokens=1)])
        news = run(engine)
    return news


@pytest.mark.parametrize("can_truncate", [True, False])
def test_what_was_evicted_comes_back_from_the_tiers(can_truncate: bool) -> None:
    backend = FakeBackend(cells=WINDOW, slots=8, can_truncate=can_truncate)
    engine = make_engine(backend, 10**6)
    first, other = [5] * 40, [9] * 50
    news = one_by_one(engine, first, other, first + [5] * 8)
    (admitted,) = [each for each in news if isinstance(each, Admitted)]
    # Of memory that cannot be cut only all of it comes back; otherwise full blocks, and the rest of a text.
    assert (admitted.prompt_tokens, admitted.cached_tokens) == (48, 40)
    assert backend.decoded == 40 + 50 + 8
    assert engine.stats().restored_tokens == 40
    assert text_of(news, 2) == expected(first + [5] * 8, 1)[0]


def cached(block_tokens: int, *prompts: list[int], can_truncate: bool = True) -> int:
    """Return how much of the last prompt came back, in a context that holds one of them at a time."""
    backend = FakeBackend(cells=WINDOW, slots=8, can_truncate=can_truncate)
    news = one_by_one(make_engine(backend, 10**6, block_tokens=block_tokens), *prompts)
    return next(each for each in news if isinstance(each, Admitted)).cached_tokens


def test_of_the_last_block_a_few_tokens_come_back_too() -> None:
    assert cached(32, [5] * 34, [9] * 50, [5] * 40) == 34
    # With larger blocks it has to be more of them.
    assert cached(128, [5] * 4, [9] * 62, [5] * 40) == 4
    assert cached(128, [5] * 3, [9] * 62, [5] * 40) == 0


def test_nobody_fetches_a_block_for_a_few_of_its_tokens() -> None:
    assert cached(128, [5] * 40, [9] * 62, [5] * 15 + [7] * 5) == 0
    assert cached(128, [5] * 40, [9] * 62, [5] * 16 + [7] * 5) == 16


def test_memory_that_cannot_be_cut_is_not_copied_for_a_few_tokens() -> None:
    assert cached(128, [5] * 15, [9] * 50, [5] * 40, can_truncate=False) == 0
    assert cached(128, [5] * 16, [9] * 50, [5] * 40, can_truncate=False) == 16


def test_a_prompt_that_departs_within_a_block_takes_the_part_before() -> None:
    backend = FakeBackend(cells=WINDOW, slots=8)
    engine = make_engine(backend, 10**6)
    news = one_by_one(engine, [5] * 40, [9] * 50, [5] * 19 + [7] * 20)
    assert next(each for each in news if isinstance(each, Admitted)).cached_tokens == 19
    assert text_of(news, 2) == expected([5] * 19 + [7] * 20, 1)[0]


def test_what_is_in_ram_leaves_the_context_to_those_who_run() -> None:
    backend = FakeBackend(cells=200, slots=8)
    engine = make_engine(backend, 10**6)
    one_by_one(engine, [5] * 40, [9] * 50)
    # Both are over; the first left when the second ran, which stays as long as nobody else does.
    assert engine.stats().cells_retained == 50
    engine.handle([arrive(7, [6] * 30, max_tokens=4)])
    run(engine)
    assert engine.stats().cells_retained == 33


def test_what_has_left_ram_again_stays_in_the_context() -> None:
    backend = FakeBackend(cells=200, slots=8)
    # There is room for one of them.
    one = make_engine(FakeBackend(cells=200, slots=8), 10**6)
    one_by_one(one, [5] * 40)
    engine = make_engine(backend, one.stats().ram_tier_bytes * 3 // 2, batch_tokens=100)
    engine.handle([arrive(0, [5] * 40, max_tokens=1), arrive(1, [9] * 40, max_tokens=1)])
    run(engine)
    one_by_one(engine, [6] * 10)
    # One of them is in RAM, and has left the context; the other is here.
    assert 40 <= engine.stats().cells_retained - 10 < 80


def test_without_room_in_ram_what_is_retained_stays() -> None:
    backend = FakeBackend(cells=200, slots=8)
    engine = make_engine(backend)
    one_by_one(engine, [5] * 40, [9] * 50, [6] * 30)
    assert engine.stats().cells_retained == 40 + 50 + 30


def test_who_opts_out_of_the_cache_is_neither_saved_nor_restored() -> None:
    backend = FakeBackend(cells=200, slots=8)
    engine = make_engine(backend, 10**6)
    engine.handle([arrive(0, [5] * 40, max_tokens=1, cache=False)])
    run(engine)
    assert engine.stats().ram_tier_bytes == 0
    engine.handle([arrive(1, [5] * 40, max_tokens=1), arrive(2, [5] * 40, max_tokens=1, cache=False)])
    news = run(engine)
    assert [each.cached_tokens for each in news if isinstance(each, Admitted)] == [0, 0]


def test_memory_that_cannot_be_cut_has_a_copy_from_before_the_answer() -> None:
    backend = FakeBackend(cells=200, slots=8, can_truncate=False)
    engine = make_engine(backend, 10**6)
    border = backend.vocabulary.control_ids[0]
    prompt = [*[7] * 30, border, 8, 8]
    one_by_one(engine, prompt)
    engine.handle([arrive(1, prompt, max_tokens=1)])
    news = run(engine)
    assert next(each for each in news if isinstance(each, Admitted)).cached_tokens == 30
    assert text_of(news, 1) == expected(prompt, 1)[0]
