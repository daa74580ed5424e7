"""Take the pictures in `docs/images`: `python -m tools.screenshots [--only NAME] [--out FOLDER]`.

A real server with the starter model on a fresh folder, a few conversations that it really had, and a headless Chromium.
What the model says differs a little from run to run only if the model does: sampling has a seed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tools.bootstrap.places import find_places
from tools.looking import chromium, serving

WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 390, "height": 800}
MOST_BYTES = 150_000
_WAIT_MS = 120_000
_LOOKS = 40
"""How often the page looks at the server, every two seconds, before its picture is taken."""
_SEED = {"sampling": {"seed": 7}}
_PIRATE = "You are a pirate."
_TEMPLATE = {"body": "Tell me a story about {{who}}, a {{place}} and a {{thing}}.", "description": "A short story"}
_WRITTEN = """Take these along:

| Thing | Weight | What for |
|---|---:|---|
| lantern | 0.8 kg | the way back |
| rope | 1.5 kg | the well |
| map | 0.1 kg | the way there |

The rope has to hold $F = m \\cdot g$:

```python
def load(mass_kg: float, gravity: float = 9.81) -> float:
    return mass_kg * gravity
```
"""
"""The starter model writes no tables: this answer is one that a person wrote."""


class Story:
    """The server's API, and what was said over it: sessions by a short name."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/minerva/v1", timeout=_WAIT_MS / 1000, trust_env=False)
        self.sessions: dict[str, str] = {}

    def tell(self) -> None:
        """Have the conversations that the pictures show."""
        self._send("PUT", "/presets/pirate", {"name": "pirate", "model": "starter", "system": _PIRATE})
        self._send("PUT", "/templates/a-story", _TEMPLATE)
        self._talk("sums", "What is 12 + 30?", "And 20 + 20?", tags=["numbers"])
        self._write("written", "What do I need for the way to the well?", _WRITTEN)
        self._talk("thinking", "Tom has 47 apples and gives away 19. How many are left?", thinking={"enabled": True})
        self._talk("story", "Please tell me a story about Ada, the lighthouse and a small lantern.", tags=["stories"])
        self._talk("name", "Hello! My name is Ada.", "What is 31 + 26?", "What is my name?")
        self._send("PATCH", f"/sessions/{self.sessions['name']}", {"pinned": True})

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _talk(self, name: str, *said: str, tags: list[str] | None = None, **settings: Any) -> None:
        """Begin a session, and wait for the answer to each message."""
        body = {"tags": tags or [], "settings": {**_SEED, **settings}}
        session = self.sessions[name] = self._send("POST", "/sessions", body)["id"]
        for content in said:
            answer = self._send("POST", f"/sessions/{session}/turns", {"content": content})["answer"]["id"]
            with self._http.stream("GET", f"/messages/{answer}/events") as events:
                events.read()

    def _write(self, name: str, question: str, answer: str) -> None:
        """Store a conversation that no model took part in."""
        session = self.sessions[name] = self._send("POST", "/sessions", {})["id"]
        parent = None
        for role, content in (("user", question), ("assistant", answer)):
            said = {"parent": parent, "role": role, "content": content}
            parent = self._send("POST", f"/sessions/{session}/messages", said)["id"]

    def _send(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = self._http.request(method, path, json=body).raise_for_status().json()
        return found


def main() -> int:
    """Take all pictures, or some; fail if one is too large for the documentation."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__)
    parser.add_argument("--only", default="", metavar="NAME", help="only pictures whose name has this in it")
    parser.add_argument("--out", type=Path, default=find_places().root / "docs" / "images", help="where to put them")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=_WAIT_MS)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "minerva") as url, chromium() as browser:
        story = Story(url)
        story.tell()
        for name, show in pictures(story.sessions).items():
            if options.only in name:
                _take(browser, url, options.out / f"{name}.png", show)
        story.close()
    large = [one.name for one in options.out.glob("*.png") if one.stat().st_size > MOST_BYTES]
    for name in large:
        print(f"{name} is larger than {MOST_BYTES} bytes")
    return 1 if large else 0


_HIDE_FOLDERS = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replace(/\S*(?=\/minerva\/models)/, '…');
}"""
"""Where the machine that takes the pictures has its folders is nobody's concern."""

Show = Callable[[Page, str], None]


def pictures(sessions: dict[str, str]) -> dict[str, Show]:
    """Return the pictures by name, of every page: how each is brought to what it should show.

    Each is there in the light and in the dark (`-dark`), one on a narrow screen (`-narrow`).
    """
    pages: dict[str, Show] = {
        "empty": _at("", "textbox", "Message"),
        "chat": _at(f"c/{sessions['name']}", "article"),
        "story": _at(f"c/{sessions['story']}", "article"),
        "written": _at(f"c/{sessions['written']}", "table"),
        "thinking": _at(f"c/{sessions['thinking']}", "article"),
        "side-by-side": _side_by_side,
        "models": _at("models", "heading", "On disk"),
        "server": _server,
        "palette": _palette(sessions["story"]),
        **{
            f"settings-{name}": _at(f"settings/{name}", "heading", "Settings")
            for name in ("appearance", "defaults", "presets", "templates", "data", "shortcuts", "about")
        },
    }
    dark = {f"{name}-dark": show for name, show in pages.items()}
    narrow = {"chat-narrow": pages["chat"]}
    return {**pages, **dark, **narrow}


def _take(browser: Browser, url: str, file: Path, show: Show) -> None:
    """Bring a page to what it should show, and save how it looks."""
    context = browser.new_context(
        viewport=NARROW if file.stem.endswith("-narrow") else WIDE,
        color_scheme="dark" if file.stem.endswith("-dark") else "light",
        reduced_motion="reduce",
        locale="en-US",
    )
    context.set_default_timeout(_WAIT_MS)
    page = context.new_page()
    show(page, url)
    page.wait_for_function("() => document.fonts.status === 'loaded'")
    page.evaluate(_HIDE_FOLDERS)
    page.screenshot(path=file)
    context.close()


def _at(place: str, role: Any, name: str | None = None) -> Show:
    """Open a place of the page, and wait until an element is there."""

    def show(page: Page, url: str) -> None:
        page.goto(f"{url}/#/{place}")
        expect(page.get_by_role(role, name=name).last).to_be_visible()
        if role in {"article", "table"}:
            expect(page.get_by_role("group", name="Actions for this message").last).to_be_visible()
            expect(page.get_by_role("meter")).to_be_visible()

    return show


def _side_by_side(page: Page, url: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Ask more models at the same time").click()
    page.get_by_role("option", name="pirate").click()
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Message", exact=True).fill("Who are you?")
    page.keyboard.press("Enter")
    answers = page.get_by_role("group", name="Answers side by side").get_by_role("article")
    expect(answers).to_have_count(2)
    for answer in answers.all():
        expect(answer).to_have_attribute("aria-busy", "false")


def _server(page: Page, url: str) -> None:
    """The page draws what it saw since it was opened: something has to happen meanwhile."""
    page.goto(f"{url}/#/server")
    expect(page.get_by_role("heading", name="Live")).to_be_visible()
    with ThreadPoolExecutor(max_workers=6) as clients:
        for look in range(_LOOKS):
            for client in range(look % 4):
                clients.submit(_ask, url, f"Please tell me a story about a fox and {look}{client} boats.")
            with page.expect_response("**/metrics"):
                pass


def _ask(url: str, content: str) -> None:
    body = {"messages": [{"role": "user", "content": content}], "max_tokens": 150}
    httpx.post(f"{url}/v1/chat/completions", json=body, timeout=_WAIT_MS / 1000, trust_env=False).raise_for_status()


def _palette(session: str) -> Show:
    def show(page: Page, url: str) -> None:
        _at(f"c/{session}", "article")(page, url)
        page.keyboard.press("Control+k")
        expect(page.get_by_role("combobox", name="Commands")).to_be_focused()

    return show


if __name__ == "__main__":
    raise SystemExit(main())
