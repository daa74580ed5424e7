"""Every generation parameter does what its row in `core/parameters.py` says, on a real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from minerva.core.parameters import BY_NAME
from minerva.core.sampling import SamplingOptions
from minerva.wire.messages import Delta, Refused
from tests.support.engine_process import EngineProcess, end_of, text_of, tokens_of

PROMPT = "Once upon a time"


@pytest.fixture(scope="module")
def engine(shared_model: Callable[[str], Path]) -> Iterator[EngineProcess]:
    """A worker with the small story model."""
    with EngineProcess(shared_model("stories260K-f32.gguf")) as process:
        yield process


@pytest.fixture
def fresh(shared_model: Callable[[str], Path]) -> Iterator[EngineProcess]:
    """A worker for one test: cells that other requests left behind change sums in their last bit, and so near ties."""
    with EngineProcess(shared_model("stories260K-f32.gguf")) as process:
        yield process


def tell(engine: EngineProcess, tokens: int = 60, **options: Any) -> str:
    return text_of(engine.generate(PROMPT, SamplingOptions(**options), max_tokens=tokens))


WILD: dict[str, Any] = {"temperature": 2.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0, "seed": 7}
"""As random as it gets, so that anything that narrows the choice shows."""


def test_the_same_seed_gives_the_same_text_and_another_seed_another(fresh: EngineProcess) -> None:
    once, again, other = tell(fresh, **WILD), tell(fresh, **WILD), tell(fresh, **{**WILD, "seed": 8})
    assert once == again
    assert once != other


@pytest.mark.parametrize("seed", [-1, -(2**63), 2**63 - 1, 2**32 - 1, 0])
def test_every_seed_repeats(fresh: EngineProcess, seed: int) -> None:
    assert tell(fresh, **{**WILD, "seed": seed}) == tell(fresh, **{**WILD, "seed": seed})


def test_without_a_seed_texts_differ(engine: EngineProcess) -> None:
    assert len({tell(engine, **{**WILD, "seed": None}) for _ in range(3)}) == 3


@pytest.mark.parametrize(
    "narrow",
    [{"temperature": 0.0}, {"top_k": 1}, {"min_p": 1.0}, {"top_p": 0.0001}],
    ids=["temperature", "top_k", "min_p", "top_p"],
)
def test_what_leaves_one_token_is_greedy(engine: EngineProcess, narrow: dict[str, Any]) -> None:
    assert tell(engine, **{**WILD, **narrow}) == tell(engine, temperature=0.0)


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 0.5},
        {"top_k": 5},
        {"top_p": 0.5},
        {"min_p": 0.3},
        {"typical_p": 0.2},
        {"repeat_penalty": 2.0},
        {"presence_penalty": 2.0},
        {"frequency_penalty": 2.0},
        {"dry_multiplier": 5.0, "dry_allowed_length": 0},
        {"xtc_probability": 1.0, "xtc_threshold": 0.05},
        {"mirostat": 1},
        {"mirostat": 2},
        {"mirostat": 2, "mirostat_tau": 1.0},
        {"mirostat": 2, "mirostat_eta": 1.0},
        {"logit_bias": {432: -100.0}},
    ],
    ids=str,
)
def test_each_parameter_changes_what_the_same_seed_says(engine: EngineProcess, change: dict[str, Any]) -> None:
    base = {**WILD, "mirostat": 2} if {"mirostat_tau", "mirostat_eta"} & set(change) else WILD
    assert tell(engine, 120, **{**base, **change}) != tell(engine, 120, **base)


def test_repetition_penalties_make_words_repeat_less(engine: EngineProcess) -> None:
    def distinct(**options: Any) -> float:
        words = tell(engine, 200, temperature=0.0, **options).split()
        return len(set(words)) / len(words)

    plain = distinct()
    for options in ({"repeat_penalty": 1.5}, {"frequency_penalty": 1.0}, {"presence_penalty": 2.0}):
        assert distinct(**options, repeat_last_n=-1) > plain, options


def test_a_window_of_nothing_switches_penalties_off(engine: EngineProcess) -> None:
    assert tell(engine, temperature=0.0, repeat_penalty=2.0, repeat_last_n=0) == tell(engine, temperature=0.0)


def test_dry_never_lets_a_long_repeat_through(engine: EngineProcess) -> None:
    def longest_repeat(**options: Any) -> int:
        news = engine.generate(PROMPT, SamplingOptions(temperature=0.0, **options), max_tokens=250, logprobs=0)
        tokens = tokens_of(news)
        best = 0
        for start in range(len(tokens)):
            for earlier in range(start):
                length = 0
                while start + length < len(tokens) and tokens[earlier + length] == tokens[start + length]:
                    length += 1
                best = max(best, length)
        return best

    assert longest_repeat(dry_multiplier=8.0, dry_sequence_breakers=("\n",)) < longest_repeat()


def test_dry_breakers_allow_what_they_break(engine: EngineProcess) -> None:
    strict = {"temperature": 0.0, "dry_multiplier": 8.0, "dry_allowed_length": 1}
    assert tell(engine, 200, **strict, dry_sequence_breakers=("\x01",)) != tell(
        engine, 200, **strict, dry_sequence_breakers=(" ", ".", ",", "\n", '"')
    )


def test_dry_base_and_window_scale_the_penalty(engine: EngineProcess) -> None:
    mild = {"temperature": 0.0, "dry_multiplier": 0.8, "dry_allowed_length": 1}
    assert tell(engine, 200, **mild, dry_base=1.0) != tell(engine, 200, **mild, dry_base=8.0)
    assert tell(engine, 200, **mild, dry_penalty_last_n=0) == tell(engine, 200, temperature=0.0)


def test_logit_bias_bans_and_forces(engine: EngineProcess) -> None:
    greedy = tokens_of(engine.generate(PROMPT, max_tokens=20, logprobs=0))
    banned = tokens_of(
        engine.generate(
            PROMPT, SamplingOptions(temperature=0.0, logit_bias={greedy[0]: -100.0}), max_tokens=20, logprobs=0
        )
    )
    assert greedy[0] not in banned
    forced = engine.generate(PROMPT, SamplingOptions(**{**WILD, "logit_bias": {300: 100.0}}), max_tokens=8, logprobs=0)
    assert tokens_of(forced) == [300] * 8


def test_ignore_eos_goes_on_to_the_limit(shared_model: Callable[[str], Path]) -> None:
    with EngineProcess(shared_model("tinystories-656k-q8_0.gguf")) as engine:
        prompts = ["Once upon a time", "The end.", "Lily", "Tim said"]
        plain = [end_of(engine.generate(prompt, max_tokens=400)) for prompt in prompts]
        assert any(end.reason == "stop" for end in plain)
        forced = [
            end_of(engine.generate(prompt, SamplingOptions(temperature=0.0, ignore_eos=True), max_tokens=400))
            for prompt in prompts
        ]
        assert {(end.reason, end.completion_tokens) for end in forced} == {("length", 400)}


@pytest.mark.parametrize("count", [0, 1, 7])
def test_max_tokens_is_kept_exactly(engine: EngineProcess, count: int) -> None:
    end = end_of(engine.generate(PROMPT, max_tokens=count))
    assert (end.reason, end.completion_tokens) == ("length", count)


def test_a_stop_string_ends_the_text_before_it(engine: EngineProcess) -> None:
    whole = text_of(engine.generate(PROMPT, max_tokens=60))
    for stop in ("Lily", " girl nam", "park."):
        news = engine.generate(PROMPT, max_tokens=60, stop=(stop, "never there"))
        assert text_of(news) == whole[: whole.index(stop)]
        assert (end_of(news).reason, end_of(news).stop_sequence) == ("stop", stop)


def test_logprobs_are_of_the_model_and_sorted(engine: EngineProcess) -> None:
    news = engine.generate(PROMPT, SamplingOptions(**WILD), max_tokens=30, logprobs=5)
    entries = [entry for item in news if isinstance(item, Delta) for entry in item.logprobs]
    assert len(entries) == 30
    for entry in entries:
        assert entry.logprob is not None
        assert entry.logprob <= entry.top[0].logprob <= 0.0
        assert all(one.logprob >= two.logprob for one, two in pairwise(entry.top))
    assert b"".join(entry.piece for entry in entries).decode(errors="replace") == text_of(news)


def test_bytes_that_are_no_text_become_replacement_characters(engine: EngineProcess) -> None:
    byte_c3 = 3 + 0xC3
    news = engine.generate(PROMPT, SamplingOptions(temperature=0.0, logit_bias={byte_c3: 100.0}), max_tokens=5)
    assert text_of(news) == "\ufffd" * 5


@pytest.mark.parametrize("prompt", [[5, 512], [-1], []], ids=str)
def test_token_ids_that_do_not_exist_are_refused(engine: EngineProcess, prompt: list[int]) -> None:
    (refused,) = engine.generate(prompt)
    assert isinstance(refused, Refused)
    assert (refused.error.code, refused.error.param) == ("invalid_request", "prompt")


def test_a_temperature_next_to_nothing_is_greedy(engine: EngineProcess) -> None:
    assert tell(engine, temperature=1e-40, seed=3) == tell(engine, temperature=0.0)


def test_several_reports_on_prompts_at_once(engine: EngineProcess) -> None:
    prompts = [[1, *[300 + number] * 200] for number in range(3)]
    ids = [engine.submit(prompt, logprobs=0, prompt_logprobs=True, max_tokens=1) for prompt in prompts]
    news = engine.collect(ids)
    first = [next(item for item in news[number] if isinstance(item, Delta)) for number in ids]
    assert [[entry.id for entry in delta.logprobs] for delta in first] == prompts


def test_this_file_covers_the_table() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in BY_NAME if name not in source] == []
