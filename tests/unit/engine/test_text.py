"""Text out of token bytes: the same whatever the token borders."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.text import TextStream

pieces = st.lists(st.binary(max_size=6), max_size=20)
small_text = st.text(alphabet="abcé€😀", max_size=30)
stop_lists = st.lists(st.text(alphabet="abcé€", min_size=1, max_size=4), max_size=3)


def stream(chunks: list[bytes], stops: tuple[str, ...]) -> tuple[str, str | None]:
    """Return all that is delivered, and the stop string that ended it."""
    text, out = TextStream(stops), ""
    for chunk in chunks:
        shown = text.feed(chunk)
        out += shown.text
        assert shown.end == len(out)
        if shown.stop is not None:
            return out, shown.stop
    shown = text.finish()
    return out + shown.text, shown.stop


@given(chunks=pieces)
def test_invalid_bytes_become_the_replacement_character_and_nothing_is_lost(chunks: list[bytes]) -> None:
    assert stream(chunks, ()) == (b"".join(chunks).decode("utf-8", errors="replace"), None)


@given(text=small_text, stops=stop_lists, cuts=st.lists(st.integers(0, 120), max_size=12))
def test_a_stop_string_ends_the_text_at_its_first_place_across_any_chunking(
    text: str, stops: list[str], cuts: list[int]
) -> None:
    raw = text.encode()
    borders = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    chunks = [raw[a:b] for a, b in pairwise(borders)]
    delivered, stop = stream(chunks, tuple(stops))
    places = [text.find(candidate) for candidate in stops if candidate in text]
    if not places:
        assert (delivered, stop) == (text, None)
        return
    # Fed in pieces, the first stop string to be complete ends the text, and it may begin after another's beginning.
    assert stop is not None
    assert text.startswith(delivered + stop)
    assert not any(candidate in delivered for candidate in stops)


def test_half_a_character_is_held_back() -> None:
    text = TextStream()
    euro = "€".encode()
    assert [text.feed(euro[:1]).text, text.feed(euro[1:2]).text, text.feed(euro[2:]).text] == ["", "", "€"]


def test_what_could_begin_a_stop_string_is_held_back_until_it_cannot() -> None:
    text = TextStream(("STOP",))
    assert text.feed(b"go ST").text == "go "
    assert text.feed(b"ART").text == "START"
    assert text.feed(b" ST").text == " "
    assert text.finish().text == "ST"
