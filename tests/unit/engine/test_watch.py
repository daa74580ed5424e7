"""Texts are found wherever the borders of tokens fall."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.watch import Watch


def feed(watch: Watch, pieces: list[bytes]) -> tuple[int, bytes] | None:
    for number, piece in enumerate(pieces):
        rest = watch.feed(piece)
        if rest is not None:
            return number, rest
    return None


@given(
    text=st.text("ab<>", max_size=12),
    wanted=st.lists(st.text("ab<>", min_size=1, max_size=4), max_size=3),
    data=st.data(),
)
def test_any_division_finds_the_text_that_is_complete_first(text: str, wanted: list[str], data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b].encode() for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    found = feed(Watch(tuple(wanted)), pieces)
    ends = [text.find(one) + len(one) for one in wanted if one in text]
    if not ends:
        assert found is None
        return
    assert found is not None
    number, rest = found
    assert sum(len(piece) for piece in pieces[: number + 1]) - len(rest) == min(ends)


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_text_of_wide_characters_is_found_across_half_a_character(cut: int) -> None:
    raw = "é🙂".encode()
    assert feed(Watch(("é🙂",)), [b"x" + raw[:cut], raw[cut:] + b"!"]) == (1, b"!")


def test_another_piece_may_stand_in_for_the_one_that_completed_the_text() -> None:
    watch = Watch(("</t>",))
    assert feed(watch, [b"a</", b"t"]) is None
    assert watch.feed(b">x") == b"x"
    assert watch.feed(b">") == b""


def test_without_texts_nothing_is_found() -> None:
    assert feed(Watch(()), [b"", b"abc"]) is None
