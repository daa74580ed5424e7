"""Conversations as a collection: found again, put in order, taken out and brought in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.api import Api
from tests.browser.chat import Chat
from tests.browser.payloads import EVIL
from tests.browser.watch import GONE, Watch

CHATGPT = Path(__file__).parents[1] / "unit" / "sessions" / "transfer" / "samples" / "chatgpt.json"
LONG = [text for number in range(40) for text in (f"Question {number}?", f"Answer {number}. " * 20)]


def test_a_search_finds_a_message_and_opens_it_there(chat: Chat, api: Api) -> None:
    said = [*LONG[:20], "Where is the heliotrope lantern?", "Behind the door.", *LONG[20:]]
    session = api.session("A long talk")
    api.talk(session, *said)
    page = chat.page
    chat.open()
    page.get_by_role("textbox", name="Search conversations").fill("heliotr")
    expect(page.get_by_text("1 conversation found")).to_be_visible()
    hit = page.get_by_role("link", name=re.compile("A long talk.*heliotrope", re.DOTALL))
    expect(hit.get_by_text("heliotrope", exact=True)).to_be_visible()
    hit.click()
    expect(page).to_have_url(re.compile(f"#/c/{session}"))
    expect(page.get_by_role("article", name=f"You, message 21 of {len(said)}")).to_be_in_viewport()
    page.get_by_role("button", name="Clear the search").click()
    expect(_row(page, "A long talk")).to_be_visible()
    page.get_by_role("textbox", name="Search conversations").fill("nowhere at all")
    expect(page.get_by_text("Nothing found.")).to_be_visible()


def test_a_branch_that_is_not_shown_is_found_too(chat: Chat, api: Api) -> None:
    session = api.session("Branches")
    api.talk(session, "Tell me of the zephyr.", "It is a wind.")
    api.talk(session, "Tell me of the sun.", "It is a star.")
    page = chat.page
    chat.open(session)
    expect(chat.message(1)).to_contain_text("sun")
    page.get_by_role("textbox", name="Search conversations").fill("zephyr")
    page.get_by_role("link", name=re.compile("zephyr")).click()
    expect(chat.message(1)).to_contain_text("zephyr")
    expect(chat.message(1).get_by_text("Version 1 of 2")).to_have_count(1)


def test_a_conversation_is_renamed_pinned_and_tagged(chat: Chat, api: Api) -> None:
    session = api.session("First name")
    api.talk(session, "Hello", "Hello.")
    chat.open()
    page = chat.page
    _menu(page, "First name", "Rename")
    field = page.get_by_role("textbox", name="Title of the conversation")
    expect(field).to_be_focused()
    field.fill("Second name")
    field.press("Enter")
    expect(_row(page, "Second name")).to_be_focused()
    _menu(page, "Second name", "Pin")
    pinned = page.get_by_role("navigation", name="Conversations")
    expect(pinned.get_by_role("heading").first).to_have_text("Pinned")
    expect(pinned.get_by_role("link").first).to_have_text("Second name")
    _menu(page, "Second name", "Tags …")
    page.get_by_role("textbox", name="Tags, with commas between them").fill("garden, winter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("combobox", name="Tag", exact=True).select_option("winter")
    expect(pinned.get_by_role("link")).to_have_text(["Second name"])
    page.get_by_role("combobox", name="Tag", exact=True).select_option("All tags")
    _menu(page, "Second name", "Unpin")
    expect(pinned.get_by_role("heading", name="Pinned")).to_have_count(0)
    stored = api.stored(session)
    assert (stored["title"], stored["pinned"], stored["tags"]) == ("Second name", False, ["garden", "winter"])


def test_the_archive_and_the_bin_give_back_what_they_took(chat: Chat, api: Api, watch: Watch) -> None:
    watch.allow(GONE)
    session = api.session("Put away")
    api.talk(session, "Hello", "Hello.")
    chat.open(session)
    page = chat.page
    _menu(page, "Put away", "Archive")
    expect(_row(page, "Put away")).to_have_count(0)
    page.get_by_role("button", name="Archive", exact=True).click()
    _menu(page, "Put away", "Take out of the archive")
    expect(page.get_by_text("Nothing in the archive.")).to_be_visible()
    page.get_by_role("button", name="Back from the archive").click()
    _menu(page, "Put away", "Delete")
    expect(_row(page, "Put away")).to_have_count(0)
    expect(chat.messages).to_have_count(0)
    page.get_by_role("region", name="Notices").get_by_role("button", name="Undo").last.click()
    expect(_row(page, "Put away")).to_be_visible()
    _menu(page, "Put away", "Delete")
    expect(_row(page, "Put away")).to_have_count(0)
    page.goto("./#/settings/data")
    page.get_by_role("button", name="Restore Put away").click()
    expect(page.get_by_role("button", name="Restore Put away")).to_have_count(0)
    chat.open(session)
    expect(chat.messages).to_have_count(2)


def test_a_message_is_deleted_and_brought_back(chat: Chat, api: Api) -> None:
    session = api.session("Deleting")
    api.talk(session, "One?", "One.", "Two?", "Two.")
    chat.open(session)
    expect(chat.messages).to_have_count(4)
    chat.message(3).get_by_role("button", name="More actions").click()
    chat.page.get_by_role("menuitem", name="Delete").click()
    expect(chat.messages).to_have_count(2)
    chat.page.get_by_role("region", name="Notices").get_by_role("button", name="Undo").click()
    expect(chat.messages).to_have_count(4)
    assert api.texts(session) == ["One?", "One.", "Two?", "Two."]


@pytest.mark.parametrize("title", ["A garden in winter", EVIL], ids=["plain", "odd"])
def test_an_export_is_imported_without_loss(chat: Chat, api: Api, tmp_path: Path, title: str) -> None:
    session = api.session(title, tags=["kept"], settings={"system": "Be brief.", "sampling": {"temperature": 0.5}})
    [question, *_] = api.talk(
        session, "What grows in winter?", "**Kale**, and `leeks`.\n\n- é 世界 🙂", "And?", "Sprouts."
    )
    api.add(session, question, "assistant", "Another answer.")
    chat.open(session)
    page = chat.page
    with page.expect_download() as download:
        _choose(page, page.get_by_role("button", name="More for this conversation"), "Export as JSON lines")
    file = tmp_path / "export.jsonl"
    download.value.save_as(file)
    made = _import(page, file)
    expect(page.get_by_text("1 conversation was imported.")).to_be_visible()
    made.click()
    expect(chat.messages).to_have_count(2)
    expect(chat.messages.last).to_contain_text("Another answer.")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    copy = chat.session
    assert copy != session
    assert _shape(api, copy) == _shape(api, session)
    assert {**api.stored(copy), **_OWN} == {**api.stored(session), **_OWN}


def test_a_file_of_chatgpt_is_imported(chat: Chat, api: Api) -> None:
    page = chat.page
    made = _import(page, CHATGPT)
    expect(page.get_by_text("1 was left out:")).to_be_visible()
    expect(page.get_by_text("New chat: It has no messages.")).to_be_visible()
    expect(made).to_have_text("Sorting in Python")
    made.click()
    expect(chat.message(1)).to_contain_text("How do I sort a list?")
    expect(chat.message(1).get_by_text("Version 1 of 2")).to_have_count(1)
    expect(chat.message(2).get_by_role("figure", name="Code in python")).to_contain_text("print(sorted([2, 1]))")
    assert len(api.tree(chat.session)) == 5


def test_what_is_no_export_is_left_out_with_a_reason(page: Page, tmp_path: Path) -> None:
    page.goto("./#/settings/data")
    file = tmp_path / "notes.json"
    file.write_text('{"a": 1}', encoding="utf-8")
    _import(page, file)
    told = page.get_by_role("main").get_by_role("status")
    expect(told).to_contain_text("Nothing was imported.")
    expect(told.get_by_role("listitem")).to_contain_text("This is no conversation")


def test_a_preset_is_made_and_used_in_a_chat(page: Page, api: Api) -> None:
    page.goto("./#/settings/presets")
    page.get_by_role("button", name="New preset").click()
    form = page.get_by_role("dialog", name="New preset")
    form.get_by_role("textbox", name="Name", exact=True).fill("pirate")
    form.get_by_role("combobox", name="Model", exact=True).select_option("starter")
    form.get_by_role("textbox", name="System prompt").fill("You are a pirate.")
    form.get_by_role("spinbutton", name="Temperature").fill("0")
    form.get_by_role("spinbutton", name="Longest answer, tokens").fill("8")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(page.get_by_role("heading", name="pirate")).to_be_visible()
    chat = Chat(page)
    chat.open()
    page.get_by_role("button", name=re.compile("^Model: ")).click()
    page.get_by_role("option", name="pirate").click()
    chat.ask("Please tell me a story about Ada, the lighthouse and a small lantern.")
    expect(chat.messages.last).to_contain_text("Ended at the limit")
    assert api.stored(chat.session)["settings"]["model"] == "pirate"
    assert api.path(chat.session)[-1]["usage"]["completion_tokens"] == 8


@pytest.fixture(autouse=True)
def _only_these(api: Api) -> Iterator[None]:
    """Put away what a test has made: the next one finds the list as it expects it."""
    yield
    api.clear()


_OWN: dict[str, Any] = dict.fromkeys(["id", "revision", "created_s", "updated_s"])
"""What a copy has of its own."""


def _shape(api: Api, session: str) -> str:
    """All that was said and by whom, by the way there from the root."""
    messages = {one["id"]: one for one in api.tree(session)}

    def way(message: dict[str, Any]) -> list[list[str]]:
        above = way(messages[message["parent"]]) if message["parent"] else []
        return [*above, [message["role"], message["content"], message["status"]]]

    return json.dumps([sorted(way(one) for one in messages.values()), api.texts(session)])


def _row(page: Page, title: str) -> Locator:
    return page.get_by_role("navigation", name="Conversations").get_by_role("link", name=title, exact=True)


def _menu(page: Page, title: str, item: str) -> None:
    """Choose from the menu of a conversation in the list."""
    _row(page, title).hover()
    _choose(page, page.get_by_role("button", name=f"More for {title}", exact=True), item)


def _choose(page: Page, button: Locator, item: str) -> None:
    button.click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def _import(page: Page, file: Path) -> Locator:
    """Import a file, and return the link to what was made of it."""
    page.goto("./#/settings/data")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file …").click()
    chooser.value.set_files(file)
    return page.get_by_role("main").get_by_role("status").get_by_role("link")
