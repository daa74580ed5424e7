"""A long conversation: its end is there at once, and the rest takes its place above it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.api import Api
from tests.browser.chat import Chat

COUNT = 120
SAID = [text for number in range(COUNT // 2) for text in (f"Question {number}?", f"Answer {number}. " * 30)]
WHOLE = re.compile(r"/sessions/ses_\w+$")
END = re.compile(r"/sessions/ses_\w+\?last=\d+$")
IS_EARLY = """() => {
  const asked = performance.getEntriesByType('resource').find((one) => one.name.includes('?last='));
  return asked.startTime < performance.getEntriesByType('navigation')[0].domInteractive;
}"""
LATE = """() => performance.getEntriesByType('resource')
  .filter((one) => one.initiatorType === 'script' && one.name.includes('/_app/')).map((one) => one.name)"""


@pytest.fixture
def session(api: Api) -> str:
    """A conversation of many screens."""
    session = api.session("Long")
    api.talk(session, *SAID)
    return session


def test_the_end_is_shown_while_the_rest_is_read(page: Page, session: str) -> None:
    held: list[Route] = []
    page.route(WHOLE, lambda route: held.append(route))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    chat = Chat(page)
    with page.expect_request(WHOLE):
        chat.open(session)
    last = page.get_by_role("article", name=f"message {COUNT} of {COUNT}")
    expect(last).to_be_in_viewport(ratio=1)
    messages = page.get_by_role("region", name="Messages")
    expect(messages).to_have_attribute("aria-busy", "true")
    # It was asked for once: before the code of the page was there, which took the answer.
    assert len([url for url in asked if END.search(url)]) == 1
    assert page.evaluate(IS_EARLY)
    assert held
    page.unroute(WHOLE)  # which lets go what is held
    expect(messages).to_have_attribute("aria-busy", "false")
    expect(last).to_be_in_viewport(ratio=1)


def test_all_that_the_chat_needs_is_asked_for_by_its_page(page: Page, session: str) -> None:
    chat = Chat(page)
    chat.open(session)
    expect(page.get_by_role("article", name=f"message {COUNT} of {COUNT}")).to_be_in_viewport()
    assert page.evaluate(LATE) == []


def test_a_message_before_the_end_that_the_address_names_is_shown(page: Page, session: str, api: Api) -> None:
    wanted = api.path(session)[4]["id"]
    page.goto(f"./#/c/{session}?message={wanted}")
    expect(page.get_by_role("article", name=f"You, message 5 of {COUNT}")).to_be_in_viewport()
