"""ChatGPT's export: `conversations.json`, a list of conversations. Its format is not documented; this is what is seen.

`mapping` holds nodes by id, each with `parent`, `children` and perhaps a `message`; `current_node` is the last one of
the path that was shown. A message has `author.role`, `content` (of a `content_type`), `metadata` and a `recipient`,
which is a tool when the model calls one. One answer may be several nodes in a row: thinking, code, what it printed,
and text; they become one message. Nodes that ChatGPT hides are left out.
"""

from __future__ import annotations

from typing import Any

import msgspec

from minerva.sessions.records import SessionCopy
from minerva.sessions.transfer import chatgpt_content
from minerva.sessions.transfer.draft import About, Draft, copy_of, in_order
from minerva.sessions.transfer.entry import BadEntry
from minerva.sessions.transfer.foreign import items, name, number, record, seconds, text, title

_CONTEXT = frozenset({"user_editable_context", "model_editable_context", "app_pairing_content"})
"""What the model was told about the person, in every conversation."""


class _Place(msgspec.Struct, frozen=True):
    """What is known at a node for those below it.

    `kept`: the message that stands above them. `alone`: none of the nodes since then has a second child, so that what
    comes is the same answer. `thinking` and its `reasoning_s` belong to what comes.
    """

    kept: str | None = None
    alone: bool = False
    thinking: tuple[str, ...] = ()
    reasoning_s: float | None = None


def is_chatgpt(entry: object) -> bool:
    """Whether an entry of a file is a conversation of ChatGPT's."""
    return isinstance(entry, dict) and "mapping" in entry


def convert(conversation: dict[str, Any], now_s: float) -> SessionCopy:
    """Return the session; what has no time was made at `now_s`. Raises `BadEntry`."""
    nodes = {one: record(node) for one, node in record(conversation.get("mapping")).items()}
    if not nodes:
        raise BadEntry("Its `mapping` holds no messages.")
    created_s = seconds(conversation.get("create_time")) or now_s
    tree = _Tree(nodes, created_s)
    order = in_order(_parents(nodes), {one: _ids(node.get("children")) for one, node in nodes.items()})
    for one in order:
        tree.add(one)
    about = About(
        title=title(conversation.get("title")),
        pinned=conversation.get("is_starred") is True,
        archived=conversation.get("is_archived") is True,
        system=tree.system,
        created_s=created_s,
        updated_s=seconds(conversation.get("update_time")) or created_s,
    )
    current = conversation.get("current_node")
    place = tree.places.get(current) if isinstance(current, str) else None
    return copy_of(about, tree.drafts.values(), None if place is None else place.kept)


class _Tree:
    """The nodes, added parents first, as messages."""

    def __init__(self, nodes: dict[str, dict[str, Any]], created_s: float) -> None:
        self._nodes = nodes
        self._parents = _parents(nodes)
        self._forks = _forks(self._parents)
        self._created_s = created_s
        self.places: dict[str | None, _Place] = {}
        self.drafts: dict[str | None, Draft] = {}
        self.system = ""

    def add(self, one: str) -> None:
        above = self.places.get(self._parents[one], _Place())
        place = self._placed(one, record(self._nodes[one].get("message")), above)
        self.places[one] = msgspec.structs.replace(place, alone=place.alone and one not in self._forks)

    def _placed(self, one: str, message: dict[str, Any], above: _Place) -> _Place:
        """Return what is known below a node, having kept of it what is to be kept."""
        content, metadata = record(message.get("content")), record(message.get("metadata"))
        kind, role = text(content.get("content_type")), text(record(message.get("author")).get("role"))
        if kind in _CONTEXT or metadata.get("is_visually_hidden_from_conversation") is True:
            return above
        if kind == "thoughts":
            thinking = (*above.thinking, *filter(None, [chatgpt_content.thoughts(content)]))
            return msgspec.structs.replace(above, thinking=thinking)
        if kind == "reasoning_recap":
            spent_s = number(metadata.get("finished_duration_sec"))
            return msgspec.structs.replace(above, reasoning_s=spent_s or above.reasoning_s)
        words = chatgpt_content.said(message)
        if role == "system":
            self.system = self.system or words
            return above
        if not words or role not in {"user", "assistant", "tool"}:
            return above
        return self._kept(one, message, "user" if role == "user" else "assistant", words, above)

    def _kept(self, one: str, message: dict[str, Any], role: str, words: str, above: _Place) -> _Place:
        thinking = "\n\n".join(above.thinking)
        before = self.drafts.get(above.kept)
        if before is not None and above.alone and before.role == role == "assistant":
            before.content += "\n\n" + words
            before.reasoning = "\n\n".join(filter(None, [before.reasoning, thinking]))
            before.reasoning_s = above.reasoning_s or before.reasoning_s
            _finish(before, message)
            return _Place(kept=before.id, alone=True)
        draft = Draft(
            id=one,
            parent=above.kept,
            role="user" if role == "user" else "assistant",
            content=words,
            reasoning=thinking if role == "assistant" else "",
            reasoning_s=above.reasoning_s if role == "assistant" else None,
            created_s=seconds(message.get("create_time")) or (before.created_s if before else self._created_s),
        )
        _finish(draft, message)
        self.drafts[one] = draft
        return _Place(kept=one, alone=True)


def _finish(draft: Draft, message: dict[str, Any]) -> None:
    """Say which model wrote it, and how it ended; of several nodes the last says that."""
    if draft.role != "assistant":
        return
    metadata = record(message.get("metadata"))
    draft.model = name(metadata.get("model_slug")) or draft.model
    match record(metadata.get("finish_details")).get("type"):
        case "max_tokens":
            draft.finish_reason, draft.status = "length", "complete"
        case "interrupted":
            draft.finish_reason, draft.status = "cancelled", "stopped"
        case _:
            draft.finish_reason, draft.status = "stop", "complete"


def _parents(nodes: dict[str, dict[str, Any]]) -> dict[str, str | None]:
    """Return the parent of each node: the one that it names, or else the one that names it as a child."""
    named = {child: one for one, node in nodes.items() for child in _ids(node.get("children"))}
    parents: dict[str, str | None] = {}
    for one, node in nodes.items():
        own = text(node.get("parent"))
        parents[one] = own if own in nodes else named.get(one)
    return parents


def _forks(parents: dict[str, str | None]) -> frozenset[str | None]:
    seen, forks = set[str | None](), set[str | None]()
    for parent in parents.values():
        (forks if parent in seen else seen).add(parent)
    return frozenset(forks)


def _ids(value: object) -> list[str]:
    return [one for one in items(value) if isinstance(one, str)]
