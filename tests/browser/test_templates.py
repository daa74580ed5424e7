"""Prompt templates: made, filled in, taken out as a file and brought in; and dialogs that keep what is typed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.api import Api
from tests.browser.axe import violations
from tests.browser.chat import Chat
from tests.browser.keyboard import Keyboard
from tests.browser.watch import Watch

GREET = "My name is {{name}}. Say hello to {{name}}, {{other}}."


@pytest.fixture(autouse=True)
def _only_these(api: Api) -> Iterator[None]:
    """Put away what a test has made."""
    yield
    api.clear()
    for template in api.templates():
        api.delete(f"/templates/{template['name']}")


def test_a_template_is_made_and_its_gaps_are_filled_in_a_form(page: Page, api: Api) -> None:
    page.goto("./#/settings/templates")
    page.get_by_role("button", name="New template").click()
    form = page.get_by_role("dialog", name="New template")
    form.get_by_role("textbox", name="Name", exact=True).fill("greet")
    form.get_by_role("textbox", name="Text", exact=True).fill(GREET)
    expect(form.get_by_role("status")).to_have_text(re.compile(r"name\s+other"))
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    chat, keys = Chat(page), Keyboard(page)
    chat.open()
    chat.field.press_sequentially("/gre")
    expect(page.get_by_role("option", name="/greet")).to_be_visible()
    keys.press("Enter")
    form = page.get_by_role("dialog", name="Fill in greet")
    keys.expect_at(form.get_by_role("textbox", name="name", exact=True))
    assert violations(page) == []
    keys.type("Ada")
    keys.press("Shift+Enter")
    keys.type("Lovelace")
    keys.press("Tab")
    keys.expect_at(form.get_by_role("textbox", name="other", exact=True))
    keys.type("Bob")
    keys.press("Enter")
    expect(form).to_have_count(0)
    expect(chat.field).to_have_value("My name is Ada\nLovelace. Say hello to Ada\nLovelace, Bob.")
    keys.expect_at(chat.field)
    keys.press("Enter")
    expect(chat.messages).to_have_count(2)
    chat.wait_for_answer()
    assert api.texts(chat.session)[0] == "My name is Ada\nLovelace. Say hello to Ada\nLovelace, Bob."


def test_a_gap_that_is_left_empty_stays_where_it_can_be_filled(chat: Chat, api: Api) -> None:
    api.put("/templates/greet", body=GREET)
    page = chat.page
    form = _choose(chat, "greet")
    form.get_by_role("textbox", name="name", exact=True).fill("Ada")
    page.keyboard.press("Control+Enter")
    expect(chat.field).to_have_value("My name is Ada. Say hello to Ada, {{other}}.")
    expect(chat.field).to_be_focused()
    page.keyboard.type("Bob")
    expect(chat.field).to_have_value("My name is Ada. Say hello to Ada, Bob.")


def test_a_form_of_gaps_is_left_with_escape_and_asks_first(chat: Chat, api: Api) -> None:
    api.put("/templates/greet", body=GREET)
    page = chat.page
    form = _choose(chat, "greet")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(chat.field).to_be_focused()
    chat.field.fill("")
    form = _choose(chat, "greet")
    page.keyboard.type("Ada")
    page.keyboard.press("Escape")
    question = page.get_by_role("alertdialog", name="Throw away what you filled in?")
    expect(question).to_be_visible()
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(form.get_by_role("textbox", name="name", exact=True)).to_have_value("Ada")
    page.keyboard.press("Enter")
    expect(chat.field).to_have_value("My name is Ada. Say hello to Ada, {{other}}.")


def test_a_click_beside_a_form_keeps_what_was_typed(page: Page) -> None:
    page.goto("./#/settings/templates")
    page.get_by_role("button", name="New template").click()
    form = page.get_by_role("dialog", name="New template")
    question = page.get_by_role("alertdialog", name="Throw away what you filled in?")
    # Nothing is lost yet: it closes.
    page.mouse.click(5, 5)
    expect(form).to_have_count(0)
    page.get_by_role("button", name="New template").click()
    text = form.get_by_role("textbox", name="Text", exact=True)
    text.click()
    page.keyboard.type("Long words of mine")
    page.mouse.click(5, 5)
    expect(question).to_be_visible()
    assert violations(page) == []
    question.get_by_role("button", name="Cancel").click()
    expect(question).to_have_count(0)
    expect(text).to_have_value("Long words of mine")
    form.get_by_role("button", name="Close").click()
    question.get_by_role("button", name="Throw it away").click()
    expect(question).to_have_count(0)
    expect(form).to_have_count(0)
    page.get_by_role("button", name="New template").click()
    expect(text).to_have_value("")


def test_templates_are_exported_and_imported_and_a_person_says_what_of_two_stays(
    page: Page, api: Api, tmp_path: Path
) -> None:
    api.put("/templates/greet", body=GREET, description="A greeting")
    api.put("/templates/other", body="Other")
    page.goto("./#/settings/templates")
    everything = _saved(page, page.get_by_role("button", name="Export all"), tmp_path / "all.json")
    assert [one["name"] for one in everything["templates"]] == ["greet", "other"]
    one = _saved(page, page.get_by_role("button", name="Export greet"), tmp_path / "one.json")
    assert one["templates"] == everything["templates"][:1]

    _import(page, tmp_path / "all.json")
    told = page.get_by_role("main").get_by_role("status")
    expect(told.get_by_role("listitem")).to_have_text(
        ["greet was here already, just so.", "other was here already, just so."]
    )
    one["templates"][0]["body"] = "Good day {{name}}"
    (tmp_path / "one.json").write_text(json.dumps(one), encoding="utf-8")
    clash = page.get_by_role("dialog", name="Templates of the same name")
    _import(page, tmp_path / "one.json")
    expect(clash.get_by_role("listitem")).to_have_text(["greet"])
    assert violations(page) == []
    clash.get_by_role("button", name="Cancel").click()
    expect(clash).to_have_count(0)
    _import(page, tmp_path / "one.json")
    clash.get_by_role("button", name="Keep both").click()
    expect(told.get_by_role("listitem")).to_have_text(["greet is here twice now, the one from the file as greet (2)."])
    expect(page.get_by_role("heading", name="greet (2)")).to_be_visible()
    _import(page, tmp_path / "one.json")
    clash.get_by_role("button", name="Replace those here").click()
    expect(told.get_by_role("listitem")).to_have_text(["greet was replaced."])
    assert {one["name"]: one["body"] for one in api.templates()} == {
        "greet": "Good day {{name}}",
        "greet (2)": "Good day {{name}}",
        "other": "Other",
    }


def test_what_is_no_export_of_templates_says_which_entry_is_wrong(page: Page, watch: Watch, tmp_path: Path) -> None:
    watch.allow(r"400 \(Bad Request\) .*/import/templates")
    page.goto("./#/settings/templates")
    file = tmp_path / "bad.json"
    entries = [{"name": "a", "body": "b"}, {"name": "c"}]
    file.write_text(json.dumps({"format": "minerva-templates", "version": 1, "templates": entries}), encoding="utf-8")
    _import(page, file)
    expect(page.get_by_role("region", name="Notices")).to_contain_text("templates[1].body")


def _choose(chat: Chat, name: str) -> Locator:
    """Choose a template in the message field; return the form of its gaps."""
    chat.field.press_sequentially(f"/{name}")
    expect(chat.page.get_by_role("option", name=f"/{name}")).to_be_visible()
    chat.field.press("Enter")
    form = chat.page.get_by_role("dialog", name=f"Fill in {name}")
    expect(form.get_by_role("textbox").first).to_be_focused()
    return form


def _saved(page: Page, button: Locator, file: Path) -> dict[str, Any]:
    with page.expect_download() as download:
        button.click()
    download.value.save_as(file)
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def _import(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import …").click()
    chooser.value.set_files(file)
