"""What a person does first: ask, read, come back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.long import STORY, begin, expect_growth, go_on, serving
from tests.integration.server.live import LiveServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with a model beside the starter whose answers take long enough to be stopped."""
    with serving(tmp_path_factory.mktemp("browser"))() as server:
        yield server


def test_a_question_is_answered_and_is_there_again_after_a_reload(chat: Chat, server: LiveServer) -> None:
    expect(chat.field).to_be_focused()
    answer = chat.ask(STORY)
    expect(chat.message(1)).to_contain_text(STORY)
    expect(answer).to_contain_text(re.compile(r"\w+ \w+ \w+"))
    expect(chat.page).to_have_url(re.compile(r"#/c/ses_[0-9a-f]{24}$"))
    expect(chat.page).to_have_title(re.compile("^Please tell me a story"))
    assert _contents(server, chat)[0] == STORY
    shown = answer.inner_text()
    chat.page.reload()
    expect(chat.messages).to_have_count(2)
    assert chat.wait_for_answer().inner_text() == shown


def test_the_conversation_goes_on_and_is_found_again(chat: Chat) -> None:
    chat.ask("My name is Ada.")
    chat.ask("Thank you.")
    expect(chat.messages).to_have_count(4)
    link = chat.page.get_by_role("link", name="My name is Ada.")
    expect(link).to_be_visible()
    chat.page.get_by_role("link", name="New conversation").click()
    expect(chat.messages).to_have_count(0)
    link.click()
    expect(chat.messages).to_have_count(4)


def test_a_stopped_answer_keeps_what_it_has_and_goes_on_in_place(chat: Chat, server: LiveServer) -> None:
    answer = begin(chat, server)
    chat.stop_button.click()
    expect(answer.get_by_text("Stopped.")).to_be_visible()
    kept = _contents(server, chat)[-1]
    go_on(answer)
    expect(answer.get_by_text("Stopped.")).to_have_count(0)
    expect_growth(answer)
    chat.stop_button.click()
    expect(answer.get_by_text("Stopped.")).to_be_visible()
    whole = _contents(server, chat)[-1]
    assert kept
    assert whole.startswith(kept)
    assert len(whole) > len(kept)


def test_another_answer_is_another_version_of_it(chat: Chat) -> None:
    answer = chat.ask("What is 12 + 30?")
    answer.get_by_role("button", name="Answer again", exact=True).click()
    expect(answer.get_by_text("Version 2 of 2")).to_have_count(1)
    chat.wait_for_answer()
    answer.get_by_role("button", name="Previous version").click()
    expect(answer.get_by_role("button", name="Previous version")).to_be_disabled()
    expect(chat.messages).to_have_count(2)


def test_an_edited_question_is_asked_beside_the_old_one(chat: Chat) -> None:
    chat.ask("What is 12 + 30?")
    question = chat.message(1)
    question.get_by_role("button", name="Edit", exact=True).click()
    editor = question.get_by_role("textbox", name="Edit the message")
    editor.fill("What is 20 + 20?")
    question.get_by_role("button", name="Send", exact=True).click()
    chat.wait_for_answer()
    expect(chat.message(1)).to_contain_text("What is 20 + 20?")
    chat.message(1).get_by_role("button", name="Previous version").click()
    expect(chat.message(1)).to_contain_text("What is 12 + 30?")
    expect(chat.messages).to_have_count(2)


def test_a_page_that_was_closed_finds_the_answer_that_went_on(chat: Chat) -> None:
    chat.send(STORY)
    expect(chat.page).to_have_url(re.compile("#/c/ses_"))
    expect(chat.messages).to_have_count(2)
    session = chat.session
    other = Chat(chat.page.context.new_page())
    chat.page.close()
    other.open(session)
    expect(other.messages).to_have_count(2)
    expect(other.wait_for_answer()).to_contain_text(re.compile(r"\w+ \w+ \w+"))


def _contents(server: LiveServer, chat: Chat) -> list[str]:
    """What the server has stored of the conversation that is shown."""
    stored = httpx.get(f"{server.url}/api/minerva/v1/sessions/{chat.session}", timeout=60, trust_env=False).json()
    return [message["content"] for message in stored["messages"]]
