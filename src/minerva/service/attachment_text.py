"""What a model is given of a file: its text, if it is text or a PDF; an image has none and is kept for models that see.

What a file is, is seen from its bytes; its name and the type that the sender gives decide only what it is called.
"""

from __future__ import annotations

import asyncio
import codecs
import mimetypes
import re

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.units import format_size
from minerva.service.pdf_pool import PdfPool

MOST_BYTES = 20 * 1024 * 1024
MOST_CHARACTERS = 1_000_000
_NAME_CHARACTERS = 200
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,60}")
_UNSAID = frozenset({"application/octet-stream", "binary/octet-stream", "application/x-www-form-urlencoded"})
"""What is sent by programs that do not know, or do not say."""
_IMAGES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))
_OTHERS = (
    (b"PK\x03\x04", "a ZIP file, as .docx, .xlsx, .pptx and .epub are too"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"GGUF", "a model"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"RIFF", "sound or video"),
    (b"SQLite format 3", "a database"),
    (b"BM", "an image in BMP"),
    (b"II*\0", "an image in TIFF"),
    (b"MM\0*", "an image in TIFF"),
)
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks. UTF-32's begins with UTF-16's."""
_NO_TEXT = re.compile(rb"[\0-\x08\x0e-\x1a\x1c-\x1f]")
"""Control characters that no text has; the escape character stands in the output of terminals."""
_PDF_WITHIN = 1024
"""A PDF begins with its mark within so many bytes (PDF 1.7, annex H, implementation note 13)."""


class FileText(msgspec.Struct, frozen=True):
    """A file as it is kept: what it is called, of which type it is, and its text, which is "" for an image."""

    name: str
    media_type: str
    text: str


async def read_file(name: str, media_type: str, data: bytes, pdfs: PdfPool) -> FileText:
    """Return what is to be kept of a file beside its bytes. `media_type` is what the sender calls it, or "".

    Raises `InvalidRequest` for what is too large, encrypted, broken, or of a type that no text is made of, and what
    `pdfs` raise.
    """
    name = clean_name(name)
    _check_size(name, data)
    if (image := _image(data)) is not None:
        return FileText(name, image, "")
    if b"%PDF-" in data[:_PDF_WITHIN]:
        return FileText(name, "application/pdf", await pdfs.text(data, name, MOST_CHARACTERS))
    text = await asyncio.to_thread(_decode, data, name, media_type)
    if len(text) > MOST_CHARACTERS:
        raise InvalidRequest(
            f"{name!r} has {len(text):,} characters of text; at most {MOST_CHARACTERS:,} may be attached. "
            "Attach a part of it."
        )
    return FileText(name, _media_type(name, media_type), text)


def clean_name(name: str) -> str:
    """Return a file's name without its folders. Raises `InvalidRequest` if nothing is left of it."""
    last = re.split(r"[/\\]", name)[-1]
    clean = " ".join("".join(one if one.isprintable() else " " for one in last).split())
    if not clean.strip(". "):
        raise InvalidRequest(f"`name` is {name[:80]!r}; send the file's name, as in `?name=notes.txt`.", "name")
    if len(clean) <= _NAME_CHARACTERS:
        return clean
    stem, dot, suffix = clean.rpartition(".")
    return stem[: _NAME_CHARACTERS - len(suffix) - 1] + dot + suffix if len(suffix) < 20 else clean[:_NAME_CHARACTERS]


def _check_size(name: str, data: bytes) -> None:
    if not data:
        raise InvalidRequest(f"{name!r} is empty; there is nothing to attach.")
    if len(data) > MOST_BYTES:
        raise InvalidRequest(
            f"{name!r} has {format_size(len(data))}; at most {format_size(MOST_BYTES)} may be attached. "
            "Attach a part of it."
        )


def _image(data: bytes) -> str | None:
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _IMAGES if data.startswith(magic)), None)


def _decode(data: bytes, name: str, media_type: str) -> str:
    """Return the text in `data`: by its byte order mark, else UTF-8, else what Windows and older systems write."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if encoding is None and _NO_TEXT.search(data) is not None:
        raise _refusal(data, name, media_type)
    try:
        text = data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise InvalidRequest(
                f"{name!r} says that it is text in {encoding.upper()}, and is not: {error.reason} at byte "
                f"{error.start:,}. Save it as UTF-8, and attach that."
            ) from error
        text = _western(data)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _western(data: bytes) -> str:
    """Windows-1252 is Latin-1 with letters in place of control characters; five bytes it has not."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _refusal(data: bytes, name: str, media_type: str) -> InvalidRequest:
    known = next((what for magic, what in _OTHERS if data.startswith(magic)), None)
    guessed = mimetypes.guess_type(name)[0]
    kind = known or guessed or _said(media_type) or "neither text nor anything else that is known here"
    return InvalidRequest(
        f"{name!r} is {kind}. What can be attached: text in any form (also Markdown, code, CSV), PDF, and images in "
        "PNG, JPEG, WebP and GIF. Save it as one of these."
    )


def _media_type(name: str, media_type: str) -> str:
    """Return what a text is called: what the sender says, or what its name says, or plain text."""
    guessed = mimetypes.guess_type(name)[0]
    for kind in (_said(media_type), guessed):
        if kind is not None and not kind.startswith(("image/", "audio/", "video/", "font/")):
            return kind
    return "image/svg+xml" if guessed == "image/svg+xml" else "text/plain"


def _said(media_type: str) -> str | None:
    kind = media_type.partition(";")[0].strip().lower()
    return kind if _MEDIA_TYPE.fullmatch(kind) and kind not in _UNSAID else None
