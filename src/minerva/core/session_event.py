"""What is told of a session while it happens: to its own page, to other pages and programs, to who comes back later.

Whoever keeps all messages told so far, puts each `MessageEvent` in place of what it had, and adds each of the others to
the message that it names, has the messages as they are stored.
"""

from __future__ import annotations

import msgspec

from minerva.core.session import Session, StoredMessage


class MessageEvent(msgspec.Struct, frozen=True, tag_field="type", tag="message"):
    """A message as it is now, all of it but its `logprobs`: a new one, one that begins, goes on, or has ended."""

    message: StoredMessage


class TextEvent(msgspec.Struct, frozen=True, tag_field="type", tag="text"):
    """More text of the answer that has the id `message`."""

    message: str
    text: str


class ReasoningEvent(msgspec.Struct, frozen=True, tag_field="type", tag="reasoning"):
    """More of its thoughts."""

    message: str
    text: str


class ToolCallEvent(msgspec.Struct, frozen=True, tag_field="type", tag="tool_call"):
    """A call begins, or goes on with more of the JSON text of its `arguments`. `index` counts an answer's calls."""

    message: str
    index: int
    id: str
    name: str
    arguments: str


class SessionEvent(msgspec.Struct, frozen=True, tag_field="type", tag="session"):
    """The session as it is now: its fields were changed, or its messages are others, or the chosen ones are."""

    session: Session


class DeletedEvent(msgspec.Struct, frozen=True, tag_field="type", tag="deleted"):
    """A message and all below it are deleted; it can be restored. Without a `message` the whole session is."""

    message: str | None = None


AnswerEvent = MessageEvent | TextEvent | ReasoningEvent | ToolCallEvent
"""What is told of one answer: a `MessageEvent` first, and one last, which alone has a status that is final."""

Told = AnswerEvent | SessionEvent | DeletedEvent
