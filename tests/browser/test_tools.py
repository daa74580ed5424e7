"""Tools of a preset: written in its form, called in the chat, answered by a person; and the defaults of a model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.api import Api
from tests.browser.axe import violations
from tests.browser.chat import Chat
from tests.browser.watch import Watch

TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]
ASKED = "Get the weather with the city Paris."


@pytest.fixture(autouse=True)
def _only_these(api: Api) -> Iterator[None]:
    yield
    api.clear()


def test_a_tool_is_offered_called_and_given_its_result(page: Page, api: Api, watch: Watch) -> None:
    watch.allow(r"400 \(Bad Request\) .*/presets/forecaster")
    page.goto("./#/settings/presets")
    page.get_by_role("button", name="New preset").click()
    form = page.get_by_role("dialog", name="New preset")
    form.get_by_role("textbox", name="Name", exact=True).fill("forecaster")
    form.get_by_role("combobox", name="Model", exact=True).select_option("starter")
    form.get_by_role("spinbutton", name="Temperature").fill("0")
    form.get_by_text("Tools", exact=True).click()
    field = form.get_by_role("textbox", name="Tools", exact=True)
    # What is no list of tools says so, here or from the server, and nothing is lost.
    field.fill("[{")
    expect(form.get_by_text("This is no JSON")).to_be_visible()
    form.get_by_role("button", name="Save").click()
    expect(form).to_be_visible()
    field.fill(json.dumps([{"type": "function", "function": {"name": "two words"}}]))
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("tools[0].function.name")
    assert violations(page) == []
    field.fill(json.dumps(TOOLS))
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    assert api.get("/presets/forecaster")["tools"] == TOOLS

    chat = Chat(page)
    chat.open()
    page.get_by_role("button", name=re.compile("^Model: ")).click()
    page.get_by_role("option", name="forecaster").click()
    called = chat.ask(ASKED)
    expect(called.get_by_text("Called get_weather")).to_be_visible()
    result = called.get_by_role("textbox", name="What get_weather gives back")
    assert violations(page) == []
    result.fill('{"weather":"sunny","temperature":21}')
    result.press("Enter")
    expect(chat.messages).to_have_count(4)
    chat.wait_for_answer()
    expect(result).to_have_count(0)
    question, answer, given, last = api.path(chat.session)
    assert (question["content"], answer["tool_calls"][0]["name"]) == (ASKED, "get_weather")
    assert (given["role"], given["tool_call_id"]) == ("tool", answer["tool_calls"][0]["id"])
    assert (last["role"], last["status"]) == ("assistant", "complete")

    # A result is changed as a question is: what was there before stays, as another branch.
    chat.message(3).get_by_role("button", name="Edit", exact=True).click()
    editor = chat.message(3).get_by_role("textbox", name="Edit the message")
    editor.fill('{"weather":"rainy","temperature":9}')
    chat.message(3).get_by_role("button", name="Save").click()
    expect(chat.message(3).get_by_text("Version 2 of 2")).to_have_count(1)
    chat.wait_for_answer()
    assert api.path(chat.session)[2]["content"].startswith('{"weather":"rainy"')


def test_a_preset_with_tools_is_exported_and_imported(page: Page, api: Api, tmp_path: Path) -> None:
    api.put("/presets/carried", model="starter", tools=TOOLS)
    page.goto("./#/settings/presets")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export carried").click()
    file = tmp_path / "carried.json"
    download.value.save_as(file)
    page.get_by_role("button", name="Delete carried").click()
    expect(page.get_by_role("heading", name="carried")).to_have_count(0)
    _import(page, file)
    expect(page.get_by_role("heading", name="carried")).to_be_visible()
    assert api.get("/presets/carried")["tools"] == TOOLS


def test_the_defaults_of_a_model_are_set_used_exported_and_cleared(
    page: Page, api: Api, watch: Watch, tmp_path: Path
) -> None:
    watch.allow(r"400 \(Bad Request\) .*/defaults/starter")
    page.goto("./#/models")
    page.get_by_role("button", name="Defaults of starter").click()
    form = page.get_by_role("dialog", name="Defaults of starter")
    form.get_by_role("spinbutton", name="Longest answer, tokens").fill("6")
    form.get_by_role("combobox", name="Thinks before it answers").select_option("No")
    form.get_by_role("spinbutton", name="Context, tokens").fill("99999999")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("was trained for")
    assert violations(page) == []
    form.get_by_role("spinbutton", name="Context, tokens").fill("")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(page.get_by_text("Own defaults")).to_be_visible()
    kept = api.get("/defaults/starter")
    assert (kept["max_tokens"], kept["thinking"]["enabled"]) == (6, False)

    chat = Chat(page)
    chat.open()
    chat.ask("Please tell me a story about Ada, the lighthouse and a small lantern.")
    assert api.path(chat.session)[-1]["usage"]["completion_tokens"] == 6

    page.goto("./#/models")
    page.get_by_role("button", name="Defaults of starter").click()
    with page.expect_download() as download:
        form.get_by_role("button", name="Export").click()
    file = tmp_path / "starter.defaults.json"
    download.value.save_as(file)
    form.get_by_role("button", name="Leave all to the model").click()
    expect(form).to_have_count(0)
    expect(page.get_by_text("Own defaults")).to_have_count(0)
    assert api.get("/defaults/starter") == {"model": "starter"}
    page.goto("./#/settings/presets")
    _import(page, file)
    expect(page.get_by_text("The defaults of starter are saved.")).to_be_visible()
    assert api.get("/defaults/starter")["max_tokens"] == 6
    api.delete("/defaults/starter")


def _import(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import …").click()
    chooser.value.set_files(file)
