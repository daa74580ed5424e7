"""Writing without spaces between words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.sessions.unspaced import MARKS, has_unspaced, shown, unspaced


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain words, é", ["plain words, é"]),
        ("東京", ["東", "京"]),
        ("a東b", ["a", "東", "b"]),
        ("กินที่", ["กิ", "น", "ที่"]),
        ("한국어 Ελλάδα हिन्दी", ["한국어 Ελλάδα हिन्दी"]),
        ("𠮷野家", ["𠮷", "野", "家"]),
    ],
)
def test_each_character_with_its_marks_is_a_word(text: str, pieces: list[str]) -> None:
    assert [piece for piece in unspaced(text).split("\x1f") if piece] == pieces
    assert has_unspaced(text) == (len(pieces) > 1)


@given(st.text().filter(lambda text: "\x1f" not in text))
def test_what_is_shown_is_what_was_written(text: str) -> None:
    assert shown(unspaced(text)) == text


def test_marks_are_marks_of_unicode() -> None:
    assert {unicodedata.category(mark) for mark in MARKS} <= {"Mn", "Mc", "Cn"}
