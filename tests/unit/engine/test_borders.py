"""Copies are made where conversations part."""

from __future__ import annotations

from minerva.engine.borders import borders

START, END = 1, 2


def message(role: int, length: int) -> list[int]:
    return [START, role, *range(100, 100 + length), END, 9]


def test_before_the_answer_and_before_the_question() -> None:
    prompt = [*message(3, 20), *message(4, 30), START, 5, 9]
    answer, question = len(prompt) - 3, len(message(3, 20))
    assert borders(prompt, {START, END}) == (question, answer)


def test_a_short_question_shares_its_border_with_what_is_before_it() -> None:
    prompt = [*message(3, 10), *message(4, 20), *message(3, 2), START, 5, 9]
    assert borders(prompt, {START, END}) == (len(message(3, 10)), len(prompt) - 3)


def test_a_text_without_messages_has_none_and_neither_has_its_first_token() -> None:
    assert borders([5, 6, 7], {START, END}) == ()
    assert borders([START, 6, 7], {START, END}) == ()
    assert borders([], {START}) == ()
