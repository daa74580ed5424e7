from __future__ import annotations

import codecs
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.errors import InvalidRequest
from minerva.service import attachment_text, pdf_text
from minerva.service.attachment_text import FileText, clean_name, read_file
from minerva.service.pdf_pool import PdfPool
from tests.support.pdf import make_pdf


async def _read(name: str, media_type: str, data: bytes) -> FileText:
    pdfs = PdfPool()
    try:
        return await read_file(name, media_type, data, pdfs)
    finally:
        await pdfs.close()


@pytest.mark.parametrize(
    ("name", "said", "data", "media_type", "text"),
    [
        ("a.txt", "", b"hello", "text/plain", "hello"),
        ("a.md", "", b"# Hi\r\nthere\rnow", "text/markdown", "# Hi\nthere\nnow"),
        ("a.py", "application/octet-stream", b"x = 1", "text/x-python", "x = 1"),
        ("a.csv", "text/csv; charset=latin-1", "ü;1".encode("latin-1"), "text/csv", "ü;1"),
        ("a.csv", "", "„a“;€".encode("cp1252"), "text/csv", "„a“;€"),
        ("a.bin", "", b"\x81 is nothing in Windows-1252: \xfc", "application/octet-stream", None),
        ("a.txt", "", codecs.BOM_UTF8 + "ü".encode(), "text/plain", "ü"),
        ("a.txt", "", codecs.BOM_UTF16_LE + "ü\n".encode("utf-16-le"), "text/plain", "ü\n"),
        ("a.txt", "", codecs.BOM_UTF16_BE + "ü".encode("utf-16-be"), "text/plain", "ü"),
        ("a.txt", "", codecs.BOM_UTF32_LE + "ü".encode("utf-32-le"), "text/plain", "ü"),
        ("a.json", "application/json", b"{}", "application/json", "{}"),
        ("Makefile", "", b"run:\n\tx \x1b[0m\f", "text/plain", "run:\n\tx \x1b[0m\f"),
        ("a.txt", "image/png", b"no image", "text/plain", "no image"),
        ("a.txt", "<script>/x", b"x", "text/plain", "x"),
        ("a.svg", "image/svg+xml", b"<svg/>", "image/svg+xml", "<svg/>"),
    ],
)
async def test_text_is_read_in_the_encoding_that_it_has(
    name: str, said: str, data: bytes, media_type: str, text: str | None
) -> None:
    expected = data.decode("latin-1") if text is None else text
    assert await _read(name, said, data) == FileText(name, media_type, expected)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        (b"\xff\xd8\xff\xe0\0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a\0", "image/gif"),
    ],
)
async def test_an_image_is_known_by_its_bytes_and_has_no_text(data: bytes, media_type: str) -> None:
    assert await _read("a.txt", "text/plain", data) == FileText("a.txt", media_type, "")


@pytest.mark.parametrize(
    ("name", "said", "data", "words"),
    [
        ("a.docx", "", b"PK\x03\x04\0", "a ZIP file, as .docx"),
        ("a", "", b"\x7fELF\0", "a program"),
        ("a.wav", "", b"RIFF\0\0\0\0WAVE", "sound or video"),
        ("a.mp4", "", b"\0\0\0\x18ftyp", "video/mp4"),
        ("a", "application/x-thing", b"\0", "application/x-thing"),
        ("a", "", b"\0", "neither text nor anything"),
        ("a.txt", "", codecs.BOM_UTF16_LE + b"\0\xd8x", "says that it is text in UTF-16"),
        ("a.txt", "", b"", "is empty"),
    ],
)
async def test_what_has_no_text_is_refused_by_what_it_is(name: str, said: str, data: bytes, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await _read(name, said, data)
    assert words in caught.value.message


async def test_what_is_too_large_is_refused_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachment_text, "MOST_BYTES", 2048)
    monkeypatch.setattr(attachment_text, "MOST_CHARACTERS", 1000)
    with pytest.raises(InvalidRequest, match=r"'a\.txt' has 2 KiB; at most 2 KiB"):
        await _read("a.txt", "", b"x" * 2049)
    with pytest.raises(InvalidRequest, match="has 1,001 characters of text; at most 1,000"):
        await _read("a.txt", "", b"x" * 1001)
    monkeypatch.setattr(attachment_text, "MOST_BYTES", 20_000)
    with pytest.raises(InvalidRequest, match="more than 1,000 characters of text by page 2 of 3"):
        await _read("a.pdf", "", make_pdf(["x" * 600] * 3))


async def test_a_pdf_is_read_page_by_page() -> None:
    read = await _read("a.pdf", "", make_pdf(["First page", "", "Third page"]))
    assert read == FileText("a.pdf", "application/pdf", "First page\n\nThird page")


async def test_a_pdf_that_needs_no_password_to_be_read_is_read() -> None:
    read = await _read("a.pdf", "application/pdf", make_pdf(["Words"], password="", owner="secret"))
    assert read.text == "Words"


PDF = make_pdf(["Words"])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (make_pdf(["Words"], password="secret"), "is encrypted. Open it in a PDF viewer"),
        (make_pdf(["", ""]), "no text in it: its 2 pages are pictures"),
        (b"%PDF-1.7\nno more", "save or print it as a new PDF"),
        (PDF[:200], "save or print it as a new PDF"),
        (PDF.replace(b"/Pages", b"/Pxges"), "save or print it as a new PDF"),
    ],
)
async def test_a_pdf_that_cannot_be_read_is_refused_with_what_to_do(data: bytes, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        await _read("a.pdf", "", data)
    assert "'a.pdf'" in caught.value.message
    assert words in caught.value.message


async def test_pages_and_time_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_text, "_MOST_PAGES", 1)
    with pytest.raises(InvalidRequest, match="has 2 pages; at most 1 are read"):
        await _read("a.pdf", "", make_pdf(["a", "b"]))
    monkeypatch.setattr(pdf_text, "MOST_S", -1.0)
    with pytest.raises(InvalidRequest, match=r"to read\. Attach fewer"):
        await _read("a.pdf", "", make_pdf(["a"]))


async def test_the_time_is_looked_at_within_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 0.0])
    # The first two are at the beginning and before the page; while the page is read it is late.
    monkeypatch.setattr("minerva.service.pdf_text.time.monotonic", lambda: next(times, 1000.0))
    with pytest.raises(InvalidRequest, match=r"to read\. Attach fewer"):
        await _read("a.pdf", "", make_pdf(["a"]))


@given(st.binary(max_size=60), st.integers(0, 400))
@settings(max_examples=40, deadline=None)
async def test_whatever_a_pdf_holds_is_text_or_a_refusal(noise: bytes, at: int) -> None:
    spoiled = PDF[:at] + noise + PDF[at + len(noise) :]
    with contextlib.suppress(InvalidRequest):
        read = await _read("a.pdf", "", b"%PDF-1.7\n" + spoiled)
        assert read.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("/somewhere/notes.txt", "notes.txt"),
        ("C:\\me\\notes.txt", "notes.txt"),
        ("a\r\nb\0.txt", "a b .txt"),
        ("  ä .txt ", "ä .txt"),
        ("x" * 300 + ".txt", "x" * 196 + ".txt"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_one_of_a_file(name: str, clean: str) -> None:
    assert clean_name(name) == clean


@pytest.mark.parametrize("name", ["", " ", "..", "a/", "\0"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        clean_name(name)
    assert caught.value.param == "name"
