"""Answers that are certainly still being written when a test does something to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from playwright.sync_api import Locator, expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.integration.server.live import LiveServer, live_server
from tests.integration.server.sessions.talk import LONG, Talk
from tests.support.tiny_model import write_tiny_model

MODEL = "long"
BEGINNING = 20
STORY = "Please tell me a story about Ada, the lighthouse and a small lantern."


class Serve(Protocol):
    """Start a server on a folder that stays the same; port 0 is any free one."""

    def __call__(self, port: int = 0) -> AbstractContextManager[LiveServer]: ...


def serving(folder: Path) -> Serve:
    """Return what serves the starter model, and `long`, which writes 14,000 tokens when it is asked as `begin` asks."""
    models = folder / "models"
    models.mkdir()
    write_tiny_model(models / f"{MODEL}.gguf", name=MODEL, context=16_384)

    @contextmanager
    def serve(port: int = 0) -> Iterator[LiveServer]:
        settings = {"data_dir": str(folder / "data"), "default_model": "starter", "load": {"threads": 1}}
        with live_server(models, {"port": port}, **settings) as server:
            yield server

    return serve


def begin(chat: Chat, server: LiveServer) -> Locator:
    """Ask for a long answer in a conversation of its own; return it when its first words are there."""
    with Talk(server.url) as talk:
        session = talk.session({**LONG, "max_tokens": 14_000, "model": MODEL})
    open_new(chat, session)
    chat.send(STORY)
    answer = answer_on(chat)
    expect_words(answer)
    expect(answer).to_have_attribute("aria-busy", "true")
    return answer


def open_new(chat: Chat, session: str) -> None:
    """Open a conversation in which nothing was said yet, and wait until something can be."""
    chat.open(session)
    expect(chat.page.get_by_role("heading", name="What shall we talk about?")).to_be_visible()


def beginning_of(message: Locator) -> str:
    """Return the first words of a message, of which more is written."""
    words = text_of(message)
    assert len(words) > BEGINNING
    return words[:BEGINNING]


def answer_on(chat: Chat) -> Locator:
    """Return the long answer; what is far above its end is not in the page."""
    return chat.page.get_by_role("article", name=f"{MODEL}, message 2 of 2")


def expect_words(message: Locator) -> None:
    """Wait until there is more in a message than its writer's name, its versions, and word that it is waited for."""
    expect(message).to_contain_text(re.compile(r"(\S+\s+){14}\S"), timeout=ANSWER_MS)


def expect_growth(message: Locator) -> None:
    """Wait until there is more text in a message than there is now."""
    characters = len(message.inner_text())
    expect(message).to_contain_text(re.compile(rf"[^\0]{{{characters + 20},}}"), timeout=ANSWER_MS)


def go_on(message: Locator) -> None:
    """Have the model go on, by the button beside what became of the answer."""
    message.get_by_role("button", name="Continue", exact=True).click()


def text_of(message: Locator) -> str:
    """Return what a message shows, once it is shown."""
    expect(message).to_be_visible()
    return message.inner_text()
