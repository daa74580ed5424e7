"""The chat as its user finds it: by labels and roles, never by classes."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

ANSWER_MS = 90_000
"""Long: a slow machine should take its time, and whoever waits for an answer goes on when it is there."""


class Chat:
    """One page that shows the chat."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.get_by_role("textbox", name="Message", exact=True)
        self.send_button = page.get_by_role("button", name="Send", exact=True)
        self.stop_button = page.get_by_role("button", name="Stop", exact=True)
        self.messages = page.get_by_role("article")

    def open(self, session: str | None = None) -> None:
        """Open a new chat, or that of a session, and wait until it can be written in."""
        self.page.goto("./" if session is None else f"./#/c/{session}")
        expect(self.field).to_be_visible()

    def message(self, number: int) -> Locator:
        """Return the message at a place on the path, from 1; -1 is the last one."""
        return self.messages.nth(number - 1 if number > 0 else number)

    def send(self, text: str) -> None:
        """Send a message, without waiting for the answer: with the keyboard, or by its button on a touch screen."""
        self.field.fill(text)
        if self.page.evaluate("() => matchMedia('(pointer: coarse)').matches"):
            self.send_button.click()
        else:
            self.field.press("Enter")

    def wait_for_answer(self) -> Locator:
        """Wait until the last message is a finished answer, and return it."""
        expect(self.stop_button).to_be_hidden(timeout=ANSWER_MS)
        expect(self.messages.last).to_have_attribute("aria-busy", "false")
        return self.messages.last

    def ask(self, text: str) -> Locator:
        """Send a message, and return its finished answer."""
        before = self.messages.count()
        self.send(text)
        expect(self.messages).to_have_count(before + 2)
        # Until then nothing else can be sent.
        expect(self.field).to_have_value("")
        return self.wait_for_answer()

    @property
    def session(self) -> str:
        """The id of the session that the address names."""
        found = re.search(r"#/c/(ses_[0-9a-f]{24})", self.page.url)
        assert found, self.page.url
        return found[1]
