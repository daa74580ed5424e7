"""What stands in a message of Open WebUI's export: text, thinking, files; see `open_webui` for the format.

Thinking and calls of tools stand in the text, as `<details type=…>` in HTML, its characters escaped.
"""

from __future__ import annotations

import binascii
import html
import re
from base64 import b64decode
from typing import Any

from minerva.core.session import Attachment
from minerva.sessions.records import AttachmentFile
from minerva.sessions.transfer.foreign import fenced, items, name, number, record, text

_DETAILS = re.compile(r"<details\b([^>]*)>(.*?)</details>\n?", re.DOTALL)
_ATTRIBUTE = re.compile(r'([a-z_]+)="([^"]*)"')
_SUMMARY = re.compile(r"\s*<summary>.*?</summary>\n?", re.DOTALL)
_DATA_URL = re.compile(r"data:(image/(?:png|jpeg|webp|gif));base64,")
_SUFFIXES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
_MOST_BYTES = 20 * 1024 * 1024
_MOST_CHARACTERS = 1_000_000


class Answer:
    """A text with its thinking taken out."""

    def __init__(self, source: str) -> None:
        """Take `source` apart."""
        self._thinking: list[str] = []
        self._seconds = 0.0
        self.content = _DETAILS.sub(self._detail, source).strip() if "<details" in source else source.strip()
        self.reasoning = "\n\n".join(filter(None, self._thinking))
        self.reasoning_s = self._seconds or None

    def _detail(self, match: re.Match[str]) -> str:
        """Return what stays in the text where a `<details>` stood."""
        attributes = {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(match[1])}
        body = html.unescape(_SUMMARY.sub("", match[2], count=1)).strip()
        match attributes.get("type"):
            case "reasoning":
                self._thinking.append("\n".join(line.removeprefix(">").removeprefix(" ") for line in body.split("\n")))
                duration = attributes.get("duration", "")
                self._seconds += float(duration) if re.fullmatch(r"\d{1,7}(\.\d{1,9})?", duration) else 0.0
                return ""
            case "tool_calls":
                return _call(attributes, body) + "\n\n"
            case _:
                return match[0]


def content_text(content: object) -> str:
    """Return the text of a message: it may be in parts, as OpenAI's API has them."""
    if isinstance(content, str):
        return text(content)
    parts = map(record, items(content))
    return "\n\n".join(filter(None, (text(part.get("text")) for part in parts)))


def kept_files(message: dict[str, Any], message_id: str) -> tuple[list[AttachmentFile], list[str]]:
    """Return the files that the export holds, and notes of those that it only names."""
    files: list[AttachmentFile] = []
    notes: list[str] = []
    for number_, one in enumerate(map(record, items(message.get("files")))):
        file = _file(one, f"{message_id}/{number_}")
        if file is not None:
            files.append(file)
        else:
            told = record(one.get("file"))
            what = name(one.get("name")) or name(told.get("filename")) or name(one.get("type")) or "file"
            notes.append(f"*[attachment {what}; not in the export]*")
    return files, notes


def _file(one: dict[str, Any], file_id: str) -> AttachmentFile | None:
    """Return an image that is in the export as a data URL, or the text of a document."""
    url, told = text(one.get("url")), record(one.get("file"))
    label = name(one.get("name")) or name(told.get("filename"))
    if (match := _DATA_URL.match(url)) is not None:
        data = _decoded(url[match.end() :])
        return None if data is None else _kept(file_id, label or f"image.{_SUFFIXES[match[1]]}", match[1], data, "")
    words = text(record(told.get("data")).get("content"))
    if not words or len(words) > _MOST_CHARACTERS:
        return None
    return _kept(file_id, label or "file.txt", "text/plain", words.encode(), words)


def _kept(file_id: str, label: str, media_type: str, data: bytes, words: str) -> AttachmentFile:
    attachment = Attachment(
        id=file_id, name=label, media_type=media_type, size_bytes=len(data), text_characters=len(words)
    )
    return AttachmentFile(attachment, data, words)


def _decoded(source: str) -> bytes | None:
    try:
        data = b64decode(source, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if 0 < len(data) <= _MOST_BYTES else None


def _call(attributes: dict[str, str], body: str) -> str:
    """Return a tool's call and its result as text: of the tool itself nothing is known here."""
    result = attributes.get("result") or body
    blocks = [f"Called `{attributes.get('name') or 'a tool'}`:", fenced(attributes.get("arguments") or "{}", "json")]
    return "\n\n".join([*blocks, *([fenced(result, "text")] if result else [])])


def tokens(message: dict[str, Any]) -> tuple[float | None, float | None]:
    """Return the tokens of the prompt and of the answer, where they are told."""
    usage = record(message.get("usage")) or record(message.get("info"))
    prompt = number(usage.get("prompt_tokens")) or number(usage.get("prompt_eval_count"))
    return prompt, number(usage.get("completion_tokens")) or number(usage.get("eval_count"))
