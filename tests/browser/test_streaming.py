"""An answer goes on whatever becomes of the pages that show it, and each shows what there is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.long import STORY, answer_on, begin, expect_growth, expect_words, go_on, serving, text_of
from tests.browser.watch import Watch
from tests.integration.server.live import LiveServer
from tests.integration.server.sessions.talk import Fields, Talk


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with the starter model and one that writes for long."""
    with serving(tmp_path_factory.mktemp("streaming"))() as server:
        yield server


@pytest.fixture
def talk(server: LiveServer) -> Iterator[Talk]:
    """A client that sees what the server has stored."""
    with Talk(server.url) as talk:
        yield talk


def stored(talk: Talk, chat: Chat) -> Fields:
    """The last message of the conversation that is shown."""
    return talk.path(chat.session)[-1]


def test_a_stopped_answer_says_so_keeps_its_text_and_goes_on_in_place(
    chat: Chat, server: LiveServer, talk: Talk
) -> None:
    answer = begin(chat, server)
    chat.stop_button.click()
    expect(answer.get_by_text("Stopped.")).to_be_visible()
    expect(chat.send_button).to_be_visible()
    kept = stored(talk, chat)
    assert kept["status"] == "stopped"
    shown = text_of(answer)
    chat.page.reload()
    expect(answer.get_by_text("Stopped.")).to_be_visible()
    assert text_of(answer) == shown
    go_on(answer)
    expect(answer.get_by_text("Stopped.")).to_have_count(0)
    expect(answer).to_have_attribute("aria-busy", "true")
    expect_growth(answer)
    chat.stop_button.click()
    chat.wait_for_answer()
    more = stored(talk, chat)
    assert more["id"] == kept["id"]
    assert more["content"].startswith(kept["content"])
    assert len(more["content"]) > len(kept["content"])


def test_escape_stops_the_answer(chat: Chat, server: LiveServer) -> None:
    answer = begin(chat, server)
    chat.field.press("Escape")
    expect(answer.get_by_text("Stopped.")).to_be_visible()
    expect(chat.field).to_be_focused()


def test_a_reload_finds_the_answer_going_on(chat: Chat, server: LiveServer, talk: Talk) -> None:
    answer = begin(chat, server)
    seen = talk.kept(stored(talk, chat)["id"])["content"]
    chat.page.reload()
    expect(answer).to_have_attribute("aria-busy", "true")
    expect_growth(answer)
    chat.stop_button.click()
    chat.wait_for_answer()
    assert stored(talk, chat)["content"].startswith(seen)
    assert_shown_as_stored(chat)


def test_a_story_is_complete_after_a_reload_in_the_middle_of_it(chat: Chat, talk: Talk) -> None:
    chat.send(STORY)
    expect(chat.messages).to_have_count(2)
    expect_words(chat.messages.last)
    chat.page.reload()
    expect(chat.messages).to_have_count(2)
    answer = chat.wait_for_answer()
    whole = stored(talk, chat)
    assert whole["status"] == "complete"
    assert " ".join(whole["content"].split()) in " ".join(text_of(answer).split())


def test_a_second_page_sees_the_same_as_it_comes_and_can_stop_it(chat: Chat, server: LiveServer) -> None:
    answer = begin(chat, server)
    other = Chat(chat.page.context.new_page())
    other.open(chat.session)
    same = answer_on(other)
    expect(same).to_have_attribute("aria-busy", "true")
    expect_growth(same)
    expect_growth(answer)
    other.stop_button.click()
    for one in (same, answer):
        expect(one.get_by_text("Stopped.")).to_be_visible()
    assert text_of(same) == text_of(answer)


def test_what_is_asked_on_one_page_is_answered_on_both(chat: Chat) -> None:
    chat.ask("What is 12 + 30?")
    other = Chat(chat.page.context.new_page())
    other.open(chat.session)
    expect(other.messages).to_have_count(2)
    other.ask("And 20 + 20?")
    expect(chat.messages).to_have_count(4)
    assert text_of(chat.wait_for_answer()) == text_of(other.messages.last)


def test_a_connection_that_drops_comes_back_by_itself(chat: Chat, server: LiveServer, watch: Watch, talk: Talk) -> None:
    watch.allow("net::ERR_")
    answer = begin(chat, server)
    before = stored(talk, chat)
    chat.page.context.set_offline(True)
    expect(chat.page.get_by_text("The server does not answer.")).to_be_visible(timeout=ANSWER_MS)
    chat.page.context.set_offline(False)
    expect(chat.page.get_by_text("The server does not answer.")).to_be_hidden(timeout=ANSWER_MS)
    # On a fast machine it has ended meanwhile.
    talk.post(f"/messages/{before['id']}/stop")
    expect(answer).to_have_attribute("aria-busy", "false")
    content = stored(talk, chat)["content"]
    assert content.startswith(before["content"])
    assert len(content) > len(before["content"])
    assert_shown_as_stored(chat)


def assert_shown_as_stored(chat: Chat) -> None:
    """What came bit by bit looks like what a page shows that reads it whole."""
    fresh = Chat(chat.page.context.new_page())
    fresh.open(chat.session)
    # A formula is its source until what draws it is there.
    expect(answer_on(fresh)).to_have_text(text_of(answer_on(chat)), use_inner_text=True)
