"""What comes from elsewhere, and what is found in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.api import Api
from tests.browser.chat import Chat
from tests.browser.watch import Watch


@pytest.fixture(autouse=True)
def _only_these(api: Api) -> Iterator[None]:
    """Put away what a test has made: searches find it otherwise."""
    yield
    api.clear()


def test_an_answer_of_a_model_that_is_not_here_goes_on_with_another(
    chat: Chat, watch: Watch, api: Api, tmp_path: Path
) -> None:
    watch.allow(r"404 \(Not Found\) .*/(continue|count)")
    asked = {"model": "elsewhere-7b", "max_tokens": 8, "sampling": {"ignore_eos": True}}
    answer = {"status": "stopped", "content": "Once upon", "model": "elsewhere-7b", "settings": asked}
    settings = {"model": "starter", "max_tokens": 8, "sampling": {"temperature": 7.0}}
    file = tmp_path / "export.jsonl"
    file.write_text(_export("Stopped elsewhere", settings, answer), encoding="utf-8")
    page = chat.page
    page.goto("./#/settings/data")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file …").click()
    chooser.value.set_files(file)
    told = page.get_by_role("main").get_by_role("status")
    expect(told).to_contain_text("Settings that cannot be were left out:")
    expect(told).to_contain_text("`settings.sampling.temperature` is 7.0; it must be 0 to 2.")
    told.get_by_role("link", name="Stopped elsewhere").click()
    # One button, in the line that says what became of it.
    go_on = chat.message(2).get_by_role("button", name="Continue", exact=True)
    expect(go_on).to_have_count(1)
    go_on.click()
    question = page.get_by_role("alertdialog", name="Go on with another model?")
    expect(question).to_contain_text("elsewhere-7b wrote this answer")
    question.get_by_role("button", name="Continue with starter").click()
    expect(question).to_have_count(0)
    chat.wait_for_answer()
    expect(chat.message(2)).to_contain_text("Ended at the limit")
    [_, stored] = api.path(chat.session)
    assert (stored["model"], stored["settings"]["model"]) == ("starter", "starter")
    assert stored["content"].startswith("Once upon")
    assert len(stored["content"]) > len("Once upon")


def test_a_search_finds_thoughts_files_and_parts_of_writing_without_spaces(chat: Chat, api: Api) -> None:
    session = api.session("Findings")
    file = api.attach(session, "notes.txt", "text/plain", b"The numbat eats termites.")
    asked = api.add(session, None, "user", "What is this?", attachments=[file])
    api.add(session, asked, "assistant", "答えは東京大学です", reasoning="Perhaps a bilby?")
    page = chat.page
    chat.open()
    field = page.get_by_role("textbox", name="Search conversations")
    for words, shown in (
        ("numbat", r"In notes\.txt:.*The numbat eats"),
        ("bilby", r"In the thoughts:.*Perhaps a bilby"),
        ("大学", "答えは東京大学です"),
    ):
        field.fill(words)
        hit = page.get_by_role("link", name=re.compile(f"Findings.*{shown}", re.DOTALL))
        expect(hit.locator("mark")).to_have_text(words)
    page.get_by_role("link", name=re.compile("Findings.*東京", re.DOTALL)).click()
    expect(page).to_have_url(re.compile(f"#/c/{session}"))


def _export(title: str, settings: dict[str, Any], answer: dict[str, Any]) -> str:
    """An export of one question and its answer."""
    time: dict[str, Any] = {"created_s": 1.7e9, "updated_s": 1.7e9}
    session = {"id": "s", "title": title, "titled": True, "pinned": False, "archived": False, "tags": []}
    question = {"id": "m1", "session": "s", "parent": None, "role": "user", "status": "complete", "content": "A tale?"}
    reply = {"id": "m2", "session": "s", "parent": "m1", "role": "assistant", **answer}
    copy = {
        "session": {**session, "settings": settings, "revision": 1, "messages": 2, **time},
        "messages": [{**question, **time}, {**reply, **time}],
        "chosen": ["m1", "m2"],
        "files": {},
    }
    return "\n".join(map(json.dumps, ({"format": "minerva-sessions", "version": 1}, copy)))
