"""Files to attach: a small picture, and some that only look like one."""

from __future__ import annotations

import struct
import zlib

from playwright.sync_api import FilePayload, Page


def png(width: int, height: int) -> bytes:
    """Return a blue picture of this many pixels."""
    rows = (b"\0" + b"\x20\x40\xc0" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def attach(page: Page, name: str, media_type: str, content: bytes) -> None:
    """Choose a file with the button of the field to write in."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach files").click()
    chooser.value.set_files(FilePayload(name=name, mimeType=media_type, buffer=content))
