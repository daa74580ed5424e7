"""A conversation as Markdown, for people to read: the path that is shown, thinking folded away, code as it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from minerva.core.session import StoredMessage
from minerva.core.units import format_size
from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer.foreign import fenced
from minerva.sessions.transfer.soundness import active_path

_SPEAKERS = {"user": "You", "assistant": "Assistant", "tool": "Tool"}
_ENDS = {
    "streaming": "It is still being written.",
    "stopped": "It was stopped here.",
    "interrupted": "It was interrupted here.",
    "failed": "It failed here.",
}


def to_markdown(copy: SessionCopy) -> str:
    """Return the document. Times are in UTC."""
    session = copy.session
    blocks = [f"# {_one_line(session.title) or 'Untitled'}", f"*{_day(session.created_s)}*"]
    if session.settings.system:
        blocks.append(_folded("System prompt", session.settings.system))
    for message in active_path(copy):
        blocks.extend(_blocks(message))
    return "\n\n".join(blocks) + "\n"


def file_name(copy: SessionCopy, suffix: str) -> str:
    """Return a name for a file with the session: its title in letters that every system takes."""
    letters = (one if one.isalnum() and one.isascii() else "-" for one in copy.session.title.lower())
    words = "-".join(filter(None, "".join(letters).split("-")))[:60].strip("-")
    return f"{words or 'session'}.{suffix}"


def _blocks(message: StoredMessage) -> Iterator[str]:
    model = f" ({message.model})" if message.role == "assistant" and message.model else ""
    yield f"## {_SPEAKERS[message.role]}{model}"
    for file in message.attachments:
        yield f"*Attached: {_one_line(file.name)} ({file.media_type}, {format_size(file.size_bytes)})*"
    if message.reasoning:
        took = f" ({message.reasoning_s:.0f} s)" if message.reasoning_s else ""
        yield _folded(f"Thinking{took}", message.reasoning)
    if message.content.strip():
        # What a tool answered is data, and Markdown would make something of it.
        yield fenced(message.content) if message.role == "tool" else message.content.strip("\n")
    for call in message.tool_calls:
        yield f"Calls `{call.name}`:"
        yield fenced(call.arguments, "json")
    if message.truncation is not None and message.truncation.dropped_messages:
        yield f"*Written without {message.truncation.dropped_messages} earlier messages, which did not fit.*"
    if message.status in _ENDS:
        said = f" {message.error.message}" if message.error is not None else ""
        yield f"*{_ENDS[message.status]}{said}*"


def _folded(summary: str, text: str) -> str:
    """Return a block that is opened by a click. The text cannot close it."""
    inside = text.strip("\n").replace("</details", "&lt;/details")
    return f"<details>\n<summary>{summary}</summary>\n\n{inside}\n\n</details>"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _day(time_s: float) -> str:
    try:
        return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M UTC")
    except (ValueError, OverflowError, OSError):
        return "at an unknown time"
