"""A file of sessions in any of the formats that are known: which one it is, is seen from what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from minerva.core.errors import InvalidRequest
from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer import chatgpt, open_webui
from minerva.sessions.transfer.entry import BadEntry, Entry, Skipped
from minerva.sessions.transfer.foreign import Broken, elements, record, title
from minerva.sessions.transfer.lines import is_ours, read_lines

_KNOWN = (
    "Known are Minerva's own export (JSON lines), ChatGPT's conversations.json, and Open WebUI's export of "
    "chats (JSON)."
)
_Convert = Callable[[dict[str, Any], float], SessionCopy]


def read(data: bytes, now_s: float) -> Iterator[Entry]:
    """Yield the sessions in `data`, one by one, and what was skipped.

    What has no time was made at `now_s`. Raises `InvalidRequest`, before the first, for a file of no known format.
    """
    if data.startswith(b"PK\x03\x04"):
        raise InvalidRequest("This is a ZIP file. Unpack it, and send the conversations.json that is in it.")
    if is_ours(data):
        return read_lines(data)
    return _read_foreign(_decoded(data), now_s)


def _decoded(data: bytes) -> str:
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidRequest(
            f"The file is not text in UTF-8: {error.reason} at byte {error.start}. {_KNOWN}"
        ) from error
    if source.lstrip()[:1] not in {"[", "{"}:
        raise InvalidRequest(f"The file holds no sessions that are known here. {_KNOWN}")
    return source


def _read_foreign(source: str, now_s: float) -> Iterator[Entry]:
    try:
        for entry in elements(source):
            yield _entry(entry, now_s)
    except Broken as error:
        yield Skipped("", str(error))


def _entry(entry: object, now_s: float) -> Entry:
    convert = _converter(entry)
    if convert is None:
        return Skipped(_title(entry), "This is no conversation of ChatGPT's and no chat of Open WebUI's.")
    try:
        return convert(record(entry), now_s)
    except BadEntry as error:
        return Skipped(_title(entry), str(error))


def _converter(entry: object) -> _Convert | None:
    if chatgpt.is_chatgpt(entry):
        return chatgpt.convert
    return open_webui.convert if open_webui.is_open_webui(entry) else None


def _title(entry: object) -> str:
    return title(record(entry).get("title")) or title(record(record(entry).get("chat")).get("title"))
