"""A real server with the starter model and a real Chromium, both anew for each module.

Playwright's synchronous API keeps an event loop in this thread while it runs. It must be gone before the asynchronous
tests of other folders, which a random order may put next: hence no fixture here outlives a module.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.api import Api
from tests.browser.chat import Chat
from tests.browser.watch import Watch
from tests.integration.server.live import LiveServer, live_server
from tools.bootstrap.browser import find_chromium

WAIT_MS = 30_000
TEST_S = 300
_FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server that has never been used, with the starter model."""
    folder = tmp_path_factory.mktemp("browser")
    (folder / "models").mkdir()
    with live_server(folder / "models", data_dir=str(folder / "data")) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    expect.set_options(timeout=WAIT_MS)
    program = find_chromium()
    # Where Chromium is started as root it refuses to run with its sandbox.
    flags = [*_FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def context(
    browser: Browser, server: LiveServer, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[BrowserContext]:
    """A browser profile of its own; `@pytest.mark.parametrize("profile", [{...}])` says what kind."""
    profile = request.node.callspec.params.get("profile", {}) if hasattr(request.node, "callspec") else {}
    options = {"viewport": {"width": 1200, "height": 800}, "locale": "en-US", "reduced_motion": "reduce", **profile}
    context = browser.new_context(base_url=f"{server.url}/", **options)
    context.set_default_timeout(WAIT_MS)
    yield context
    # What is on the screen at the end of a test that failed is half of the explanation.
    if getattr(request.node, "failed", False):
        for number, page in enumerate(context.pages):
            name = re.sub(r"\W+", "-", request.node.name)
            page.screenshot(path=tmp_path / f"{name}-{number}.png")
    context.close()


@pytest.fixture
def watch(context: BrowserContext, server: LiveServer) -> Iterator[Watch]:
    """Fails the test at its end if a page of the context did what it must not."""
    watch = Watch(context, server.url)
    yield watch
    assert watch.problems() == []


@pytest.fixture
def api(server: LiveServer) -> Iterator[Api]:
    """The server without a browser."""
    api = Api(server.url)
    yield api
    api.close()


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    """A page that is watched, with nothing opened."""
    return context.new_page()


@pytest.fixture
def chat(page: Page) -> Chat:
    """The chat, opened."""
    chat = Chat(page)
    chat.open()
    return chat


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser, a server and a model on a busy machine get more time than other tests."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(TEST_S))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know that their test failed."""
    report = yield
    if report.when == "call":
        item.failed = report.failed  # type: ignore[attr-defined]
    return report
