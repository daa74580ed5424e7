"""Several models: one takes over from another, and what does not fit is told before it is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.api import Api
from tests.browser.axe import violations
from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.long import open_new
from tests.integration.server.live import LiveServer, live_server
from tests.support.tiny_model import write_tiny_model

STORY = "Once there was a little red bird, and it went to see the sun. " * 6
SETTINGS = {"max_tokens": 12}
"""Short answers: what is tried here is who answers."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with a second model beside the starter."""
    folder = tmp_path_factory.mktemp("browser")
    (folder / "models").mkdir()
    write_tiny_model(folder / "models" / "other.gguf", name="other", context=2048, byte_scale=0)
    with live_server(folder / "models", data_dir=str(folder / "data")) as server:
        yield server


def test_another_model_takes_over_and_each_message_says_who_wrote_it(chat: Chat, api: Api) -> None:
    open_new(chat, api.session("Two models", settings=SETTINGS))
    chat.ask("My name is Ada.")
    _choose(chat, "other")
    chat.ask("Once upon a time")
    _choose(chat, "starter")
    chat.ask("What is my name?")
    page = chat.page
    for number, name in ((2, "starter"), (4, "other"), (6, "starter")):
        answer = page.get_by_role("article", name=f"{name}, message {number} of 6", exact=True)
        expect(answer.get_by_text(name, exact=True)).to_be_visible()
    answers = [one["model"] for one in api.path(chat.session) if one["role"] == "assistant"]
    assert answers == ["starter", "other", "starter"]
    page.reload()
    expect(page.get_by_role("article", name="other, message 4 of 6", exact=True)).to_be_visible()


def test_one_answer_is_asked_of_another_model(chat: Chat, api: Api) -> None:
    open_new(chat, api.session("Again", settings=SETTINGS))
    answer = chat.ask("Once upon a time")
    answer.get_by_role("button", name="More actions").click()
    chat.page.get_by_role("menuitem", name="Answer again with other").click()
    expect(chat.page.get_by_role("article", name="other, message 2 of 2")).to_be_visible()
    expect(chat.wait_for_answer().get_by_text("Version 2 of 2")).to_have_count(1)
    # The conversation itself stays with its model.
    expect(_chooser(chat.page)).to_have_accessible_name(re.compile("^Model: starter"))


def test_two_models_answer_side_by_side_and_one_answer_is_kept(chat: Chat, api: Api) -> None:
    open_new(chat, api.session("Beside", settings=SETTINGS))
    page = chat.page
    page.get_by_role("button", name="Ask more models at the same time").click()
    page.get_by_role("option", name="other").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Without other")).to_be_visible()
    chat.send("Once upon a time")
    beside = page.get_by_role("group", name="Answers side by side")
    for name in ("starter", "other"):
        answer = beside.get_by_role("article", name=f"Answer of {name}")
        expect(answer).to_have_attribute("aria-busy", "false", timeout=ANSWER_MS)
        expect(answer).to_contain_text(re.compile(r"\d+ tokens"))
    beside.get_by_role("article", name="Answer of starter").get_by_role("button", name="Keep this one").click()
    expect(page.get_by_role("article", name="starter, message 2 of 2")).to_be_visible()
    expect(page.get_by_text("Version 1 of 2")).to_have_count(1)


def test_a_history_that_does_not_fit_is_told_with_figures_before_it_is_sent(chat: Chat, api: Api) -> None:
    api.put("/presets/brief", name="brief", model="starter", context_length=200)
    session = api.session("Long", settings=SETTINGS)
    api.talk(session, STORY, STORY, STORY, "Yes.")
    chat.open(session)
    page = chat.page
    fits = page.get_by_role("meter", name="Tokens of the window")
    expect(fits).to_be_visible()
    warning = page.get_by_role("status").filter(has_text="does not fit")
    expect(warning).to_have_count(0)
    _choose(chat, "brief")
    expect(warning).to_contain_text(re.compile(r"it takes [\d,]{3,} tokens, and brief reads at most 200\."))
    chat.field.fill("What did the bird see?")
    warning.get_by_role("button", name="Leave out the oldest messages").click()
    dropped = page.get_by_role("status").filter(has_text="will not be seen by the model")
    expect(dropped).to_contain_text(re.compile(r"The \d oldest messages \([\d,]+ tokens\)"))
    chat.field.press("Enter")
    expect(chat.messages).to_have_count(6)
    answer = chat.wait_for_answer()
    expect(answer).to_contain_text(re.compile(r"The model did not see the \d oldest messages \([\d,]+ tokens\)"))
    # With the larger window all of it is seen again.
    _choose(chat, "starter")
    chat.field.fill("And then?")
    expect(dropped).to_have_count(0)


