"""The bodies of what is asked of sessions, and the answers that are no session or message themselves."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from pydantic import Field

from minerva.core.session import Session, StoredMessage
from minerva.server.body import Body, Shape
from minerva.server.native.sessions.settings import SettingsBody

_MOST_FILES = 64

_Files = Annotated[list[str], Field(max_length=_MOST_FILES, fail_fast=True)]


class NewSession(Body):
    """The body of POST sessions."""

    title: str | None = None
    settings: SettingsBody | None = None
    tags: list[str] | None = None


class SessionPatch(Body):
    """What is changed of a session; what is not said stays. `settings` are changed as a whole.

    `revision` is that of the session as it was read, which `If-Match` may say as well: if somebody else has changed it
    meanwhile, nothing happens, and the answer is 409.
    """

    title: str | None = None
    pinned: bool | None = None
    archived: bool | None = None
    tags: list[str] | None = None
    settings: SettingsBody | None = None
    revision: int | None = None


class AddMessage(Body):
    """A message that no model is asked for. `parent` is the one that it follows, `null` for a first one.

    With the role `tool` it is what the call `tool_call_id` gave back, below the answer that called, or below the result
    of another of its calls. A turn without `content` then has it answered.
    """

    parent: str | None
    role: Literal["user", "assistant", "tool"]
    content: str
    tool_call_id: str | None = None
    reasoning: str | None = None
    model: str | None = None
    attachments: _Files | None = None


class BegunAnswer(Shape):
    """What an answer begins with: `content`, behind the thoughts in `reasoning`, if there are any."""

    content: str
    reasoning: str | None = None


class TurnRequest(Body):
    """What is asked. With `content`, or `attachments`, a message is added under `parent` and answered.

    Without them `parent`, a user's message or a tool's result, is answered (again). Without `parent` it is the end of
    the active path; `null` begins the conversation anew beside what there is. `model` and `settings` go before those of
    the session.
    The answer begins with what is `begun`, and the model goes on from there: to branch off in mid-answer.
    """

    parent: str | None = None
    content: str | None = None
    attachments: _Files | None = None
    model: str | None = None
    settings: SettingsBody | None = None
    begun: BegunAnswer | None = None


class SessionMessages(msgspec.Struct, frozen=True):
    """A session, and messages of it: those of the active path, or all.

    `earlier`: so many of the path stand before them, and were not asked for.
    """

    session: Session
    messages: tuple[StoredMessage, ...]
    earlier: int = 0
