"""Files in a message: pictures are shown, and nothing that only looks like one is more than a file to be saved."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.api import Api
from tests.browser.axe import violations
from tests.browser.chat import Chat
from tests.browser.keyboard import Keyboard
from tests.browser.pictures import attach, png

SETTINGS = {"max_tokens": 4}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='parent.pwned=1'><script>parent.pwned = 1</script></svg>"


def _open(chat: Chat, api: Api) -> str:
    session = api.session("Pictures", settings=SETTINGS)
    chat.open(session)
    return session


def test_a_picture_is_seen_before_and_after_it_is_sent_and_large_when_it_is_clicked(chat: Chat, api: Api) -> None:
    _open(chat, api)
    page, keys = chat.page, Keyboard(chat.page)
    attach(page, "A boat.png", "image/png", png(600, 400))
    files = page.get_by_role("list", name="Attached files")
    small = files.get_by_role("img", name="A boat.png", exact=True)
    expect(small).to_be_visible()
    note = page.get_by_text("starter cannot see images: A boat.png will be kept with your message")
    expect(note).to_be_visible()
    assert violations(page) == []
    chat.field.fill("Here it is.")
    chat.field.press("Enter")
    expect(note).to_have_count(0)
    chat.wait_for_answer()
    for _ in range(2):
        picture = chat.message(1).get_by_role("img", name="A boat.png", exact=True)
        expect(picture).to_be_visible()
        expect(picture).to_have_js_property("naturalWidth", 600)
        page.reload()
    thumbnail = chat.message(1).get_by_role("button", name="A boat.png", exact=True)
    thumbnail.click()
    dialog = page.get_by_role("dialog", name="A boat.png")
    large = dialog.get_by_role("img", name="A boat.png", exact=True)
    expect(large).to_have_js_property("naturalWidth", 600)
    box = large.bounding_box()
    assert box is not None
    assert box["width"] == 600
    assert violations(page) == []
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download A boat.png").click()
    assert download.value.path().read_bytes() == png(600, 400)
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.expect_at(thumbnail)


def test_what_has_scripts_in_it_or_is_broken_is_a_file_to_be_saved(chat: Chat, api: Api) -> None:
    session = _open(chat, api)
    page = chat.page
    attach(page, "evil.svg", "image/svg+xml", SVG)
    attach(page, "broken.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    files = page.get_by_role("list", name="Attached files")
    expect(files.get_by_role("listitem")).to_have_count(2)
    expect(files.get_by_role("progressbar")).to_have_count(0)
    chat.field.fill("Two files.")
    chat.field.press("Enter")
    chat.wait_for_answer()
    message = chat.message(1)
    for name in ("evil.svg", "broken.png"):
        expect(message.get_by_role("button", name=name)).to_be_visible()
    expect(message.get_by_role("img")).to_have_count(0)
    [svg, _] = api.path(session)[0]["attachments"]
    # Not even where somebody opens its address.
    with page.expect_download():
        page.evaluate("(id) => { location.assign(`api/minerva/v1/attachments/${id}`); }", svg["id"])
    assert page.evaluate("() => 'pwned' in window") is False


def test_how_far_an_upload_is_can_be_seen_and_it_can_be_given_up(chat: Chat, api: Api) -> None:
    _open(chat, api)
    page = chat.page
    held: list[Route] = []
    page.route("**/attachments?*", lambda route: held.append(route))
    attach(page, "notes.txt", "text/plain", b"Some words")
    files = page.get_by_role("list", name="Attached files")
    progress = files.get_by_role("progressbar", name="Upload of notes.txt")
    expect(progress).to_be_visible()
    expect(files).to_contain_text("%")
    assert violations(page) == []
    held.pop().continue_()
    expect(progress).to_have_count(0)
    expect(files.get_by_role("status")).to_have_text("10 B")
    attach(page, "more.txt", "text/plain", b"More words")
    expect(files.get_by_role("progressbar", name="Upload of more.txt")).to_be_visible()
    files.get_by_role("button", name="Remove more.txt").click()
    expect(files.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("region", name="Notices").get_by_role("listitem")).to_have_count(0)
