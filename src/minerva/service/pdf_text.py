"""The text of a PDF. It is a stranger's file: what it may take of time and memory is bounded."""

from __future__ import annotations

import io
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minerva.core.errors import InvalidRequest, ShuttingDown

if TYPE_CHECKING:
    from pypdf import PdfReader

_MOST_PAGES = 2000
MOST_S = 60.0
"""How long one file may take."""
_ADVICE = "Open it in a PDF viewer, save or print it as a new PDF, and attach that; or paste the text."


class _TooLong(Exception):
    """The time for one document is over."""


def pdf_text(data: bytes, name: str, most_characters: int, is_gone: Callable[[], bool] = lambda: False) -> str:
    """Return the text of the pages of a PDF, with an empty line between them. Blocks; run it in a thread.

    It ends early, by an error that says so, when `is_gone` says that nobody waits for it. Raises `InvalidRequest`,
    which says what to do, for a file that is broken or encrypted, that has no text, or too much of it.
    """
    # Its import takes 90 ms, and most servers never see a PDF.
    from pypdf.errors import PyPdfError

    # It warns of each fault that it gets over, which is of no interest to whoever runs the server.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return _read(data, name, most_characters, is_gone)
    except (ShuttingDown, InvalidRequest, MemoryError):
        raise
    except _TooLong as error:
        raise InvalidRequest(f"{name!r} takes more than {MOST_S:.0f} s to read. Attach fewer of its pages.") from error
    except PyPdfError as error:
        raise InvalidRequest(f"{name!r} is a PDF that cannot be read: {error}. {_ADVICE}") from error
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        raise InvalidRequest(f"{name!r} is a broken PDF ({why}). {_ADVICE}") from error


def _read(data: bytes, name: str, most_characters: int, is_gone: Callable[[], bool]) -> str:
    from pypdf import PdfReader

    end_s = time.monotonic() + MOST_S
    reader = PdfReader(io.BytesIO(data))
    _unlock(reader, name)
    if (count := len(reader.pages)) > _MOST_PAGES:
        raise InvalidRequest(f"{name!r} has {count:,} pages; at most {_MOST_PAGES:,} are read. Attach a part of it.")

    def check_time(*_: Any) -> None:
        if is_gone():
            raise ShuttingDown(f"{name!r} was not read to its end: the server is shutting down. Attach it again later.")
        if time.monotonic() > end_s:
            raise _TooLong

    pages: list[str] = []
    characters = 0
    for page in reader.pages:
        check_time()
        pages.append(page.extract_text(visitor_operand_before=check_time).strip())
        characters += len(pages[-1])
        if characters > most_characters:
            raise InvalidRequest(
                f"{name!r} has more than {most_characters:,} characters of text by page {len(pages)} of {count}. "
                "Attach a part of it."
            )
    text = "\n\n".join(filter(None, pages))
    if not text:
        raise InvalidRequest(
            f"{name!r} has no text in it: its {count} pages are pictures. Run a text recognition (OCR) over it, or "
            "attach the pictures."
        )
    return text


def _unlock(reader: PdfReader, name: str) -> None:
    """Open what needs no password to be read. Raises `InvalidRequest` for the rest."""
    from pypdf.errors import DependencyError, PyPdfError

    if not reader.is_encrypted:
        return
    try:
        opened = bool(reader.decrypt(""))
    except (DependencyError, NotImplementedError, PyPdfError):
        opened = False
    if not opened:
        raise InvalidRequest(
            f"{name!r} is encrypted. Open it in a PDF viewer with its password, save or print it as a new PDF without "
            "one, and attach that."
        )
