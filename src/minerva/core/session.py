"""Conversations that are kept: sessions, and the tree of messages in each. Times are seconds since the epoch.

A message's parent is the one that it answers or follows; an edit, or another answer, is another child of the same one.
Of the children of a message, and of a session's first messages, one is chosen: they make the path that is shown.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from minerva.core.errors import ErrorInfo
from minerva.core.event import FinishReason, Timings, TokenLogprob, Truncation, Usage
from minerva.core.message import ToolCall
from minerva.core.request import Overflow, Thinking
from minerva.core.sampling import SamplingOptions

SessionRole = Literal["user", "assistant", "tool"]
"""Who speaks in a session; its system prompt is one of its settings."""

MessageStatus = Literal["streaming", "complete", "stopped", "interrupted", "failed"]
"""How far a message is.

`streaming`: it is being written. `stopped`: the person ended it. `interrupted`: the server ended, or was killed, while
it was being written. `failed`: its `error` says why. All but the first are final; what was written stays.
"""


class SessionSettings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a session, or one turn of it, asks. What is `None` or empty is left to the preset, the model, the server.

    `model` is a model or a preset by name. The others are as in `core.request.GenerateRequest`.
    """

    model: str | None = None
    system: str = ""
    sampling: SamplingOptions = SamplingOptions()
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    context_length: int | None = None
    overflow: Overflow | None = None
    keep_tokens: int | None = None
    thinking: Thinking = Thinking()
    logprobs: int | None = None


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file that belongs to a message. `text_characters`: length of the text that the model is given of it."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    text_characters: int


class Branch(msgspec.Struct, frozen=True, kw_only=True):
    """Where a message stands among the children of its parent, in the order in which they were made.

    `index` counts those before it, `count` is how many there are, itself included; `previous` and `next` are the ids of
    its neighbours. Of a size that does not depend on how many there are. Deleted messages are not among them.
    """

    index: int = 0
    count: int = 1
    previous: str | None = None
    next: str | None = None


ALONE = Branch()


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message of a session.

    `branch` was so when the message was read: those that come later are not told. `settings` are those that an answer
    was asked with, the session's and the turn's together; `model` is the full name of what answered. `logprobs` are
    there if they were asked for, and only where a message is read by itself.
    Figures of an answer that went on (`usage`, `timings`, `ttft_s`, `truncation`) are those of its last request.
    """

    id: str
    session: str
    parent: str | None
    branch: Branch = ALONE
    role: SessionRole
    status: MessageStatus
    content: str = ""
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None
    attachments: tuple[Attachment, ...] = ()
    model: str | None = None
    settings: SessionSettings | None = None
    finish_reason: FinishReason | None = None
    error: ErrorInfo | None = None
    usage: Usage | None = None
    timings: Timings | None = None
    ttft_s: float | None = None
    reasoning_s: float | None = None
    truncation: Truncation | None = None
    logprobs: tuple[TokenLogprob, ...] | None = None
    created_s: float
    updated_s: float


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation, without its messages.

    `revision` grows with every change of the fields that people change: whoever changes them names the one it has seen.
    `updated_s` is when anything in it changed. `titled`: a person gave the title. `deleted_s`: it is in the bin since
    then, and goes for good some days later.
    """

    id: str
    title: str
    titled: bool
    pinned: bool
    archived: bool
    tags: tuple[str, ...]
    settings: SessionSettings
    revision: int
    messages: int
    created_s: float
    updated_s: float
    deleted_s: float | None = None
