"""Inputs to embed: their tokens, what is cut of them, and what is made of vectors."""

from __future__ import annotations

import numpy as np
import pytest

from minerva.core.errors import ContextLimitExceeded, InferenceError, InvalidRequest
from minerva.engine.passage import Passage, finish, fit_all, name_input, read_input
from minerva.wire.messages import Embed
from tests.support.fake_backend import VOCABULARY, FakeVocabulary

BEGIN, END = 60, 61


class Framing(FakeVocabulary):
    """Puts tokens before and behind a text, as BERT's does."""

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        assert not parse_special
        plain = super().tokenize(text, add_special=add_special, parse_special=parse_special)
        return [BEGIN, *plain, END, END] if add_special else plain


def asked(*inputs: str | tuple[int, ...], **fields: object) -> Embed:
    return Embed(id=1, request_id="r", inputs=inputs, **fields)  # type: ignore[arg-type]  # fields of Embed


def test_a_text_is_framed_and_its_tail_is_known() -> None:
    assert read_input(asked("123"), 0, Framing()) == Passage(0, [BEGIN, 1, 2, 3, END, END], tail=2)
    assert read_input(asked("1", "123"), 1, FakeVocabulary()) == Passage(1, [1, 2, 3])


def test_token_ids_are_taken_as_they_are() -> None:
    assert read_input(asked((7, 8)), 0, Framing()) == Passage(0, [7, 8])
    with pytest.raises(InvalidRequest, match=r"`input\[1\]` has token id 64; this model's ids are 0 to 63") as caught:
        read_input(asked("1", (VOCABULARY,)), 1, Framing())
    assert caught.value.param == "input[1]"


def test_with_a_query_the_pair_is_read() -> None:
    assert read_input(asked("34", query="12"), 0, FakeVocabulary()).tokens == [1, 2, 3, 4]


def test_what_has_no_tokens_is_refused_by_the_callers_name() -> None:
    with pytest.raises(InvalidRequest, match="`prompt` is empty") as caught:
        read_input(asked("", field="prompt"), 0, FakeVocabulary())
    assert caught.value.param == "prompt"
    assert name_input(asked("a", "b", field="documents"), 1) == "documents[1]"


def test_what_is_too_long_is_an_error_with_the_figures() -> None:
    with pytest.raises(ContextLimitExceeded, match="`input` has 5 tokens, but this model reads at most 4") as caught:
        fit_all(asked("x"), [Passage(0, [1, 2, 3, 4, 5])], 4)
    assert (caught.value.maximum, caught.value.required) == (4, 5)
    with pytest.raises(ContextLimitExceeded, match="this request reads at most 3"):
        fit_all(asked("x", window=3), [Passage(0, [1, 2, 3, 4])], 4)


def test_the_end_is_cut_before_the_special_tokens_where_that_is_asked_for() -> None:
    request = asked("x", truncate=True)
    passage = Passage(0, [BEGIN, 1, 2, 3, 4, END, END], tail=2)
    assert fit_all(request, [passage], 5) == [Passage(0, [BEGIN, 1, 2, END, END], tail=2, cut=2)]
    assert fit_all(request, [passage], 7) == [passage]
    assert fit_all(request, [Passage(0, [1, 2, 3])], 1) == [Passage(0, [1], cut=2)]
    with pytest.raises(ContextLimitExceeded):
        fit_all(request, [passage], 2)


def test_a_vector_is_shortened_then_scaled() -> None:
    vector = np.array([3, 4, 12], dtype=np.float32)

    def made(**fields: object) -> list[float]:
        found: list[float] = np.frombuffer(finish(asked("x", **fields), Passage(0, [1]), vector), "<f4").tolist()
        return found

    assert made(normalize=False) == [3, 4, 12]
    assert made() == pytest.approx([3 / 13, 4 / 13, 12 / 13])
    assert made(dimensions=2) == pytest.approx([0.6, 0.8])
    assert made(dimensions=2, normalize=False) == [3, 4]


def test_a_vector_of_zeros_stays_and_one_that_is_not_finite_is_an_error() -> None:
    zeros = np.zeros(2, dtype=np.float32)
    assert finish(asked("x"), Passage(0, [1]), zeros) == bytes(8)
    with pytest.raises(InferenceError, match=r"no finite numbers of `input\[1\]`"):
        finish(asked("x", "y"), Passage(1, [1]), np.array([1, np.nan], dtype=np.float32))
