"""Where in a text a sequence is, and what comes next there."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.drafter import Drafter, find_next

few = st.integers(1, 3)
"""Few tokens, so that they stand in many places."""


def following(text: list[int], tokens: list[int]) -> Drafter:
    drafter = Drafter(text)
    for token in tokens:
        drafter.take(token)
    return drafter


def test_the_beginning_is_proposed_first_and_then_what_follows() -> None:
    assert Drafter([4, 5, 6, 7]).propose(3) == (4, 5, 6)
    assert following([4, 5, 6, 7], [4]).propose(8) == (5, 6, 7)
    assert following([4, 5, 6, 7], [4, 5, 6, 7]).propose(8) == ()


def test_a_text_that_departs_is_found_again_behind_two_of_its_tokens() -> None:
    text = [10, 11, 12, 13, 14, 15, 16, 17]
    assert following(text, [10, 11, 99]).propose(8) == ()
    assert following(text, [10, 11, 99, 13]).propose(8) == ()
    assert following(text, [10, 11, 99, 13, 14]).propose(2) == (15, 16)
    # What was left out, and what was put in.
    assert following(text, [10, 11, 15, 16]).propose(2) == (17,)
    assert following(text, [10, 11, 98, 99, 12, 13]).propose(2) == (14, 15)


def test_of_several_places_the_one_with_the_most_in_common_is_meant_and_then_the_next_ahead() -> None:
    text = np.array([1, 2, 3, 8, 1, 2, 4, 9, 2, 3, 5, 2, 3, 6])
    assert find_next(text, [1, 2], 0) == 2
    assert find_next(text, [1, 2], 3) == 6
    assert find_next(text, [1, 2], 7) == 2
    assert find_next(text, [9, 2, 3], 0) == 10
    assert find_next(text, [7, 2, 3], 11) == 13
    assert find_next(text, [3], 0) is None
    assert find_next(text, [7, 3], 0) is None


@given(text=st.lists(few, max_size=30), tail=st.lists(few, min_size=1, max_size=8), near=st.integers(0, 30))
def test_what_is_found_has_the_most_in_common_of_all(text: list[int], tail: list[int], near: int) -> None:
    def common(place: int) -> int:
        pairs = zip(reversed(text[:place]), reversed(tail), strict=False)
        return next((count for count, (one, other) in enumerate(pairs) if one != other), min(place, len(tail)))

    best = max((common(place) for place in range(len(text) + 1)), default=0)
    places = [place for place in range(len(text) + 1) if common(place) == best]
    found = find_next(np.array(text, dtype=np.int32), tail, near)
    assert found == (next((place for place in places if place >= near), places[0]) if best >= 2 else None)


def test_trust_follows_what_came_whether_it_was_computed_ahead_or_not() -> None:
    text = list(range(100))
    first = Drafter(text).acceptance
    assert following(text, text[:50]).acceptance > 0.99
    assert following(text, [200]).acceptance < first
    # What the text says nothing about is neither right nor wrong.
    assert following(text, [200] * 50).acceptance == following(text, [200]).acceptance
    misled = following([1, 2, 3, 1, 2, 4] * 9, [1, 2, 9] * 20)
    assert misled.acceptance < 0.1


@given(text=st.lists(few, max_size=40), tokens=st.lists(few, max_size=60), most=st.integers(0, 9))
def test_what_is_proposed_is_a_stretch_of_the_text(text: list[int], tokens: list[int], most: int) -> None:
    drafter = following(text, tokens)
    proposed = list(drafter.propose(most))
    assert len(proposed) <= most
    assert drafter.knows_next == bool(drafter.propose(1))
    assert any(text[place : place + len(proposed)] == proposed for place in range(len(text) + 1))
    assert 0.0 <= drafter.acceptance <= 1.0
