"""Greedy text of the engine equals that of a plain loop over the binding: alone, in company, from the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.bare import BareModel
from minerva.core.model import LoadOptions
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


@pytest.fixture
def expected(model_path: Path) -> list[str]:
    """The texts of a plain loop, one prompt after the other."""
    bare = BareModel(model_path, cells=512, threads=1)
    texts = [bare.text(bare.greedy(bare.tokenize(prompt), COUNT)) for prompt in PROMPTS]
    bare.close()
    return texts


def test_alone_and_among_31_others(model_path: Path, expected: list[str]) -> None:
    with EngineProcess(model_path, cells=8192) as engine:
        alone = [text_of(engine.generate(prompt, max_tokens=COUNT, cache_prompt=False)) for prompt in PROMPTS]
        assert alone == expected
        ids = [engine.submit(PROMPTS[i % len(PROMPTS)], max_tokens=COUNT) for i in range(32)]
        news = engine.collect(ids)
        assert [text_of(news[number]) for number in ids] == expected * 4


def test_with_too_few_cells_sequences_wait_or_are_preempted_and_go_on_where_they_were(model_path: Path) -> None:
    """A preempted sequence is computed anew in larger batches, which moves its logits a little: a near tie may then
    fall the other way, so each token is held against the logits that a plain loop has at its place."""
    with EngineProcess(model_path, cells=512, options=LoadOptions(max_sequences=8)) as engine:
        ids = [engine.submit(prompt, max_tokens=COUNT, logprobs=0) for prompt in PROMPTS * 2]
        news = engine.collect(ids)
    bare = BareModel(model_path, cells=512, threads=1)
    for number, prompt in zip(ids, PROMPTS * 2, strict=True):
        answer = tokens_of(news[number])
        assert len(answer) == COUNT or end_of(news[number]).reason == "stop"
        assert max(bare.regrets(bare.tokenize(prompt), answer)) < 0.25
    bare.close()


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
