"""Everything with the keyboard alone: no test here clicks, and the focus is where one goes on from."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.chat import Chat
from tests.browser.keyboard import Keyboard
from tests.browser.long import begin, serving
from tests.integration.server.live import LiveServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with a model beside the starter whose answers take long enough to be stopped."""
    with serving(tmp_path_factory.mktemp("browser"))() as server:
        yield server


@pytest.fixture
def keys(chat: Chat) -> Keyboard:
    """The keyboard of the page with the chat."""
    expect(chat.field).to_be_focused()
    return Keyboard(chat.page)


def test_a_first_chat(chat: Chat, keys: Keyboard) -> None:
    keys.expect_at(chat.field)
    keys.type("My name")
    keys.press("Shift+Enter")
    keys.type("is Ada.")
    keys.press("Enter")
    expect(chat.messages).to_have_count(2)
    keys.expect_at(chat.field)
    expect(chat.field).to_have_value("")
    chat.wait_for_answer()
    keys.expect_at(chat.field)
    expect(chat.message(1)).to_contain_text("My name\nis Ada.")
    keys.type("Thank you.")
    keys.press("Enter")
    expect(chat.messages).to_have_count(4)
    chat.wait_for_answer()


def test_an_answer_is_stopped_and_gone_on_with(chat: Chat, server: LiveServer, keys: Keyboard) -> None:
    answer = begin(chat, server)
    for _ in range(2):
        keys.press("Escape")
        expect(answer.get_by_text("Stopped.")).to_be_visible()
        keys.expect_at(chat.field)
        keys.go_to(answer.get_by_role("button", name="Continue", exact=True), "Shift+Tab")
        keys.press("Enter")
        expect(answer).to_have_attribute("aria-busy", "true")
        keys.expect_at(chat.field)
    keys.press("Escape")
    expect(answer.get_by_text("Stopped.")).to_be_visible()


def test_a_question_is_edited(chat: Chat, keys: Keyboard) -> None:
    chat.ask("What is 12 + 30?")
    edit = chat.message(1).get_by_role("button", name="Edit", exact=True)
    keys.go_to(edit, "Shift+Tab")
    keys.press("Enter")
    editor = chat.message(1).get_by_role("textbox", name="Edit the message")
    keys.expect_at(editor)
    keys.press("Escape")
    expect(editor).to_have_count(0)
    keys.expect_at(chat.field)
    keys.go_to(edit, "Shift+Tab")
    keys.press("Enter", "Control+a")
    keys.type("What is 20 + 20?")
    keys.press("Enter")
    expect(chat.message(1)).to_contain_text("What is 20 + 20?")
    keys.expect_at(chat.field)
    chat.wait_for_answer()
    previous = chat.message(1).get_by_role("button", name="Previous version")
    keys.go_to(previous, "Shift+Tab")
    keys.press("Enter")
    expect(chat.message(1)).to_contain_text("What is 12 + 30?")
    keys.expect_at(chat.message(1).get_by_role("button", name="Next version"))


def test_an_answer_is_asked_for_again(chat: Chat, keys: Keyboard) -> None:
    answer = chat.ask("What is 12 + 30?")
    keys.go_to(answer.get_by_role("button", name="Answer again", exact=True), "Shift+Tab")
    keys.press("Enter")
    expect(answer.get_by_text("Version 2 of 2")).to_have_count(1)
    keys.expect_at(chat.field)
    chat.wait_for_answer()
    keys.expect_at(chat.field)


def test_a_menu_of_a_message(chat: Chat, keys: Keyboard) -> None:
    answer = chat.ask("What is 12 + 30?")
    more = answer.get_by_role("button", name="More actions")
    keys.go_to(more, "Shift+Tab")
    keys.press("Enter")
    keys.expect_at(chat.page.get_by_role("menuitem", name="Quote"))
    keys.press("Escape")
    keys.expect_at(more)
    keys.press("Enter")
    keys.expect_at(chat.page.get_by_role("menuitem", name="Quote"))
    keys.press("Enter")
    expect(chat.field).to_have_value(re.compile("^> "))
    keys.expect_at(chat.field)


def test_a_deleted_message_leaves_the_focus_in_the_chat(chat: Chat, api: Api, keys: Keyboard) -> None:
    session = api.session("Deleting")
    api.talk(session, "One?", "One.", "Two?", "Two.")
    chat.open(session)
    expect(chat.messages).to_have_count(4)
    keys.go_to(chat.message(3).get_by_role("button", name="More actions"), "Shift+Tab")
    keys.press("Enter")
    keys.expect_at(chat.page.get_by_role("menuitem", name="Quote"))
    keys.press("End", "Enter")
    expect(chat.messages).to_have_count(2)
    keys.expect_at(chat.field)
    keys.go_to(chat.page.get_by_role("button", name="Undo"))
    keys.press("Enter")
    expect(chat.messages).to_have_count(4)


