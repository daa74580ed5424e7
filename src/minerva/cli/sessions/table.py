"""Sessions, what was found in them, and their last words, as they are shown in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from minerva.cli.terminal import say, say_table, visible
from minerva.core.session import Session, StoredMessage
from minerva.core.session_calls import waiting_calls
from minerva.sessions.records import SearchHit, SnippetPart

_SHORT = len("ses_") + 8
UNTITLED = "(no title)"


def short_id(session: Session | str) -> str:
    """Return the beginning of a session's id, enough to name it by."""
    return (session if isinstance(session, str) else session.id)[:_SHORT]


def say_sessions(sessions: Iterable[Session]) -> None:
    """Write a table of sessions."""
    say_table(("ID", "CHANGED", "MESSAGES", "MODEL", "TITLE"), map(_row, sessions), right=("MESSAGES",))


def say_hits(hits: Iterable[SearchHit], *, bold: bool) -> None:
    """Write where something was found: each session once, and its snippets below it."""
    session = ""
    for hit in hits:
        if hit.session != session:
            session = hit.session
            say(f"{short_id(session)}  {_day(hit.updated_s)}  {visible(hit.title) or UNTITLED}")
        if hit.message is not None:
            say(f"    {_place(hit)}{_snippet(hit.snippet, bold=bold)}")


def by_session(hits: Sequence[SearchHit]) -> list[SearchHit]:
    """Return `hits` with those of one session together, sessions in the order in which they first come."""
    order = list(dict.fromkeys(hit.session for hit in hits))
    return sorted(hits, key=lambda hit: order.index(hit.session))


def say_exchange(messages: Sequence[StoredMessage], prompt: str) -> None:
    """Write the last message of the user and what follows it, as they were seen when they were written."""
    for message in messages[last_question(messages) :]:
        text = visible(message.content).rstrip("\n")
        if message.role == "user":
            files = "".join(f" [{visible(file.name)}]" for file in message.attachments)
            say(f"{prompt}{text}{files}")
        elif text and message.role == "assistant" and message.status != "streaming":
            say(text)


def last_question(messages: Sequence[StoredMessage]) -> int:
    """Return where the last message of the user is; behind all if there is none."""
    places = [place for place, message in enumerate(messages) if message.role == "user"]
    return places[-1] if places else len(messages)


def last_answered(messages: Sequence[StoredMessage]) -> int:
    """Return where the message is that the last answer is to: the user's, or a tool's result. Behind all without one.

    An answer whose calls wait for results is an answer too: those that were given belong to it.
    """
    behind = len(messages)
    if waiting_calls(messages):
        behind = max(place for place, message in enumerate(messages) if message.role == "assistant")
    places = [place for place, message in enumerate(messages[:behind]) if message.role in ("user", "tool")]
    return places[-1] if places else len(messages)


def _row(session: Session) -> tuple[str, ...]:
    return (
        short_id(session),
        _day(session.updated_s),
        str(session.messages),
        session.settings.model or "",
        session.title or UNTITLED,
    )


def _day(time_s: float) -> str:
    return f"{datetime.fromtimestamp(time_s, UTC).astimezone():%Y-%m-%d %H:%M}"


def _place(hit: SearchHit) -> str:
    """Say what of a message has the words, where that is not its text."""
    if hit.found_in == "thoughts":
        return "in its thoughts: "
    return f"in {visible(hit.file or '')}: " if hit.found_in == "file" else ""


def _snippet(parts: Iterable[SnippetPart], *, bold: bool) -> str:
    """A snippet is one line, whatever lines it was in."""
    shown = (_emphasised(text) if part.hit and bold else text for part in parts if (text := _one_line(part.text)))
    return "".join(shown).strip()


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", visible(text))


def _emphasised(text: str) -> str:
    return f"\x1b[1m{text}\x1b[0m"
