"""What stands in a message of ChatGPT's export, as text; see `chatgpt` for the format."""

from __future__ import annotations

import re
from typing import Any

from minerva.sessions.transfer.foreign import count, fenced, items, name, record, text

_MARK = re.compile("\ue200[^\ue201]*\ue201|[\ue200-\ue20f]")
"""A citation in ChatGPT's own marks, which only its page can show."""
_KINDS = {
    "image_asset_pointer": "image",
    "audio_asset_pointer": "audio",
    "real_time_user_audio_video_asset_pointer": "audio and video",
    "video_container_asset_pointer": "video",
}


def said(message: dict[str, Any]) -> str:
    """Return the text of a message; what is no text is noted."""
    content = record(message.get("content"))
    match content.get("content_type"):
        case "code":
            language = text(content.get("language"))
            words = _fenced(text(content.get("text")), "" if language == "unknown" else language)
        case "execution_output":
            words = _fenced(text(content.get("text")), "text")
        case "tether_quote":
            source = name(content.get("title")) or name(content.get("url")) or name(content.get("domain"))
            words = _quoted(text(content.get("text")), source)
        case "tether_browsing_display":
            words = _fenced(text(content.get("result")), "text")
        case "system_error":
            words = text(content.get("text")) or text(content.get("name"))
        case _:
            words = _parts(content)
    return "\n\n".join([*filter(None, [_without_marks(words, message).strip()]), *_attached(message)])


def thoughts(content: dict[str, Any]) -> str:
    """Return the thinking in a content of the type `thoughts`."""
    told = [record(thought) for thought in items(content.get("thoughts"))]
    whole = ((name(one.get("summary")), name(one.get("content"))) for one in told)
    return "\n\n".join("\n\n".join(filter(None, one)) for one in whole if any(one))


def _parts(content: dict[str, Any]) -> str:
    parts = items(content.get("parts"))
    return "\n\n".join(filter(None, map(_part, parts))) if parts else text(content.get("text"))


def _part(part: object) -> str:
    if isinstance(part, str):
        return text(part)
    told = record(part)
    if words := name(told.get("text")):
        # What was spoken, written down.
        return words
    kind = text(told.get("content_type"))
    if not kind:
        return ""
    width, height = count(told.get("width")), count(told.get("height"))
    size = f", {width} by {height}" if width and height else ""
    prompt = name(record(record(told.get("metadata")).get("dalle")).get("prompt"))
    return note(_KINDS.get(kind, kind.replace("_", " ")) + size, prompt)


def note(what: str, words: str | None = None) -> str:
    """Return a note that something stood here which the file does not hold."""
    return f"*[{what}; not in the export{f': {words}' if words else ''}]*"


def _attached(message: dict[str, Any]) -> list[str]:
    names = (name(record(one).get("name")) for one in items(record(message.get("metadata")).get("attachments")))
    return [note(f"attachment {one}") for one in names if one]


def _fenced(code: str, language: str) -> str:
    return fenced(code, language) if code.strip() else ""


def _quoted(words: str, source: str | None) -> str:
    lines = [*([f"{source}:"] if source else []), *words.strip().splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) if words.strip() else ""


def _without_marks(words: str, message: dict[str, Any]) -> str:
    """Replace each citation by what the export has for it to be shown, and drop the marks of the others."""
    if _MARK.search(words) is None:
        return words
    for reference in map(record, items(record(message.get("metadata")).get("content_references"))):
        marked = text(reference.get("matched_text"))
        if "\ue200" in marked:
            words = words.replace(marked, text(reference.get("alt")))
    return _MARK.sub("", words)
