"""What a page shows when the server, or the process of its model, is killed in the middle of an answer."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.chat import ANSWER_MS, Chat
from tests.browser.long import Serve, begin, beginning_of, expect_growth, expect_words, go_on, serving
from tests.browser.watch import Watch
from tests.integration.server.live import LiveServer
from tests.integration.server.sessions.talk import Talk

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
OFFLINE = "The server does not answer."


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Start a server on the data folder of this test."""
    return serving(tmp_path)


@pytest.fixture
def server(serve: Serve) -> Iterator[LiveServer]:
    """A server of this test's own."""
    with serve() as server:
        yield server


def test_a_server_that_is_killed_and_back_has_the_answer_which_goes_on(
    chat: Chat, server: LiveServer, serve: Serve, watch: Watch
) -> None:
    watch.allow("net::ERR_")
    answer = begin(chat, server)
    with Talk(server.url) as talk:
        before = talk.kept(talk.path(chat.session)[-1]["id"])
    begun = beginning_of(answer)
    server.signal(signal.SIGKILL)
    server.process.wait()
    expect(chat.page.get_by_text(OFFLINE)).to_be_visible(timeout=ANSWER_MS)
    assert beginning_of(answer) == begun
    with serve(urlsplit(server.url).port or 0) as again, Talk(again.url) as talk:
        expect(chat.page.get_by_text(OFFLINE)).to_be_hidden(timeout=ANSWER_MS)
        expect(answer.get_by_text("Interrupted: the server ended while this was written.")).to_be_visible()
        kept = talk.message(before["id"])
        assert kept["content"].startswith(before["content"])
        go_on(answer)
        expect(answer.get_by_text("Interrupted:")).to_have_count(0)
        expect_growth(answer)
        chat.stop_button.click()
        chat.wait_for_answer()
        more = talk.message(before["id"])
        assert more["branch"]["count"] == 1
        assert more["content"].startswith(kept["content"])
        assert len(more["content"]) > len(kept["content"])
        chat.page.close()


def test_what_is_written_while_the_server_is_away_can_be_sent_when_it_is_back(
    chat: Chat, server: LiveServer, serve: Serve, watch: Watch
) -> None:
    watch.allow("net::ERR_")
    chat.ask("What is 12 + 30?")
    server.signal(signal.SIGKILL)
    server.process.wait()
    expect(chat.page.get_by_role("status").get_by_text(OFFLINE)).to_be_visible(timeout=ANSWER_MS)
    chat.send("What is 20 + 20?")
    expect(chat.page.get_by_role("region", name="Notices").get_by_text(OFFLINE)).to_be_visible()
    expect(chat.field).to_have_value("What is 20 + 20?")
    with serve(urlsplit(server.url).port or 0):
        expect(chat.page.get_by_role("status").get_by_text(OFFLINE)).to_be_hidden(timeout=ANSWER_MS)
        expect(chat.messages).to_have_count(2)
        chat.field.press("Enter")
        expect(chat.messages).to_have_count(4)
        expect_words(chat.wait_for_answer())
        expect(chat.field).to_have_value("")
        chat.page.close()


def test_a_worker_that_is_killed_fails_the_answer_in_plain_words_and_is_tried_again(
    chat: Chat, server: LiveServer
) -> None:
    answer = begin(chat, server)
    with Talk(server.url) as talk:
        before = talk.kept(talk.path(chat.session)[-1]["id"])
        begun = beginning_of(answer)
        [worker] = server.ps()
        os.kill(worker["pid"], signal.SIGKILL)
        expect(answer.get_by_text("It starts again by itself: try again.")).to_be_visible(timeout=ANSWER_MS)
        expect(answer).to_have_attribute("aria-busy", "false")
        assert beginning_of(answer) == begun
        failed = talk.message(before["id"])
    assert (failed["status"], failed["error"]["code"]) == ("failed", "worker_crashed")
    assert failed["content"].startswith(before["content"])
    answer.get_by_role("button", name="Try again").click()
    expect(answer.get_by_text("Version 2 of 2")).to_have_count(1)
    expect_words(answer)
    expect(answer).to_have_attribute("aria-busy", "true")
    chat.stop_button.click()
    chat.wait_for_answer()
    answer.get_by_role("button", name="Previous version").click()
    expect(answer.get_by_text("It starts again by itself: try again.")).to_be_visible()
    expect(answer.get_by_text("Version 1 of 2")).to_have_count(1)
    assert beginning_of(answer) == begun


def test_an_answer_that_failed_goes_on_in_place(chat: Chat, server: LiveServer) -> None:
    answer = begin(chat, server)
    [worker] = server.ps()
    os.kill(worker["pid"], signal.SIGKILL)
    expect(answer.get_by_text("It starts again by itself: try again.")).to_be_visible(timeout=ANSWER_MS)
    go_on(answer)
    expect(answer.get_by_text("It starts again by itself: try again.")).to_have_count(0)
    expect_growth(answer)
    expect(answer.get_by_text("Version 2 of 2")).to_have_count(0)
    chat.stop_button.click()
    expect(answer.get_by_text("Stopped.")).to_be_visible()
