"""Greedy text of the engine equals that of a plain loop over the binding: alone, in company, from the cache."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks.bare import BareModel
from minerva.core.model import LoadOptions
from minerva.wire.messages import News
from tests.support.engine_process import EngineProcess, admitted, end_of, text_of, tokens_of

PROMPTS = [
    "Once upon a time",
    "Lily and Ben went to the park. They saw",
    "The dog was sad because",
    "One day, a little boy named Tim found a big red ball. He",
    "There was a small house",
    "Mom said: do not",
    "A bird and a cat were friends. The bird",
    "It was raining and",
]
COUNT = 120


@pytest.fixture(params=["tiny", "stories260K-f32.gguf", "tinystories-656k-q8_0.gguf"])
def model_path(request: pytest.FixtureRequest, tiny_model: Path, shared_model: Callable[[str], Path]) -> Path:
    """Each model that there is."""
    return tiny_model if request.param == "tiny" else shared_model(request.param)


NEAR_TIE = 0.25
"""Logits this close may change places: a batch of another shape rounds differently (docs/concepts/engine.md)."""


@pytest.fixture
def bare(model_path: Path) -> Iterator[BareModel]:
    """A plain loop over the binding."""
    model = BareModel(model_path, cells=512, threads=1)
    yield model
    model.close()


def assert_same_text(bare: BareModel, prompt: str, news: list[News]) -> None:
    """Hold an answer against the plain loop's: the same tokens, or another one where the loop itself saw a near tie.

    From such a place on the texts go different ways, so there each token is held against the loop's logits for it.
    """
    tokens, answer = bare.tokenize(prompt), tokens_of(news)
    expected = bare.greedy(tokens, COUNT)
    if answer == expected:
        assert text_of(news) == bare.text(expected)
        return
    assert len(answer) == COUNT or end_of(news).reason == "stop"
    assert max(bare.regrets(tokens, answer)) < NEAR_TIE


def test_alone_and_among_31_others(model_path: Path, bare: BareModel) -> None:
    with EngineProcess(model_path, cells=8192) as engine:
        for prompt in PROMPTS:
            assert_same_text(bare, prompt, engine.generate(prompt, max_tokens=COUNT, logprobs=0, cache_prompt=False))
        asked = {engine.submit(PROMPTS[i % len(PROMPTS)], max_tokens=COUNT, logprobs=0): i for i in range(32)}
        news = engine.collect(list(asked))
        for number, i in asked.items():
            assert_same_text(bare, PROMPTS[i % len(PROMPTS)], news[number])


def test_with_too_few_cells_sequences_wait_or_are_preempted_and_go_on_where_they_were(
    model_path: Path, bare: BareModel
) -> None:
    with EngineProcess(model_path, cells=512, options=LoadOptions(max_sequences=8)) as engine:
        asked = {engine.submit(prompt, max_tokens=COUNT, logprobs=0): prompt for prompt in PROMPTS + PROMPTS[::-1]}
        news = engine.collect(list(asked))
    for number, prompt in asked.items():
        assert_same_text(bare, prompt, news[number])


def test_the_next_turn_is_served_from_the_cache_with_the_same_text(model_path: Path) -> None:
    with EngineProcess(model_path, cells=4096) as engine:
        first = PROMPTS[3] + text_of(engine.generate(PROMPTS[3], max_tokens=30)) + " Then"
        cached, anew = engine.generate(first, max_tokens=40), engine.generate(first, max_tokens=40, cache_prompt=False)
        assert admitted(anew).cached_tokens == 0
        assert admitted(cached).cached_tokens > admitted(cached).prompt_tokens // 2
        assert text_of(cached) == text_of(anew)


def test_generation_that_reaches_the_window_ends_with_length(tiny_model: Path) -> None:
    with EngineProcess(tiny_model, context=64, cells=512) as engine:
        for length in (1, 62, 63):
            end = end_of(engine.generate([5] * length))
            assert end.prompt_tokens + end.completion_tokens <= 64
            if end.reason == "length":
                assert end.prompt_tokens + end.completion_tokens == 64
