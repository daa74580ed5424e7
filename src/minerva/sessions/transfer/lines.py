"""Our own format: JSON lines. The first says which format it is, each of the others is a `SessionCopy`.

Bytes, as those of files, are base64. What a line holds comes back as it was, but for ids, which are given anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer.entry import Entry, Skipped
from minerva.sessions.transfer.soundness import check_copy

FORMAT = "minerva-sessions"
VERSION = 1


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """The first line. `exported_s` is when it was written, in seconds since the epoch."""

    format: str
    version: int
    exported_s: float = 0.0


class _Title(msgspec.Struct, frozen=True):
    title: str = ""


class _Titled(msgspec.Struct, frozen=True):
    session: _Title = _Title()


def header_line(now_s: float) -> bytes:
    """Return the first line of a file that is written at `now_s`."""
    return msgspec.json.encode(Header(format=FORMAT, version=VERSION, exported_s=now_s)) + b"\n"


def session_line(copy: SessionCopy) -> bytes:
    """Return the line of one session."""
    return msgspec.json.encode(copy) + b"\n"


def is_ours(data: bytes) -> bool:
    """Whether `data` begins with our first line. Raises `InvalidRequest` for a version that is not known here."""
    try:
        header = msgspec.json.decode(data.partition(b"\n")[0], type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    if header.format != FORMAT:
        return False
    if header.version != VERSION:
        raise InvalidRequest(
            f"The file is in version {header.version} of {FORMAT}, and this Minerva knows version {VERSION}. "
            "Import it with the Minerva that wrote it, or a newer one."
        )
    return True


def read_lines(data: bytes) -> Iterator[Entry]:
    """Yield what stands behind the first line, one by one; what cannot be read is skipped, and the reason told."""
    at = data.find(b"\n") + 1
    while 0 < at < len(data):
        end = data.find(b"\n", at)
        line = data[at:] if end < 0 else data[at:end]
        at = end + 1
        if line.strip():
            yield _read_line(line)


def _read_line(line: bytes) -> Entry:
    try:
        copy = msgspec.json.decode(line, type=SessionCopy)
        check_copy(copy)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Skipped(_title(line), f"The line holds no session: {error}.")
    except InvalidRequest as error:
        return Skipped(_title(line), error.message)
    return copy


def _title(line: bytes) -> str:
    """Return the title of a session that cannot be read, if that can."""
    try:
        return msgspec.json.decode(line, type=_Titled).session.title
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