def test_search(chat: Chat, api: Api, keys: Keyboard) -> None:
    garden = api.session("The garden")
    api.talk(garden, "Where is the heliotrope?", "Behind the door.")
    page = chat.page
    search = page.get_by_role("textbox", name="Search conversations")
    keys.press("Control+Shift+f")
    keys.expect_at(search)
    keys.type("heliotrope")
    expect(page.get_by_text("1 conversation found")).to_be_visible()
    keys.go_to(page.get_by_role("link", name=re.compile("The garden")))
    keys.press("Enter")
    expect(page).to_have_url(re.compile(garden))
    expect(chat.message(1)).to_contain_text("heliotrope")
    keys.press("Control+Shift+f")
    keys.expect_at(search)
    keys.press("Escape")
    expect(search).to_have_value("")


def test_the_list(chat: Chat, api: Api, keys: Keyboard) -> None:
    spring, winter = api.session("The spring"), api.session("The winter")
    api.talk(spring, "Is it warm?", "It is.")
    api.talk(winter, "Is it cold?", "It is.")
    chat.page.reload()
    page = chat.page
    row = page.get_by_role("link", name="The winter", exact=True)
    keys.expect_at(chat.field)
    keys.go_to(row, "Shift+Tab")
    keys.press("ArrowDown")
    keys.expect_at(page.get_by_role("link", name="The spring", exact=True))
    keys.press("ArrowUp", "F2")
    keys.expect_at(page.get_by_role("textbox", name="Title of the conversation"))
    keys.type("The summer")
    keys.press("Enter")
    keys.expect_at(page.get_by_role("link", name="The summer", exact=True))
    keys.press("Enter")
    expect(page).to_have_url(re.compile(winter))
    expect(chat.message(1)).to_contain_text("cold")
    keys.press("Alt+ArrowDown")
    expect(page).to_have_url(re.compile(spring))
    keys.press("Control+i")
    keys.expect_at(chat.field)
    keys.press("Control+Shift+o")
    expect(chat.messages).to_have_count(0)
    keys.expect_at(chat.field)


def test_the_palette(chat: Chat, api: Api, keys: Keyboard) -> None:
    session = api.session("The gazebo")
    api.talk(session, "Where?", "There.")
    page = chat.page
    palette = page.get_by_role("combobox", name="Commands")
    keys.press("Control+k")
    keys.expect_at(palette)
    keys.press("Escape")
    keys.expect_at(chat.field)
    keys.press("Control+k")
    keys.expect_at(palette)
    keys.type("gazebo")
    expect(page.get_by_role("option", name="The gazebo", selected=True)).to_be_visible()
    keys.press("Enter")
    expect(page).to_have_url(re.compile(session))
    keys.press("Control+k")
    keys.expect_at(palette)
    keys.type("models")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="On disk")).to_be_visible()
    keys.press("Control+k")
    keys.expect_at(palette)
    keys.type("chat")
    keys.press("Enter")
    expect(chat.messages).to_have_count(2)


def test_the_list_of_shortcuts_and_the_way_around_the_page(chat: Chat, keys: Keyboard) -> None:
    page = chat.page
    help_button = page.get_by_role("button", name="Keyboard shortcuts")
    keys.go_to(help_button, "Shift+Tab")
    keys.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Stop the answer")
    close = dialog.get_by_role("button", name="Close")
    keys.press("Tab", "Tab", "Tab")
    keys.expect_at(close)
    keys.press("Enter")
    expect(dialog).to_have_count(0)
    keys.expect_at(help_button)
    page.reload()
    keys.expect_at(chat.field)
    skip = page.get_by_role("button", name="Skip to content")
    keys.go_to(skip, "Shift+Tab")
    keys.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    # A question mark in a text is a question mark.
    keys.press("Control+i")
    keys.type("Why?")
    expect(chat.field).to_have_value("Why?")
    expect(dialog).to_have_count(0)


def test_a_model_is_chosen_and_settings_are_changed(chat: Chat, keys: Keyboard) -> None:
    page = chat.page
    chooser = page.get_by_role("button", name=re.compile("^Model: "))
    keys.go_to(chooser)
    keys.press("Enter")
    search = page.get_by_role("combobox", name="Search models")
    keys.expect_at(search)
    keys.type("starter")
    expect(page.get_by_role("option", name="starter")).to_be_visible()
    keys.press("Enter")
    expect(search).to_have_count(0)
    keys.expect_at(chooser)
    settings = page.get_by_role("button", name="Settings of this conversation")
    keys.go_to(settings, "Shift+Tab")
    keys.press("Enter")
    dialog = page.get_by_role("dialog", name="Settings of this conversation")
    keys.go_to(dialog.get_by_role("spinbutton", name="Longest answer, tokens"))
    keys.type("7")
    keys.press("Enter")
    expect(dialog).to_have_count(0)
    keys.expect_at(settings)
