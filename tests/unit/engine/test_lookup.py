"""What a sequence has said before is proposed where it says it again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from minerva.engine.lookup import LookupDrafter

few = st.integers(1, 3)


def following(prompt: list[int], answer: list[int]) -> LookupDrafter:
    drafter = LookupDrafter(prompt)
    for token in answer:
        drafter.take(token)
    return drafter


def continued(text: list[int], place: int, count: int) -> tuple[int, ...]:
    """Return what stands at `place`, and behind the end the same again."""
    period = len(text) - place
    return tuple(text[place + number % period] for number in range(count))


def test_what_followed_the_same_three_tokens_is_proposed() -> None:
    prompt = [1, 2, 3, 4, 5, 6, 7, 9]
    assert following(prompt, [1, 2]).propose(8) == ()
    drafter = following(prompt, [1, 2, 3])
    assert drafter.propose(3) == (4, 5, 6)
    drafter.take(4)
    assert drafter.propose(2) == (5, 6)
    drafter.take(99)
    assert drafter.propose(2) == ()


def test_three_tokens_may_stand_across_the_end_of_the_prompt() -> None:
    assert following([1, 2, 3, 4, 8, 1, 2], [3]).propose(2) == (4, 8)


def test_the_last_place_counts_and_an_answer_repeats_itself_too() -> None:
    assert following([1, 2, 3, 4, 1, 2, 3, 5], [1, 2, 3]).propose(1) == (5,)
    assert following([9], [1, 2, 3, 4, 5, 1, 2, 3]).propose(2) == (4, 5)


def test_what_reaches_the_end_of_the_text_goes_on_as_it_did() -> None:
    assert following([8, 7, 7, 7], [7]).propose(4) == (7, 7, 7, 7)
    assert following([1, 2, 3, 1, 2], [3]).propose(7) == (1, 2, 3, 1, 2, 3, 1)


def test_text_that_repeats_is_trusted_after_a_while_and_text_that_does_not_is_not() -> None:
    text = list(range(10, 60))
    right = following(text, text[:40])
    assert right.acceptance > 0.9
    wrong = LookupDrafter([1, 2, 3, 4] * 3)
    for number in range(20):
        for token in (1, 2, 3, 100 + number):
            wrong.take(token)
    assert wrong.acceptance < 0.1


@given(prompt=st.lists(few, max_size=20), answer=st.lists(few, max_size=40))
def test_what_is_proposed_followed_the_longest_known_context(prompt: list[int], answer: list[int]) -> None:
    drafter, text = LookupDrafter(prompt), list(prompt)
    place: int | None = None
    for token in answer:
        is_right = place is not None and text[place] == token
        drafter.take(token)
        text.append(token)
        places = [end for end in range(3, len(text)) if text[end - 3 : end] == text[-3:]]
        # One that was right is followed on, wherever else the same tokens came since.
        place = place + 1 if place is not None and is_right else places[-1] if places else None
        assert drafter.knows_next == (place is not None)
        assert drafter.propose(4) == (() if place is None else continued(text, place, 4))


def test_what_is_copied_is_trusted_after_a_few_tokens() -> None:
    text = list(range(10, 60))
    assert following(text, text[:3]).acceptance < 0.3
    assert following(text, text[:6]).acceptance > 0.6
    assert following(text, text[:13]).acceptance > 0.8
