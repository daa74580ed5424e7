"""What a page must not do, seen while a test uses it: errors, broken policy, requests that fail or go elsewhere."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

# Tells of what the page's policy forbade, also where the browser writes nothing on the console.
_REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy: ${event.violatedDirective} forbade ${event.blockedURI} at ${event.sourceFile}`));
"""
_LEFT = "net::ERR_ABORTED"
"""A stream that the page closed, or that ended with the page."""

GONE = r"404 \(Not Found\) .*/sessions/"
"""A page may ask once more for the conversation that it shows before it hears that it was deleted."""


class Watch:
    """Collects what goes wrong in the pages of `context`, which should talk to `url` alone."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self._host = urlsplit(url).netloc
        self._problems: list[str] = []
        self._allowed: list[re.Pattern[str]] = []
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("page", self._look_at)

    def allow(self, pattern: str) -> None:
        """Mind no problem in which `pattern` is found: the test brings it about."""
        self._allowed.append(re.compile(pattern))

    def problems(self) -> list[str]:
        """What went wrong so far, but for what is allowed."""
        return [text for text in self._problems if not any(pattern.search(text) for pattern in self._allowed)]

    def _look_at(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", self._page_error)
        page.on("request", self._request)
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._problems.append(f"console {message.type}: {message.text} ({message.location.get('url', '')})")

    def _page_error(self, error: Error) -> None:
        self._problems.append(f"uncaught: {error.message}\n{error.stack or ''}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self._host:
            self._problems.append(f"a request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != _LEFT:
            self._problems.append(f"a failed request: {request.method} {request.url}: {request.failure}")