def test_what_is_refused_says_why_and_how_to_go_on(chat: Chat, api: Api) -> None:
    session = api.session("Refused", settings={**SETTINGS, "context_length": 200})
    api.talk(session, STORY, STORY)
    chat.open(session)
    expect(chat.messages).to_have_count(2)
    chat.field.fill("What did the bird see?")
    chat.field.press("Enter")
    expect(chat.messages).to_have_count(4)
    refused = chat.wait_for_answer()
    expect(refused).to_contain_text(re.compile(r"\b200\b"))
    refused.get_by_role("button", name="Leave out the oldest messages").click()
    expect(refused.get_by_text("Version 2 of 2")).to_have_count(1)
    answer = chat.wait_for_answer()
    expect(answer).to_contain_text("The model did not see")
    assert api.path(session)[-1]["status"] == "complete"


def test_models_are_loaded_and_unloaded_from_their_page(page: Page, server: LiveServer) -> None:
    page.goto("./#/models")
    disk = page.get_by_role("region", name="On disk")
    memory = page.get_by_role("region", name="In memory")
    row = disk.get_by_role("listitem").filter(has=page.get_by_role("heading", name="other", exact=True))
    unload = row.get_by_role("button", name="Unload other")
    expect(row).to_be_visible()
    if unload.count():
        unload.click()
    row.get_by_role("button", name="Load other", exact=True).click()
    expect(_notices(page)).to_contain_text("other is ready", timeout=ANSWER_MS)
    loaded = memory.get_by_role("article", name="other")
    expect(loaded.get_by_text("Ready")).to_be_visible()
    expect(loaded.get_by_text("Weights")).to_be_visible()
    assert "other" in {one["name"] for one in server.ps()}
    loaded.get_by_role("button", name="Unload other").click()
    expect(_notices(page)).to_contain_text("other is unloaded.")
    expect(loaded).to_have_count(0)
    assert "other" not in {one["name"] for one in server.ps()}
    row.get_by_role("button", name="Details of other").click()
    details = page.get_by_role("dialog", name="other")
    expect(details.get_by_text("Architecture", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    row.get_by_role("button", name="Chat with other").click()
    expect(_chooser(page)).to_have_accessible_name(re.compile("^Model: other"))


def test_the_memory_of_all_models_is_one_bar_and_a_table_says_the_same(page: Page, server: LiveServer) -> None:
    for name in ("starter", "other"):
        httpx.post(f"{server.url}/api/minerva/v1/load", json={"model": name}, timeout=60).raise_for_status()
    page.goto("./#/models")
    memory = page.get_by_role("region", name="Memory of this machine")
    table = memory.get_by_role("table", name="What the memory is used for")
    for name in ("Weights", "KV cells", "Compute buffers", "Other", "Together"):
        expect(table.get_by_role("columnheader", name=name)).to_be_visible()
    said = httpx.get(f"{server.url}/api/minerva/v1/ps", timeout=60).json()
    for name in ("starter", "other"):
        expect(table.get_by_role("row", name=re.compile(f"^{name} ")).get_by_role("cell").last).to_contain_text("B")
    assert (
        sum(one["memory_bytes"] for one in said["models"]) + said["memory"]["free_bytes"]
        < said["memory"]["total_bytes"]
    )
    in_all = table.get_by_role("row", name=re.compile("^In all ")).get_by_role("cell").inner_text()
    assert memory.get_by_text(f"of {in_all} are free for another model").count() == 1
    widths: float = memory.locator("[aria-hidden] > .part").evaluate_all(
        "(parts) => parts.reduce((sum, part) => sum + part.getBoundingClientRect().width, 0)"
    )
    box = memory.bounding_box()
    assert box is not None
    assert 0.8 * box["width"] < widths < box["width"]
    assert violations(page) == []


def _chooser(page: Page) -> Locator:
    return page.get_by_role("button", name=re.compile("^Model: "))


def _notices(page: Page) -> Locator:
    return page.get_by_role("region", name="Notices")


def _choose(chat: Chat, name: str) -> None:
    """Let a model or preset answer from now on."""
    _chooser(chat.page).click()
    chat.page.get_by_role("combobox", name="Search models").fill(name)
    chat.page.get_by_role("option", name=re.compile(f"^{name}")).click()
    expect(_chooser(chat.page)).to_have_accessible_name(re.compile(f"^Model: {name}"))
