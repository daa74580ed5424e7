"""Whatever a model, a file or a title says, it is text: nothing of it runs, and nothing asks another host."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Dialog, FilePayload, Locator, Page, expect

from tests.browser.api import Api
from tests.browser.chat import Chat
from tests.browser.payloads import CORPUS, DEEP, DIAGRAMS, EVIL, KINDS
from tests.browser.watch import GONE, Watch

TALL: dict[str, Any] = {"viewport": {"width": 1200, "height": 9000}}
"""So high that all messages of a conversation are drawn at once."""
_PWNED = """
globalThis.pwned = () => {
  globalThis.hasRun = true;
  console.error(`what a text says has run at ${location.href}`);
};
"""
_TOUCH = """(drawing) => drawing.querySelectorAll('*').forEach((one) =>
  ['mouseover', 'mousedown', 'mouseup', 'click'].forEach((type) =>
    one.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true }))))"""
_FORBIDDEN = """(element) => [...element.querySelectorAll('*')].filter((one) =>
  ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'META', 'LINK', 'STYLE', 'FORM', 'INPUT', 'TEXTAREA', 'VIDEO',
   'AUDIO', 'SOURCE', 'DIALOG', 'ANIMATE', 'SET', 'FOREIGNOBJECT'].includes(one.tagName.toUpperCase())
  || [...one.attributes].some(({ name, value }) => /^on|^srcdoc$|^formaction$|^ping$|^srcset$/i.test(name)
    || /^(javascript|vbscript|data:text|file):/i.test(value.replace(/[\\s\\0-\\x1f]/g, '')))
  ).map((one) => one.outerHTML.slice(0, 300))"""


@pytest.fixture(autouse=True)
def traps(context: BrowserContext, watch: Watch) -> list[str]:
    """What opened that nobody asked for. A text that runs is an error in the console, which `watch` minds."""
    found: list[str] = []

    def surprised(dialog: Dialog) -> None:
        found.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def look_at(page: Page) -> None:
        page.on("dialog", surprised)
        page.on("popup", lambda popup: found.append(f"a window: {popup.url}"))

    context.add_init_script(_PWNED)
    context.on("page", look_at)
    return found


@pytest.fixture
def corpus(page: Page) -> dict[str, list[str]]:
    """The payloads by kind."""
    source = CORPUS.read_text(encoding="utf-8")
    found = re.search(r"PAYLOADS[^=]*= (\{.*\});\s*$", source, re.DOTALL)
    assert found, f"{CORPUS} is not of the form that is known here"
    payloads: dict[str, list[str]] = page.evaluate(f"() => ({found[1]})")
    return payloads


def test_the_corpus_has_no_kind_that_is_not_tried(corpus: dict[str, list[str]]) -> None:
    assert sorted(corpus) == sorted(KINDS)
    assert all(corpus.values())


@pytest.mark.parametrize("profile", [TALL], ids=["tall"])
@pytest.mark.parametrize("kind", KINDS)
def test_what_a_model_writes_is_text(
    chat: Chat, api: Api, corpus: dict[str, list[str]], kind: str, traps: list[str], profile: dict[str, Any]
) -> None:
    payloads = corpus[kind]
    session = api.session(f"Try {kind}")
    api.talk(session, *[text for payload in payloads for text in (payload, payload)])
    chat.open(session)
    expect(chat.messages).to_have_count(2 * len(payloads))
    _wait_until_drawn(chat, kind)
    for link in chat.messages.get_by_role("link").all():
        assert re.match("https?://|mailto:", link.get_attribute("href") or ""), link.evaluate("one => one.outerHTML")
    _assert_nothing_happened(chat, traps)


@pytest.mark.parametrize("source", DIAGRAMS, ids=range(len(DIAGRAMS)))
def test_diagrams_run_nothing(chat: Chat, api: Api, source: str, traps: list[str], watch: Watch) -> None:
    # What draws them puts labels into its own page as HTML. That page's policy forbids all that might come of it;
    # what would run in spite of it is told on the console by another name.
    for guard in (
        "Content Security Policy directive.*/mermaid",
        "^console error: policy: ",
        "^a failed request: .*: csp$",
    ):
        watch.allow(guard)
    session = api.session("Diagrams")
    api.talk(session, "Draw.", source)
    chat.open(session)
    chat.page.get_by_role("button", name="Show diagram").click()
    drawn = chat.page.get_by_title("Diagram", exact=True)
    failed = chat.page.get_by_text("This diagram cannot be drawn")
    expect(drawn.or_(failed)).to_be_visible()
    expect(chat.page.get_by_text("Drawing …")).to_have_count(0)
    if drawn.count():
        drawing = drawn.content_frame.locator("svg").first
        expect(drawing).to_be_visible()
        drawing.evaluate(_TOUCH)
    chat.page.get_by_role("link", name="New conversation").click()
    expect(chat.messages).to_have_count(0)
    _assert_nothing_happened(chat, traps)


@pytest.mark.parametrize("text", DEEP, ids=[text[:4].strip() + str(number) for number, text in enumerate(DEEP)])
def test_a_text_of_any_depth_leaves_the_page_usable(chat: Chat, api: Api, text: str, traps: list[str]) -> None:
    session = api.session("Deep")
    api.talk(session, text, text, "And then?", "That was all.")
    chat.open(session)
    expect(chat.message(-1)).to_contain_text("That was all.")
    chat.messages.last.press("Home")
    chat.field.fill("still here")
    expect(chat.send_button).to_be_enabled()
    _assert_nothing_happened(chat, traps)


def test_names_and_contents_of_files_are_text(chat: Chat, api: Api, traps: list[str]) -> None:
    files: list[FilePayload] = [
        {"name": f"{EVIL}.txt".replace("/", ""), "mimeType": "text/plain", "buffer": EVIL.encode()},
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<script>pwned()</script>"},
        {
            "name": "drawing.svg",
            "mimeType": "image/svg+xml",
            "buffer": b"<svg xmlns='http://www.w3.org/2000/svg' onload='pwned()'/>",
        },
        {"name": "‮gpj.exe", "mimeType": "text/html", "buffer": b"<script>pwned()</script>"},
    ]
    with chat.page.expect_file_chooser() as chooser:
        chat.page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(files)
    attached = chat.page.get_by_role("list", name="Attached files")
    waiting = attached.get_by_role("listitem")
    expect(waiting).to_have_count(len(files))
    expect(waiting.first).to_contain_text(EVIL)
    expect(attached.get_by_role("progressbar")).to_have_count(0)
    chat.ask("What is in these files?")
    sent = chat.message(1).get_by_role("list", name="Attached files").get_by_role("button")
    expect(sent).to_have_count(len(files))
    for button in sent.all():
        with chat.page.expect_download() as download:
            button.click()
        assert download.value.failure() is None
    _assert_nothing_happened(chat, traps)


def test_an_attachment_is_never_a_page(chat: Chat, api: Api, traps: list[str]) -> None:
    session = api.session("Files")
    page = api.attach(session, "page.html", "text/html", b"<script>pwned()</script>")
    with chat.page.expect_download() as download:
        chat.page.evaluate("path => { location.href = path; }", f"api/minerva/v1/attachments/{page}")
    assert download.value.failure() is None
    _assert_nothing_happened(chat, traps)


def test_titles_tags_and_templates_are_text_wherever_they_stand(
    chat: Chat, api: Api, traps: list[str], watch: Watch
) -> None:
    watch.allow(GONE)
    session = api.session(EVIL, tags=[EVIL])
    api.talk(session, f"needle {EVIL}", f"needle {EVIL}")
    api.put(f"/templates/{quote('<img src=x onerror=pwned()>')}", body=EVIL)
    api.put("/presets/evil", name="evil", model="starter", system=EVIL, license=EVIL)
    chat.open(session)
    page = chat.page
    expect(page.get_by_role("heading", name=EVIL)).to_be_visible()
    expect(page).to_have_title(re.compile(re.escape(EVIL)))
    page.get_by_role("button", name="More for this conversation").click()
    page.get_by_role("menuitem", name="Tags …").click()
    expect(page.get_by_role("dialog").get_by_role("button", name=EVIL)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("textbox", name="Search conversations").fill("needle")
    expect(page.get_by_role("link", name=EVIL).first).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Commands").fill("needle")
    commands = page.get_by_role("listbox", name="Commands")
    expect(commands.get_by_role("option", name=EVIL)).to_be_visible()
    page.keyboard.press("Escape")
    chat.field.fill("/")
    expect(page.get_by_role("main").get_by_role("option", name=re.compile("img src=x"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(chat.field).to_have_value(EVIL)
    page.get_by_role("button", name="More for this conversation").click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("region", name="Notices")).to_contain_text(EVIL)
    for section in ("data", "presets", "templates"):
        page.goto(f"./#/settings/{section}")
        expect(page.get_by_role("main").get_by_text(EVIL).first).to_be_visible()
    _assert_nothing_happened(chat, traps)


def _wait_until_drawn(chat: Chat, kind: str) -> None:
    """What draws formulas and colours code is loaded when it is needed first."""
    if kind == "formulas":
        expect(chat.messages.get_by_role("math").first).to_be_visible()
    if kind == "code":  # nothing but colours tells of it
        expect(chat.messages.locator("code > span").first).to_be_visible()


def _assert_nothing_happened(chat: Chat, traps: list[str]) -> None:
    """`watch` looks at the rest when the test is over."""
    assert _forbidden(chat.messages) == []
    assert chat.page.evaluate("() => 'hasRun' in globalThis") is False
    assert traps == []


def _forbidden(messages: Locator) -> list[str]:
    """Elements of messages that could run something, or ask for something."""
    return [html for message in messages.all() for html in message.evaluate(_FORBIDDEN)]
