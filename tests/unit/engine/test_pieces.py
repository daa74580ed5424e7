"""`engine.pieces`: where a prompt is cut, and that it loses and doubles nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.control import control_pattern
from minerva.engine.pieces import Piece, cut, tokenize
from tests.support.fake_backend import FakeVocabulary

CONTROL = ("<s>", "<e>")


class CountingVocabulary(FakeVocabulary):
    """Takes each control token for one token if it is to, and frames a text with 60 and 61."""

    control_tokens = CONTROL

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        tokens: list[int] = []
        while text:
            special = next((token for token in CONTROL if parse_special and text.startswith(token)), None)
            tokens.append(50 + CONTROL.index(special) if special else ord(text[0]) % 50)
            text = text[len(special or " ") :]
        return self.framed(tokens) if add_special else tokens

    def framed(self, tokens: list[int]) -> list[int]:
        return [60, *tokens, 61]


@pytest.mark.parametrize(
    ("text", "literal", "expected"),
    [
        ("<s>a<s>b<e>", [(4, 7)], [("<s>", True), ("a<s>b", False), ("<e>", True)]),
        ("<s>a", [(0, 3)], [("<s>a", False)]),
        ("a<s>", [(1, 4)], [("a<s>", False)]),
        ("x<s>y<e>z", [(5, 8)], [("x<s>", True), ("y<e>z", False)]),
        ("<s><s><e><e>", [(3, 6), (6, 9)], [("<s>", True), ("<s><e>", False), ("<e>", True)]),
        ("<s>q<s>a<s><s>b<e>c<e>", [(7, 8), (14, 15)], None),
    ],
)
def test_cuts(text: str, literal: list[tuple[int, int]], expected: list[tuple[str, bool]] | None) -> None:
    pieces = list(cut(text, literal, CONTROL))
    if expected is None:
        expected = [("<s>q<s>", True), ("a", False), ("<s><s>", True), ("b", False), ("<e>c<e>", True)]
    assert pieces == [Piece(text, parse_special) for text, parse_special in expected]


parts = st.lists(st.tuples(st.sampled_from(["<s>", "<e>", "a", " ", "<", "s>", "é"]), st.booleans()), max_size=12)


@given(parts)
def test_exactly_the_literal_spans_are_text(written: list[tuple[str, bool]]) -> None:
    text = "".join(part for part, _ in written)
    ends = [sum(len(part) for part, _ in written[: index + 1]) for index in range(len(written))]
    literal = [(end - len(part), end) for (part, is_text), end in zip(written, ends, strict=True) if is_text]
    pieces = list(cut(text, literal, CONTROL))
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
    counted = _spans(pieces)
    gaps = zip((0, *(end for _, end in literal)), (*(start for start, _ in literal), len(text)), strict=True)
    assert counted == [found.span() for gap in gaps for found in control_pattern(CONTROL).finditer(text, *gap)]


def _spans(pieces: list[Piece]) -> list[tuple[int, int]]:
    """Return where the control tokens that count are."""
    spans: list[tuple[int, int]] = []
    done = 0
    for piece in pieces:
        if piece.parse_special:
            found = control_pattern(CONTROL).finditer(piece.text)
            spans += [(done + match.start(), done + match.end()) for match in found]
        done += len(piece.text)
    return spans


@pytest.mark.parametrize(("add_special", "frame"), [(True, 1), (False, 0)])
def test_a_prompt_in_pieces_is_framed_once(add_special: bool, frame: int) -> None:
    tokens = tokenize("<s>a<s>b<e>", [(4, 7)], CountingVocabulary(), add_special=add_special, parse_special=True)
    assert (tokens.count(50), tokens.count(51)) == (1, 1)
    assert (tokens.count(60), tokens.count(61)) == (frame, frame)
    assert len(tokens) == 7 + 2 * frame


def test_where_nothing_special_is_parsed_all_is_text() -> None:
    tokens = tokenize("<s>a<s>", [(4, 7)], CountingVocabulary(), add_special=False, parse_special=False)
    assert len(tokens) == 7
