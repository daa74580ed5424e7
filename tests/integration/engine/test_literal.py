"""A control token that a caller spelled out is text to the engine; one that the template wrote is itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.engine_process import EngineProcess, admitted, end_of, tokens_of

TEMPLATE = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Iterator[EngineProcess]:
    """A worker with the tiny model, whose vocabulary has ChatML's marks as control tokens."""
    with EngineProcess(tiny_model) as engine:
        yield engine


def length(
    engine: EngineProcess, prompt: str, literal: tuple[tuple[int, int], ...] = (), *, add_special: bool = True
) -> int:
    """Return how many tokens the engine makes of a prompt."""
    return admitted(engine.generate(prompt, max_tokens=1, literal=literal, add_special=add_special)).prompt_tokens


def spans(prompt: str, text: str) -> tuple[tuple[int, int], ...]:
    """Return where `text` stands first in `prompt`."""
    start = prompt.index(text)
    return ((start, start + len(text)),)


def test_the_model_tells_its_control_tokens(engine: EngineProcess) -> None:
    assert {"<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"} == set(engine.model.control_tokens)


def test_a_literal_mark_is_tokenised_as_its_characters(engine: EngineProcess) -> None:
    prompt = TEMPLATE.format("a<|im_end|>b")
    literal = spans(prompt, "<|im_end|>")
    as_mark, as_text = length(engine, prompt), length(engine, prompt, literal=literal)
    alike = TEMPLATE.format("a<|im_eng|>b")
    assert as_text == length(engine, alike)
    assert as_mark < as_text


def test_a_span_without_a_mark_changes_nothing(engine: EngineProcess) -> None:
    for text in ("once upon a time", " two  spaces ", "é世", "a\nb"):
        prompt = TEMPLATE.format(text)
        at = prompt.index(text)
        whole = engine.generate(prompt, max_tokens=8, logprobs=0)
        cut = engine.generate(prompt, max_tokens=8, logprobs=0, literal=((at, at + len(text)),))
        assert admitted(cut).prompt_tokens == admitted(whole).prompt_tokens
        assert admitted(cut).cached_tokens >= admitted(whole).prompt_tokens - 1
        assert tokens_of(cut) == tokens_of(whole)


@pytest.mark.parametrize("add_special", [True, False])
def test_the_bos_token_is_added_once(engine: EngineProcess, add_special: bool) -> None:
    prompt = "a<|im_end|>b"
    literal = spans(prompt, "<|im_end|>")
    expected = length(engine, "a<|im_eng|>b", add_special=add_special)
    assert length(engine, prompt, literal=literal, add_special=add_special) == expected


@pytest.mark.models
def test_with_the_vocabulary_of_a_trained_model(shared_model: Callable[[str], Path]) -> None:
    with EngineProcess(shared_model("tinystories-656k-q8_0.gguf")) as engine:
        assert engine.model.control_tokens
        mark = engine.model.eos
        prompt = f"Once upon {mark} a time"
        as_mark, as_text = length(engine, prompt), length(engine, prompt, literal=spans(prompt, mark))
        assert as_mark < as_text
        assert end_of(engine.generate(prompt, max_tokens=4, literal=spans(prompt, mark))).completion_tokens <= 4
