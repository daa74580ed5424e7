"""Bodies into what the service is asked. Pure."""

from __future__ import annotations

from msgspec import UNSET

from minerva.core.errors import InvalidRequest
from minerva.core.request import NOT_BEGUN, Begun
from minerva.server.native.sessions.schema import AddMessage, SessionPatch, TurnRequest
from minerva.server.native.sessions.settings import session_settings
from minerva.service.asking import Ask
from minerva.sessions.records import NewMessage, SessionChanges


def session_changes(body: SessionPatch) -> SessionChanges:
    """Return what `body` changes. Raises `InvalidRequest`."""
    return SessionChanges(
        title=UNSET if body.title is None else body.title,
        pinned=UNSET if body.pinned is None else body.pinned,
        archived=UNSET if body.archived is None else body.archived,
        tags=UNSET if body.tags is None else tuple(body.tags),
        settings=UNSET if body.settings is None else session_settings(body.settings),
    )


def new_message(body: AddMessage, session_id: str) -> NewMessage:
    """Return the message that `body` adds. Raises `InvalidRequest` for a field that its role does not have."""
    _check_role(body)
    return NewMessage(
        session=session_id,
        parent=body.parent,
        role=body.role,
        content=body.content,
        reasoning=body.reasoning or "",
        model=body.model,
        attachments=tuple(body.attachments or ()),
        tool_call_id=body.tool_call_id,
    )


def _check_role(body: AddMessage) -> None:
    if body.role != "tool":
        if body.tool_call_id is not None:
            raise InvalidRequest(f"`tool_call_id` is for the role 'tool', and `role` is {body.role!r}.", "tool_call_id")
        return
    if body.tool_call_id is None:
        raise InvalidRequest("`tool_call_id` is missing: it says which call gave this back.", "tool_call_id")
    for field in ("reasoning", "model", "attachments"):
        if getattr(body, field):
            raise InvalidRequest(f"`{field}` is set, and what a tool gives back has none; leave it out.", field)


def turn(body: TurnRequest) -> Ask:
    """Return what `body` asks. Raises `InvalidRequest` for an empty message, for nobody means to send that."""
    if body.content is not None and not body.content.strip() and not body.attachments:
        raise InvalidRequest("`content` is empty; say something, or leave it out to have `parent` answered.", "content")
    return draft(body)


def draft(body: TurnRequest) -> Ask:
    """Return what `body` would ask; its message may be empty yet. Raises `InvalidRequest`."""
    return Ask(
        parent=body.parent if "parent" in body.model_fields_set else UNSET,
        content=body.content,
        attachments=tuple(body.attachments or ()),
        settings=session_settings(body.settings, body.model),
        begun=NOT_BEGUN if body.begun is None else Begun(body.begun.reasoning or "", body.begun.content),
    )
