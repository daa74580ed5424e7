from __future__ import annotations

from minerva.cli.client import Client
from minerva.cli.sessions.api import Sessions
from minerva.cli.sessions.follow import Following
from tests.unit.cli.sessions.made import message

NOBODY = Sessions(Client("http://127.0.0.1:9"))


def test_of_a_message_what_is_new_is_shown() -> None:
    following = Following(NOBODY, message(""))
    assert following.see(message("one ")) == "one "
    assert following.see(message("one two")) == "two"
    assert following.see(message("one two", status="stopped")) == ""
    assert following.message.status == "stopped"


def test_what_was_shown_before_is_not_shown_again() -> None:
    assert Following(NOBODY, message("one"), "one").see(message("one two")) == " two"


def test_a_server_that_has_kept_less_than_it_told_shows_nothing_new() -> None:
    following = Following(NOBODY, message(""))
    following.see(message("one two"))
    assert following.see(message("one", status="interrupted")) == ""
    assert following.see(message("one three")) == " three"


def test_an_answer_that_is_over_is_not_asked_for() -> None:
    assert list(Following(NOBODY, message("all", status="complete")).pieces()) == []
