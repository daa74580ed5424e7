"""The web chat in a browser: `python -m benchmarks.web [--runs 5] [--sessions 5000] [--messages 2000] [--json]`.

A real server with the starter model, a store of many conversations and a long one, and a headless Chromium. Each run
has a browser profile of its own, so its cache is empty. Times are of the page's own clock, until a frame shows what is
waited for; "processor" is the time of the page's main thread, which other programs change less. The bundle is what the
browser asked for until a first question was answered.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import platform
import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Page, Response, ViewportSize, expect

from benchmarks.conversations import conversation
from minerva.core.log import get_logger
from minerva.sessions.db import Database
from minerva.sessions.store import SessionStore
from tools.looking import chromium, serving

SHORT = 6
_NEEDLE = "garden window"
_WAIT_MS = 120_000
_VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
_SHOWN = """
window.shown = (find) => new Promise((done, failed) => {
  setTimeout(() => failed(new Error(`never shown: ${find}`)), 60000);
  const look = () => {
    const box = find()?.getBoundingClientRect();
    const isSeen = box && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
    // What stands in the document now is on the screen when the next frame begins.
    requestAnimationFrame(isSeen ? () => done(performance.now()) : look);
  };
  look();
});
window.message = (id) => () => document.querySelector(`[data-message="${id}"]`);
"""
_FIRST_PAINT = """() => new Promise((done) => new PerformanceObserver((list) => {
  const paint = list.getEntriesByName('first-contentful-paint')[0];
  if (paint) done(paint.startTime);
}).observe({ type: 'paint', buffered: true }))"""
_CLICK = """async ([session, last]) => {
  const begin = performance.now();
  document.querySelector(`a[href="#/c/${session}"]`).click();
  return await shown(message(last)) - begin;
}"""
_SCROLL = """([pixels, frames]) => new Promise((done) => {
  const list = document.querySelector('section[aria-label="Messages"]');
  const times = [];
  let before = performance.now();
  const step = (now) => {
    times.push(now - before);
    before = now;
    list.scrollTop -= pixels;
    if (times.length > frames) done(times.slice(1));
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
_SEARCH = """() => new Promise((done) => {
  document.getElementById('session-search').addEventListener('input', async () => {
    const begin = performance.now();
    done(await shown(() => document.querySelector('.hits a')) - begin);
  }, { once: true });
})"""

Figures = dict[str, float]


def main() -> None:
    """Fill a store, measure, and print a table, or JSON with `--json`."""
    options = _arguments()
    expect.set_options(timeout=_WAIT_MS)
    with tempfile.TemporaryDirectory() as folder:
        session, last = asyncio.run(_fill(Path(folder) / "minerva.sqlite3", options))
        with serving(Path(folder)) as url, chromium() as browser:
            runs = [_run(browser, url, session, last) for _ in range(options.runs)]
            bundle = _bundle(browser, url)
            version = browser.version
    figures = {name: round(median(run[name] for run in runs), 1) for name in runs[0]}
    if options.json:
        about = {"machine": platform.platform(), "chromium": version, "runs": options.runs}
        print(json.dumps({**about, "medians": figures, "bundle": bundle}, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:<52}{value:>10.1f} ms")
    print("until the first question is answered, the page loads", end=" ")
    print(f"{bundle['files']} files, {bundle['bytes']} bytes, {bundle['gzipped_bytes']} gzipped")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sessions", type=int, default=5000)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


async def _fill(file: Path, options: argparse.Namespace) -> tuple[str, str]:
    """Store the conversations; return the id of the long one, which is the newest, and of its last message."""
    chance = random.Random(1)  # noqa: S311 - the same texts each time
    database = Database(file, get_logger("benchmark"))
    store = SessionStore(database)
    for number in range(options.sessions):
        await store.add_copy(conversation(chance, SHORT, 1.7e9 + number))
    long = await store.add_copy(conversation(chance, options.messages, 1.75e9))
    last = (await store.path(long.id))[-1].id
    await database.close()
    return long.id, last


def _run(browser: Browser, url: str, session: str, last: str) -> Figures:
    """Return the figures of one run, in milliseconds."""
    figures: Figures = {}
    _visit(browser, lambda page: figures.update(_from_the_list(page, url, session, last)))
    _visit(browser, lambda page: figures.update(_from_the_address(page, url, session, last)))
    return figures


def _visit(browser: Browser, look: Callable[[Page], None]) -> None:
    """Look at a page in a profile that has never seen it."""
    context = browser.new_context(viewport=_VIEWPORT, locale="en-US")
    context.set_default_timeout(_WAIT_MS)
    context.add_init_script(_SHOWN)
    look(context.new_page())
    context.close()


def _from_the_list(page: Page, url: str, session: str, last: str) -> Figures:
    page.goto(url)
    paint: float = page.evaluate(_FIRST_PAINT)
    expect(page.locator(f'a[href="#/c/{session}"]')).to_be_visible()
    # The page puts the focus here when it is ready; whoever types before types here.
    expect(page.get_by_role("textbox", name="Message", exact=True)).to_be_focused()
    found = page.evaluate_handle(f"() => ({{ after: ({_SEARCH})() }})")
    page.get_by_role("textbox", name="Search conversations").focus()
    page.keyboard.insert_text(_NEEDLE)
    searched: float = found.evaluate("one => one.after")
    page.get_by_role("button", name="Clear the search").click()
    expect(page.locator(f'a[href="#/c/{session}"]')).to_be_visible()
    thread = _thread(page)
    before_ms = _worked_ms(thread)
    clicked: float = page.evaluate(_CLICK, [session, last])
    return {
        "first contentful paint": paint,
        "from a word in the search to its hits": searched,
        "from a click to the last message": clicked,
        "from a click to the last message: processor": _worked_ms(thread) - before_ms,
    }


def _from_the_address(page: Page, url: str, session: str, last: str) -> Figures:
    thread = _thread(page)
    page.goto(f"{url}/#/c/{session}", wait_until="commit")
    opened: float = page.evaluate("last => shown(message(last))", last)
    figures = {
        "from the address to the last message": opened,
        "from the address to the last message: processor": _worked_ms(thread),
    }
    for name, pixels in {"slow": 40, "fast": 400}.items():
        frames = sorted(page.evaluate(_SCROLL, [pixels, 300]))
        figures[f"frame while scrolling, {name}: median"] = median(frames)
        figures[f"frame while scrolling, {name}: 95th percentile"] = frames[len(frames) * 95 // 100]
        figures[f"frame while scrolling, {name}: longest"] = frames[-1]
    return figures


def _thread(page: Page) -> CDPSession:
    """Return what tells how long the main thread of a page has worked."""
    thread = page.context.new_cdp_session(page)
    thread.send("Performance.enable", {"timeDomain": "threadTicks"})
    return thread


def _worked_ms(thread: CDPSession) -> float:
    metrics = {one["name"]: float(one["value"]) for one in thread.send("Performance.getMetrics")["metrics"]}
    return metrics["TaskDuration"] * 1000


def _bundle(browser: Browser, url: str) -> dict[str, int]:
    """Return how much of the page itself is loaded until a first question is answered; what the API says is not it."""
    answers: list[Response] = []

    def ask(page: Page) -> None:
        page.on("response", lambda answer: answers.append(answer))
        page.goto(url)
        field = page.get_by_role("textbox", name="Message", exact=True)
        field.fill("Hello!")
        field.press("Enter")
        expect(page.get_by_role("article")).to_have_count(2)
        expect(page.get_by_role("article").last).to_have_attribute("aria-busy", "false")
        bodies.extend(one.body() for one in answers if not urlsplit(one.url).path.startswith(("/api/", "/v1/")))

    bodies: list[bytes] = []
    _visit(browser, ask)
    gzipped = sum(len(gzip.compress(body, 6)) for body in bodies)
    return {"files": len(bodies), "bytes": sum(map(len, bodies)), "gzipped_bytes": gzipped}


if __name__ == "__main__":
    main()
