"""Open WebUI's export: a list of chats, as its pages "Export chats" and "Download" give it. This is what is seen of it.

An entry has `title`, `chat`, `archived`, `pinned`, `meta.tags` and times in seconds. `chat.history` holds `messages` by
id, each with `parentId`, `childrenIds`, `role` and `content`, and `currentId`, the last one of the path that was shown;
old ones have `chat.messages`, a plain list.
"""

from __future__ import annotations

from typing import Any

from minerva.core.errors import ErrorInfo, InferenceError
from minerva.core.event import Usage
from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer.draft import About, Draft, copy_of, in_order
from minerva.sessions.transfer.entry import BadEntry
from minerva.sessions.transfer.foreign import items, name, record, seconds, text, title
from minerva.sessions.transfer.open_webui_content import Answer, content_text, kept_files, tokens

_MOST_TAGS = 32
_TAG_CHARACTERS = 50


def is_open_webui(entry: object) -> bool:
    """Whether an entry of a file is a chat of Open WebUI's."""
    return isinstance(entry, dict) and isinstance(entry.get("chat"), dict)


def convert(entry: dict[str, Any], now_s: float) -> SessionCopy:
    """Return the session; what has no time was made at `now_s`. Raises `BadEntry`."""
    chat = record(entry.get("chat"))
    created_s = seconds(entry.get("created_at")) or seconds(chat.get("timestamp")) or now_s
    messages, current = _messages(chat)
    parents: dict[str, str | None] = {one: name(message.get("parentId")) for one, message in messages.items()}
    order = in_order(parents, {one: _ids(message.get("childrenIds")) for one, message in messages.items()})
    drafts: dict[str, Draft] = {}
    system = text(record(chat.get("params")).get("system")) or text(chat.get("system"))
    above: dict[str | None, str | None] = {}
    for one in order:
        message, parent = messages[one], above.get(parents[one])
        above[one] = parent
        if message.get("role") == "system":
            system = system or content_text(message.get("content"))
        elif (draft := _draft(one, parent, message, created_s)) is not None:
            drafts[one], above[one] = draft, one
    about = About(
        title=title(entry.get("title")) or title(chat.get("title")),
        pinned=entry.get("pinned") is True,
        archived=entry.get("archived") is True,
        tags=_tags(entry, chat),
        system=system,
        created_s=created_s,
        updated_s=seconds(entry.get("updated_at")) or created_s,
    )
    return copy_of(about, drafts.values(), above.get(current))


def _messages(chat: dict[str, Any]) -> tuple[dict[str, dict[str, Any]], str | None]:
    """Return the messages by id, and the last one of the path. Raises `BadEntry` if there are none."""
    history = record(chat.get("history"))
    messages = {one: record(message) for one, message in record(history.get("messages")).items()}
    if messages:
        return messages, name(history.get("currentId"))
    listed = {str(index): record(message) for index, message in enumerate(items(chat.get("messages")))}
    if not listed:
        raise BadEntry("It has neither `chat.history.messages` nor `chat.messages`.")
    return {one: _after(int(one), message) for one, message in listed.items()}, None


def _after(index: int, message: dict[str, Any]) -> dict[str, Any]:
    """Return a message of a plain list as an answer to the one before it."""
    return {**message, "parentId": str(index - 1) if index else None, "childrenIds": []}


def _draft(one: str, parent: str | None, message: dict[str, Any], created_s: float) -> Draft | None:
    """Return the message, or `None` if nothing is in it, or it is nobody's."""
    role, source = text(message.get("role")), content_text(message.get("content"))
    if role not in {"user", "assistant"}:
        return None
    files, notes = kept_files(message, one)
    answer = Answer(source) if role == "assistant" else None
    words = [*filter(None, [source.strip() if answer is None else answer.content]), *notes]
    error = _error(message)
    if not (words or files or error or (answer is not None and answer.reasoning)):
        return None
    draft = Draft(
        id=one,
        parent=parent,
        role="user" if answer is None else "assistant",
        content="\n\n".join(words),
        files=tuple(files),
        created_s=seconds(message.get("timestamp")) or created_s,
    )
    if answer is not None:
        _finish(draft, message, answer, error)
    return draft


def _finish(draft: Draft, message: dict[str, Any], answer: Answer, error: ErrorInfo | None) -> None:
    draft.reasoning, draft.reasoning_s = answer.reasoning, answer.reasoning_s
    draft.model = name(message.get("model")) or name(message.get("modelName"))
    prompt_tokens, completion_tokens = tokens(message)
    if prompt_tokens is not None and completion_tokens is not None:
        draft.usage = Usage(max(0, int(prompt_tokens)), max(0, int(completion_tokens)))
    if error is not None:
        draft.error, draft.status = error, "failed"
    elif message.get("done") is False:
        draft.status = "interrupted"
    else:
        draft.finish_reason = "stop"


def _error(message: dict[str, Any]) -> ErrorInfo | None:
    told = message.get("error")
    words = name(told) or name(record(told).get("content")) or name(record(told).get("message"))
    return None if words is None else ErrorInfo(InferenceError.code, words)


def _tags(entry: dict[str, Any], chat: dict[str, Any]) -> tuple[str, ...]:
    named = items(record(entry.get("meta")).get("tags")) or items(chat.get("tags"))
    tags = (name(tag) or name(record(tag).get("name")) for tag in named)
    return tuple(dict.fromkeys(title(tag)[:_TAG_CHARACTERS].strip() for tag in tags if tag))[:_MOST_TAGS]


def _ids(value: object) -> list[str]:
    return [one for one in items(value) if isinstance(one, str)]
