"""Versions of messages: each stays, and one goes back and forth between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.chat import Chat
from tests.browser.long import STORY, go_on, open_new
from tests.browser.watch import Watch
from tests.integration.server.live import LiveServer
from tests.integration.server.sessions.talk import Talk

FIRST, SECOND, OTHER = "What is 12 + 30?", "And what is 20 + 20?", "My name is Ada."


@pytest.fixture
def talk(server: LiveServer) -> Iterator[Talk]:
    """A client that sees what the server has stored."""
    with Talk(server.url) as talk:
        yield talk


@pytest.fixture
def two(chat: Chat) -> Chat:
    """The chat with two questions and their answers."""
    chat.ask(FIRST)
    chat.ask(SECOND)
    return chat


def edit(message: Locator, text: str, button: str = "Send") -> None:
    """Say `text` in place of a question."""
    message.get_by_role("button", name="Edit", exact=True).click()
    message.get_by_role("textbox", name="Edit the message").fill(text)
    message.get_by_role("button", name=button, exact=True).click()


def choose_in_menu(chat: Chat, message: Locator, item: str) -> None:
    """Do what is in a message's menu."""
    message.get_by_role("button", name="More actions").click()
    chat.page.get_by_role("menuitem", name=item).click()


def expect_version(message: Locator, at: int, of: int) -> None:
    expect(message.get_by_text(f"Version {at} of {of}")).to_have_count(1)


def go(message: Locator, where: str) -> None:
    message.get_by_role("button", name=f"{where} version").click()


def test_an_edit_leaves_what_came_after_the_old_words_there(two: Chat) -> None:
    question = two.message(1)
    edit(question, OTHER)
    expect(two.messages).to_have_count(2)
    two.wait_for_answer()
    expect(question).to_contain_text(OTHER)
    expect_version(question, 2, 2)
    expect(question.get_by_role("button", name="Next version")).to_be_disabled()
    go(question, "Previous")
    expect(two.messages).to_have_count(4)
    expect(question).to_contain_text(FIRST)
    expect(two.message(3)).to_contain_text(SECOND)
    expect_version(question, 1, 2)
    # It can be gone on from where one is.
    expect(question.get_by_role("button", name="Next version")).to_be_focused()
    two.page.reload()
    expect(two.messages).to_have_count(4)
    expect_version(question, 1, 2)
    go(question, "Next")
    expect(two.messages).to_have_count(2)
    expect(question).to_contain_text(OTHER)
    two.page.reload()
    expect(two.messages).to_have_count(2)
    expect_version(question, 2, 2)


def test_a_later_question_is_edited_and_the_talk_goes_on_there(two: Chat, talk: Talk) -> None:
    edit(two.message(3), OTHER)
    expect_version(two.message(3), 2, 2)
    two.wait_for_answer()
    two.ask("Thank you.")
    expect(two.messages).to_have_count(6)
    said = [message["content"] for message in talk.path(two.session) if message["role"] == "user"]
    assert said == [FIRST, OTHER, "Thank you."]
    go(two.message(3), "Previous")
    expect(two.messages).to_have_count(4)
    expect(two.message(3)).to_contain_text(SECOND)


def test_escape_leaves_the_words_as_they_were(chat: Chat, talk: Talk) -> None:
    chat.ask(FIRST)
    question = chat.message(1)
    question.get_by_role("button", name="Edit", exact=True).click()
    editor = question.get_by_role("textbox", name="Edit the message")
    expect(editor).to_be_focused()
    editor.fill(OTHER)
    editor.press("Escape")
    expect(editor).to_have_count(0)
    expect(question).to_contain_text(FIRST)
    assert len(talk.path(chat.session)) == 2


def test_another_answer_stands_beside_the_first(two: Chat, talk: Talk) -> None:
    answer = two.message(4)
    before = talk.path(two.session)[-1]
    for versions in (2, 3):
        answer.get_by_role("button", name="Answer again", exact=True).click()
        expect_version(answer, versions, versions)
        two.wait_for_answer()
    go(answer, "Previous")
    expect_version(answer, 2, 3)
    go(answer, "Previous")
    expect_version(answer, 1, 3)
    two.page.reload()
    expect_version(answer, 1, 3)
    path = talk.path(two.session)
    assert len(path) == 4
    assert path[-1]["id"] == before["id"]
    assert path[-1]["content"] == before["content"]


def test_another_page_goes_along(two: Chat, watch: Watch) -> None:
    # The other page may count the tokens of a path of which it does not know yet that it was deleted.
    watch.allow(r"404 \(Not Found\) .*/count")
    other = Chat(two.page.context.new_page())
    other.open(two.session)
    expect(other.messages).to_have_count(4)
    edit(two.message(1), OTHER)
    expect_version(other.message(1), 2, 2)
    other.wait_for_answer()
    two.wait_for_answer()
    go(two.message(1), "Previous")
    expect(other.messages).to_have_count(4)
    expect_version(other.message(1), 1, 2)
    choose_in_menu(two, two.message(3), "Delete")
    expect(other.messages).to_have_count(2)


def test_what_is_deleted_is_back_after_undo(two: Chat, talk: Talk) -> None:
    before = [message["id"] for message in talk.path(two.session)]
    choose_in_menu(two, two.message(3), "Delete")
    expect(two.messages).to_have_count(2)
    expect(two.page.get_by_text("Deleted the message and what came after it.")).to_be_visible()
    two.page.get_by_role("region", name="Notices").get_by_role("button", name="Undo").click()
    expect(two.messages).to_have_count(4)
    assert [message["id"] for message in talk.path(two.session)] == before
    two.page.reload()
    expect(two.messages).to_have_count(4)


def test_what_is_deleted_stays_so_and_another_version_takes_its_place(two: Chat) -> None:
    question = two.message(3)
    edit(question, OTHER)
    expect_version(question, 2, 2)
    two.wait_for_answer()
    choose_in_menu(two, question, "Delete")
    expect(question).to_contain_text(SECOND)
    expect(two.messages).to_have_count(4)
    expect(question.get_by_role("button", name="Previous version")).to_have_count(0)
    choose_in_menu(two, question, "Delete")
    expect(two.messages).to_have_count(2)
    two.page.reload()
    expect(two.messages).to_have_count(2)
    expect(two.message(1)).to_contain_text(FIRST)


def test_an_answer_is_edited_as_another_version_and_nothing_is_asked(chat: Chat, talk: Talk) -> None:
    answer = chat.ask(FIRST)
    choose_in_menu(chat, answer, "Edit")
    answer.get_by_role("textbox", name="Edit the message").fill("It is *forty-two*.")
    answer.get_by_role("button", name="Save", exact=True).click()
    expect(answer.get_by_text("It is forty-two.")).to_be_visible()
    expect_version(answer, 2, 2)
    chat.ask("Thank you.")
    assert [message["content"] for message in talk.path(chat.session)][1] == "It is *forty-two*."


def test_an_answer_that_was_cut_goes_on_in_place(chat: Chat, talk: Talk) -> None:
    open_new(chat, talk.session({"max_tokens": 8}))
    answer = chat.ask(STORY)
    expect(answer.get_by_text("Ended at the limit of the answer’s length.")).to_be_visible()  # noqa: RUF001
    cut = talk.path(chat.session)[-1]
    with chat.page.expect_response(re.compile("/continue")):
        go_on(answer)
    more = talk.wait(cut["id"])
    expect(answer).to_contain_text(" ".join(more["content"].split()))
    assert more["id"] == cut["id"]
    assert more["content"].startswith(cut["content"])
    assert len(more["content"]) > len(cut["content"])
