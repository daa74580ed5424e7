"""Context shift on real models: the answer goes on past the window, and nobody else notices."""

from __future__ import annotations

from pathlib import Path

import pytest

from minerva.core.model import KvType, LoadOptions
from minerva.wire.messages import Constraint
from tests.support.engine_process import EngineProcess, admitted, end_of, text_of, tokens_of
from tests.support.tiny_model import write_tiny_model
from tests.support.tiny_recurrent import write_tiny_recurrent

WINDOW = 64
PROMPT = [5, 9, 300, 17, 401, 22, 350, 8, 310, 33, 420, 11]
OTHERS = ("Once upon a time", "The dog was sad because", "Mom said: do not")


def with_recomputed_memory(engine: EngineProcess, prompt: list[int], answer: int, keep: int) -> list[int]:
    """Return the answer when at each shift what stays is read anew, as a prompt, instead of being moved."""
    tokens, found = list(prompt), list[int]()
    while len(found) < answer:
        if len(tokens) > WINDOW:
            tokens = tokens[:keep] + tokens[-((WINDOW - keep) // 2) :]
        count = min(WINDOW + 1 - len(tokens), answer - len(found))
        # A window of one token more: the token that is to begin the next stretch is chosen by this one's last.
        news = engine.generate(tokens, max_tokens=count, logprobs=0, cache_prompt=False)
        found += tokens_of(news)
        tokens += tokens_of(news)
    return found


STRETCHED = {"llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4.0}


@pytest.mark.parametrize(
    ("keep", "header", "keys"),
    [(0, {}, "f16"), (5, {}, "f16"), (len(PROMPT), {}, "f16"), (5, {}, "f32"), (5, STRETCHED, "f16")],
)
def test_moved_keys_are_those_of_the_new_positions(
    tmp_path: Path, keep: int, header: dict[str, str | float], keys: KvType
) -> None:
    # What a single layer keeps of a token depends on the token and its position alone: moving it is exact.
    path = write_tiny_model(tmp_path / "single.gguf", layers=1, metadata=header)
    with EngineProcess(path, context=WINDOW + 1, options=LoadOptions(kv_type_k=keys)) as engine:
        expected = with_recomputed_memory(engine, PROMPT, 200, keep)
        news = engine.generate(PROMPT, max_tokens=200, window=WINDOW, shift_keep=keep, logprobs=0)
    end = end_of(news)
    assert (end.reason, end.completion_tokens) == ("length", 200)
    size = WINDOW + 1 - keep - (WINDOW - keep) // 2
    assert end.shifts == len(range(WINDOW + 1 - len(PROMPT), 200, size))
    assert end.shifted_tokens == end.shifts * size
    assert tokens_of(news) == expected


def test_others_and_what_is_retained_are_as_if_nobody_had_shifted(tiny_model: Path) -> None:
    with EngineProcess(tiny_model, context=128, cells=512) as engine:
        alone = [text_of(engine.generate(prompt, max_tokens=60, cache_prompt=False)) for prompt in OTHERS]
        # All start from a prompt that the one that is shifted holds too, and live through some of its shifts.
        shifting = [engine.submit(OTHERS[0], max_tokens=300, window=48, shift_keep=keep) for keep in (2, 100)]
        asked = [engine.submit(prompt, max_tokens=60) for prompt in (*OTHERS, *OTHERS)]
        news = engine.collect([*shifting, *asked])
        assert [text_of(news[number]) for number in asked] == alone * 2
        assert [end_of(news[number]).completion_tokens for number in shifting] == [300, 300]
        assert min(end_of(news[number]).shifts for number in shifting) > 5
        # Whoever comes later may start from what was kept, and gets what there would be without it.
        for number in shifting:
            follow_up = OTHERS[0] + text_of(news[number])[:100]
            cached = engine.generate(follow_up, max_tokens=40)
            anew = engine.generate(follow_up, max_tokens=40, cache_prompt=False)
            assert text_of(cached) == text_of(anew)
            assert admitted(cached).cached_tokens > 0


def test_a_shifted_answer_that_loses_its_place_goes_on_where_it_was(tiny_model: Path) -> None:
    with EngineProcess(tiny_model, context=64, cells=128, options=LoadOptions(max_sequences=4)) as engine:
        asked = [engine.submit(prompt, max_tokens=150, shift_keep=4) for prompt in (*OTHERS, *OTHERS)]
        news = engine.collect(asked)
        for number in asked:
            end = end_of(news[number])
            assert (end.reason, end.completion_tokens) == ("length", 150)
            assert end.shifts > 0


def test_more_forced_text_than_the_window_holds_is_written_all_the_same(tiny_model: Path) -> None:
    text = "the dog saw the bird and the cat " * 40
    forced = Constraint(f'start: "{text}" /[a-z ]{{30,40}}/')
    with EngineProcess(tiny_model, context=64, cells=128) as engine:
        news = engine.generate(PROMPT, max_tokens=2000, shift_keep=4, constraint=forced)
        free = engine.generate(PROMPT, max_tokens=20)
        anew = engine.generate(PROMPT, max_tokens=20, cache_prompt=False)
    end = end_of(news)
    assert text_of(news).startswith(text)
    assert 30 <= len(text_of(news)) - len(text) <= 40
    # It came at once, and most of it was dropped before it was computed.
    assert end.reason == "stop"
    assert 1 <= end.shifts <= 3
    assert end.shifted_tokens > 200
    assert text_of(free) == text_of(anew)


@pytest.mark.parametrize(
    ("architecture", "header", "keys"),
    [
        ("smollm3", {}, "f16"),
        ("llama", {"llama.rope.scaling.type": "yarn", "llama.rope.scaling.factor": 4.0}, "f16"),
        ("llama", {"llama.rope.scaling.attn_factor": 1.2}, "f16"),
        ("llama", {}, "bf16"),
        ("llama", {}, "q8_0"),
    ],
)
def test_keys_that_would_be_spoilt_are_not_moved(
    tmp_path: Path, architecture: str, header: dict[str, str | float], keys: KvType
) -> None:
    path = write_tiny_model(
        tmp_path / "other.gguf", architecture=architecture, layers=4, embedding=128, metadata=header
    )
    with EngineProcess(path, context=WINDOW, cells=WINDOW, options=LoadOptions(kv_type_k=keys)) as engine:
        assert not engine.model.can_shift
        assert len(tokens_of(engine.generate(PROMPT, max_tokens=5, logprobs=0))) == 5


def test_memory_that_is_a_state_cannot_be_shifted_and_the_model_says_so(tmp_path: Path, tiny_model: Path) -> None:
    with EngineProcess(tiny_model) as engine:
        assert engine.model.can_shift
    with EngineProcess(write_tiny_recurrent(tmp_path / "recurrent.gguf"), context=64, cells=64) as engine:
        assert not engine.model.can_shift
        first = engine.generate(PROMPT, max_tokens=20, logprobs=0)
        again = engine.generate([*PROMPT, *tokens_of(first), 5], max_tokens=20, logprobs=0)
        anew = engine.generate([*PROMPT, *tokens_of(first), 5], max_tokens=20, logprobs=0, cache_prompt=False)
    # What there is of a sequence is reused as a whole, or not at all.
    assert admitted(again).cached_tokens == len(PROMPT) + 19
    assert tokens_of(again) == tokens_of(anew)
