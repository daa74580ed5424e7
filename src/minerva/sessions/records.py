"""What goes into the store of conversations and comes out of it, beside what `core.session` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from minerva.core.errors import ErrorInfo
from minerva.core.event import FinishReason, Timings, TokenLogprob, Truncation, Usage
from minerva.core.message import ToolCall
from minerva.core.session import Attachment, MessageStatus, Session, SessionRole, SessionSettings, StoredMessage

_DAY_S = 24 * 3600.0


class SessionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """For how long what is deleted is kept, and a file that no message has; and how large a file may be."""

    bin_s: float = 7 * _DAY_S
    unsent_s: float = _DAY_S
    attachment_size_limit_bytes: int = 20 * 1024 * 1024


class SessionChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a person changes of a session; the rest stays. An empty title is none: the next message gives one."""

    title: str | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    tags: tuple[str, ...] | UnsetType = UNSET
    settings: SessionSettings | UnsetType = UNSET


class SessionPage(msgspec.Struct, frozen=True):
    """Some sessions, and what to give as `before` for those that follow; `None` if there are none."""

    sessions: tuple[Session, ...]
    next: str | None


class TagCount(msgspec.Struct, frozen=True):
    """A tag, and how many sessions have it."""

    tag: str
    sessions: int


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be added under `parent`; `None`: as a first one. `attachments` are ids of files of the session.

    `id` is drawn if it is `None`. What is to be written by a model is added with `status` `streaming`.
    """

    session: str
    parent: str | None
    role: SessionRole
    content: str = ""
    attachments: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    reasoning: str = ""
    model: str | None = None
    settings: SessionSettings | None = None
    status: MessageStatus = "complete"
    id: str | None = None


class MessageProgress(msgspec.Struct, frozen=True, kw_only=True):
    """All of a message so far, while it is being written."""

    content: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


class Outcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a message ended, as far as it is read with the message and never looked for: one column."""

    finish_reason: FinishReason | None = None
    error: ErrorInfo | None = None
    usage: Usage | None = None
    timings: Timings | None = None
    ttft_s: float | None = None
    reasoning_s: float | None = None
    truncation: Truncation | None = None


class MessageEnd(Outcome, frozen=True, kw_only=True):
    """All of a message that has been written, and how it ended. `model` `None` leaves what `add` said."""

    status: MessageStatus
    content: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    model: str | None = None
    logprobs: tuple[TokenLogprob, ...] | None = None


class AttachmentText(msgspec.Struct, frozen=True):
    """A file, and the text of it that a model is given."""

    attachment: Attachment
    text: str


class AttachmentFile(msgspec.Struct, frozen=True):
    """A file with all that is kept of it."""

    attachment: Attachment
    data: bytes
    text: str


class PathEnd(msgspec.Struct, frozen=True):
    """The last messages of an active path, and how many stand before them on it."""

    messages: tuple[StoredMessage, ...]
    earlier: int


class SnippetPart(msgspec.Struct, frozen=True):
    """A piece of text; `hit`: it is what was looked for."""

    text: str
    hit: bool = False


FoundIn = Literal["title", "text", "thoughts", "file"]


class SearchHit(msgspec.Struct, frozen=True, kw_only=True):
    """Where something was found: in a message, or (`message` is `None`) in a session's title. `title` is the session's.

    `found_in` says in what of it, and `snippet` is a piece of that; `file` is the name of the file that it is, or that
    it is in. `updated_s` is the session's.
    """

    session: str
    title: str
    message: str | None
    found_in: FoundIn
    file: str | None = None
    snippet: tuple[SnippetPart, ...]
    updated_s: float


class PromptTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A text to write prompts from. `variables` are the names that `body` has in `{{…}}`, in order, each once.

    `revision` counts its changes from 1.
    """

    name: str
    body: str
    description: str
    variables: tuple[str, ...]
    revision: int
    updated_s: float


class TemplateEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A prompt template in a file: all of it that is not of one database."""

    name: str
    body: str
    description: str = ""


Duplicates = Literal["refuse", "keep_both", "replace"]
"""What becomes of a template whose name another one has: none is imported, it gets another name, it takes its place."""


class ImportedTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """A template of a file as it is here now. `name` is the one that it has in the file.

    `unchanged`: the very same one was here.
    """

    name: str
    outcome: Literal["made", "unchanged", "kept_both", "replaced"]
    template: PromptTemplate


class SessionCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A whole session: what is exported, and what is imported.

    `messages` are all of its tree, each behind its parent. `chosen` are the ids of those that are chosen among their
    siblings, whether on the active path or not. `files` are those of `messages`, by the ids of their attachments.
    """

    session: Session
    messages: tuple[StoredMessage, ...]
    chosen: frozenset[str] = frozenset()
    files: Mapping[str, AttachmentFile] = {}
