"""A session of another program on its way to be one of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from minerva.core.errors import ErrorInfo
from minerva.core.event import FinishReason, Usage
from minerva.core.session import MessageStatus, Session, SessionRole, SessionSettings, StoredMessage
from minerva.sessions.records import AttachmentFile, SessionCopy
from minerva.sessions.session import drawn_title
from minerva.sessions.transfer.entry import BadEntry


class Draft(msgspec.Struct, kw_only=True):
    """A message that is still put together. `parent` is another draft's id."""

    id: str
    parent: str | None
    role: SessionRole
    content: str
    reasoning: str = ""
    status: MessageStatus = "complete"
    files: tuple[AttachmentFile, ...] = ()
    model: str | None = None
    finish_reason: FinishReason | None = None
    error: ErrorInfo | None = None
    usage: Usage | None = None
    reasoning_s: float | None = None
    created_s: float


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What is said of the conversation as a whole. `system` is its system prompt."""

    title: str
    pinned: bool = False
    archived: bool = False
    tags: tuple[str, ...] = ()
    system: str = ""
    created_s: float
    updated_s: float


def in_order(parents: Mapping[str, str | None], children: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the ids in `parents`, each behind its parent and siblings as `children` has them, then as they stand.

    A parent that is not there is none. Raises `BadEntry` for messages that are below themselves.
    """
    below: dict[str | None, list[str]] = {}
    for one in _siblings_first(parents, children):
        parent = parents[one]
        below.setdefault(parent if parent in parents else None, []).append(one)
    order: list[str] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        order.append(waiting.pop())
        waiting.extend(reversed(below.get(order[-1], [])))
    if len(order) < len(parents):
        raise BadEntry("Some of its messages are answers to themselves, so there is no first one.")
    return order


def choices(parents: Mapping[str, str | None], current: str | None) -> frozenset[str]:
    """Return which of the children of each are chosen: what leads to `current`, and elsewhere the last.

    `parents` has parents before their children.
    """
    chosen: dict[str | None, str] = {parent: one for one, parent in parents.items()}
    here = current
    while here is not None and here in parents:
        chosen[parents[here]] = here
        here = parents[here]
    return frozenset(chosen.values())


def copy_of(about: About, drafts: Iterable[Draft], current: str | None) -> SessionCopy:
    """Return the session of `drafts`, parents first, whose path leads to `current`. Raises `BadEntry` for none."""
    drafts = list(drafts)
    if not drafts:
        raise BadEntry("It has no messages.")
    settings = SessionSettings(system=about.system)
    session = Session(
        id="",
        title=about.title or _drawn(drafts),
        titled=bool(about.title),
        pinned=about.pinned,
        archived=about.archived,
        tags=about.tags,
        settings=settings,
        revision=1,
        messages=len(drafts),
        created_s=about.created_s,
        updated_s=max(about.updated_s, about.created_s),
    )
    parents = {draft.id: draft.parent for draft in drafts}
    return SessionCopy(
        session=session,
        messages=tuple(_message(draft) for draft in drafts),
        chosen=choices(parents, current),
        files={file.attachment.id: file for draft in drafts for file in draft.files},
    )


def _drawn(drafts: Sequence[Draft]) -> str:
    return drawn_title(next((draft.content for draft in drafts if draft.role == "user"), ""))


def _siblings_first(parents: Mapping[str, str | None], children: Mapping[str, Sequence[str]]) -> list[str]:
    """Return all ids, those that are some parent's children in that parent's order."""
    listed = [one for parent, ids in children.items() for one in ids if parents.get(one) == parent]
    return list(dict.fromkeys([*listed, *parents]))


def _message(draft: Draft) -> StoredMessage:
    return StoredMessage(
        id=draft.id,
        session="",
        parent=draft.parent,
        role=draft.role,
        status=draft.status,
        content=draft.content,
        reasoning=draft.reasoning,
        attachments=tuple(file.attachment for file in draft.files),
        model=draft.model,
        finish_reason=draft.finish_reason,
        error=draft.error,
        usage=draft.usage,
        reasoning_s=draft.reasoning_s,
        created_s=draft.created_s,
        updated_s=draft.created_s,
    )
