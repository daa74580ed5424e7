"""Predictions on a real model: the same answer, sooner."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import minerva
from minerva.core.model import LoadOptions
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import Constraint, News
from tests.support.engine_process import GREEDY, EngineProcess, end_of, text_of, tokens_of
from tests.support.tiny_recurrent import write_tiny_recurrent

PROMPT = "Once upon a time"
OTHERS = ("The dog was sad because", "Mom said: do not", "We went to play and")
EXACT: Any = {"cache_prompt": False}


@pytest.fixture(scope="module")
def engine(tiny_model: Path) -> Iterator[EngineProcess]:
    with EngineProcess(tiny_model, context=256, options=LoadOptions(speculation=False)) as process:
        yield process


@pytest.fixture(scope="module")
def looking(tiny_model: Path) -> Iterator[EngineProcess]:
    """An engine that computes ahead by itself."""
    with EngineProcess(tiny_model, context=256) as process:
        yield process


def both(
    engine: EngineProcess, prediction: str | None = None, sampling: SamplingOptions = GREEDY, **fields: Any
) -> tuple[list[News], list[News]]:
    """Return what is said without a prediction and with one: by default the very answer."""
    plain = engine.generate(PROMPT, sampling, **EXACT, **fields)
    foretold = text_of(plain) if prediction is None else prediction
    return plain, engine.generate(PROMPT, sampling, prediction=foretold, **EXACT, **fields)


def test_a_right_prediction_is_accepted_and_changes_nothing(engine: EngineProcess) -> None:
    plain, foretold = both(engine, max_tokens=120, logprobs=2)
    assert tokens_of(foretold) == tokens_of(plain)
    assert text_of(foretold) == text_of(plain)
    end = end_of(foretold)
    assert end.accepted_tokens > 50
    assert end.completion_tokens == 120
    assert end_of(plain).accepted_tokens == end_of(plain).rejected_tokens == 0


def test_a_wrong_one_is_given_up(engine: EngineProcess) -> None:
    plain, foretold = both(engine, "zebra quokka 1234567890 " * 50, max_tokens=120)
    assert text_of(foretold) == text_of(plain)
    assert end_of(foretold).accepted_tokens <= 5
    assert end_of(foretold).rejected_tokens < 80


def test_an_edited_one_is_found_again(engine: EngineProcess) -> None:
    text = text_of(engine.generate(PROMPT, max_tokens=120, **EXACT))
    half = len(text) // 2
    plain, foretold = both(engine, text[:half] + " quokka " + text[half:], max_tokens=120)
    assert text_of(foretold) == text_of(plain)
    assert end_of(foretold).accepted_tokens > 50
    assert end_of(foretold).rejected_tokens > 0


def test_drawn_tokens_are_those_of_the_same_seed(engine: EngineProcess) -> None:
    hot = SamplingOptions(temperature=1.2, seed=11, repeat_penalty=1.1)
    plain, foretold = both(engine, sampling=hot, max_tokens=60)
    assert text_of(foretold) == text_of(plain)
    assert end_of(foretold).accepted_tokens > 20


def test_it_ends_where_it_would_have_ended(engine: EngineProcess) -> None:
    text = text_of(engine.generate(PROMPT, max_tokens=100, **EXACT))
    plain, foretold = both(engine, text, max_tokens=100, stop=(text[60:66],))
    assert text_of(foretold) == text_of(plain)
    assert end_of(foretold).stop_sequence == end_of(plain).stop_sequence == text[60:66]
    assert end_of(foretold).completion_tokens == end_of(plain).completion_tokens
    # What was computed past the end is not there for others to start from.
    again = engine.generate(PROMPT + text, max_tokens=20)
    anew = engine.generate(PROMPT + text, max_tokens=20, **EXACT)
    assert text_of(again) == text_of(anew)


def test_a_form_holds(engine: EngineProcess) -> None:
    form = Constraint('start: "{\\"name\\": \\"" /[a-z ]{5,60}/ "\\", \\"count\\": " /[0-9]{3}/ "}"')
    for prediction in (None, '{"name": "the dog saw the bird", "count": 123}', "no form at all"):
        plain, foretold = both(engine, prediction, max_tokens=100, constraint=form)
        assert text_of(foretold) == text_of(plain)
        assert end_of(foretold).reason == "stop"


def test_several_at_once_keep_their_answers(engine: EngineProcess) -> None:
    alone = [text_of(engine.generate(prompt, max_tokens=50, **EXACT)) for prompt in OTHERS]
    asked = [
        engine.submit(prompt, max_tokens=50, prediction=text, **EXACT)
        for prompt, text in zip(OTHERS, [*alone[:2], "wrong"], strict=True)
    ]
    news = engine.collect(asked)
    assert [text_of(news[number]) for number in asked] == alone


@pytest.mark.parametrize("sampling", [GREEDY, SamplingOptions(temperature=0.4, top_k=20, seed=5)])
def test_text_that_repeats_is_computed_ahead_and_stays_the_same(
    engine: EngineProcess, looking: EngineProcess, sampling: SamplingOptions
) -> None:
    prompt = "one two three four five six seven " * 6
    plain = engine.generate(prompt, sampling, max_tokens=150, **EXACT)
    drafted = 0
    for _ in range(20):
        # Whether a draft pays is measured, so one time in some there may be none.
        ahead = looking.generate(prompt, sampling, max_tokens=150, **EXACT)
        assert text_of(ahead) == text_of(plain)
        drafted += end_of(ahead).accepted_tokens + end_of(ahead).rejected_tokens
        if drafted:
            break
    assert drafted


def test_the_starter_model_copies_faster_with_what_it_has_read() -> None:
    words = "apple river stone lamp green horse window paper cloud spoon market yellow candle bridge"
    prompt = f"<|im_start|>user\nRepeat: {words}<|im_end|>\n<|im_start|>assistant\n"
    starter = Path(minerva.__file__).parent / "models" / "starter.gguf"
    with EngineProcess(starter) as looking:
        end = end_of(news := looking.generate(prompt, max_tokens=100))
    assert text_of(news) == words
    assert end.accepted_tokens > end.rejected_tokens


def test_a_memory_that_cannot_drop_tokens_answers_without(tmp_path: Path) -> None:
    with EngineProcess(write_tiny_recurrent(tmp_path / "recurrent.gguf"), context=64, cells=64) as engine:
        plain, foretold = both(engine, max_tokens=20)
    assert text_of(foretold) == text_of(plain)
    assert end_of(foretold).accepted_tokens == end_of(foretold).rejected_tokens == 0
