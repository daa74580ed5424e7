"""A thought ends by itself, or when its budget is used up."""

from __future__ import annotations

import pytest

from minerva.engine.thinking import ThinkingBudget
from minerva.wire.messages import ThinkingLimit

END = [7, 8]


def due_after(pieces: list[bytes], budget_tokens: int, begin: str = "") -> list[list[int]]:
    """Return what is due before the first piece and after each."""
    budget = ThinkingBudget(ThinkingLimit(budget_tokens, "</t>", begin), END)
    due = [budget.due()]
    for piece in pieces:
        budget.spend(piece)
        due.append(budget.due())
    return due


@pytest.mark.parametrize("budget_tokens", [0, 1, 3])
def test_the_end_is_due_once_when_the_budget_is_used_up(budget_tokens: int) -> None:
    due = due_after([b"a"] * 6, budget_tokens)
    assert due == [END if spent == budget_tokens else [] for spent in range(7)]


def test_a_thought_that_ends_in_time_is_left_alone() -> None:
    assert due_after([b"a<", b"/t", b"> b", b"c", b"d"], 3) == [[]] * 6


def test_half_an_end_is_none() -> None:
    assert due_after([b"</", b"t"], 2) == [[], [], END]


def test_a_budget_counts_from_where_the_thought_begins() -> None:
    assert due_after([b"\n", b"<", b"t>", b"a", b"b", b"c"], 2, "<t>") == [[], [], [], [], [], END, []]
    assert due_after([b"no <", b"t>", b" here"], 0, "<t>") == [[]] * 4
