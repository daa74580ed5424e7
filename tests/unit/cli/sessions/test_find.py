from __future__ import annotations

import pytest

from minerva.cli.failure import CommandFailed
from minerva.cli.sessions.find import choose
from tests.unit.cli.sessions.made import session

PLAN = session(0xABC << 84, "Plan")
PLAN_B = session(0xABD << 84, "Plan B")
TRIP = session(0xF << 92, "The trip\x1b[2J")
SESSIONS = [PLAN, PLAN_B, TRIP]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("plan", PLAN),
        ("Plan  b", PLAN_B),
        ("the", TRIP),
        ("f", TRIP),
        ("ses_abc", PLAN),
        ("ABD", PLAN_B),
        (PLAN.id, PLAN),
    ],
)
def test_a_session_is_found_by_what_begins_its_id_or_title(text: str, found: object) -> None:
    assert choose(text, SESSIONS) is found


def test_several_are_listed_and_none_of_them_is_taken() -> None:
    with pytest.raises(CommandFailed, match="2 sessions fit 'ab'") as failed:
        choose("ab", SESSIONS)
    assert failed.value.message.splitlines()[1:] == ["  ses_abc00000  Plan", "  ses_abd00000  Plan B"]
    many = [session(number, "x\x1b") for number in range(12)]
    with pytest.raises(CommandFailed, match="and 2 more") as failed:
        choose("x", many)
    assert "\x1b" not in failed.value.message


@pytest.mark.parametrize("text", ["nobody", "", "  "])
def test_what_fits_none_is_said(text: str) -> None:
    with pytest.raises(CommandFailed, match="minerva sessions"):
        choose(text, SESSIONS)
