"""Conversations made acceptable to a template that refuses them as they are.

Every repair keeps all of the text, in its order, and is tried only after a refusal.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from minerva.chat.calls import Messages, number_calls
from minerva.chat.sandbox import TemplateRaised
from minerva.core.errors import InvalidModelFile
from minerva.core.message import SYSTEM_ROLES, Message

Attempt = Callable[[Messages], str]
"""Renders a conversation, or raises what `Program.run` raises."""

_MERGED_ROLES = frozenset({"system", "developer", "user", "assistant"})


class Repair(NamedTuple):
    """A way to change a conversation, and what to tell people about it."""

    note: str
    apply: Callable[[Messages], Messages]


class Repaired(NamedTuple):
    """The text of a conversation that is accepted now, and notes on what was done to it."""

    text: str
    notes: tuple[str, ...]


def repair(messages: Messages, attempt: Attempt, refusal: str) -> Repaired | None:
    """Return what `attempt` makes of repaired `messages`, which it refused saying `refusal`; `None` if nothing helps.

    A repair is kept if the template then says something else: it has got further.
    """
    notes: list[str] = []
    left = list(REPAIRS)
    while left:
        for candidate in left:
            changed = candidate.apply(messages)
            outcome = _outcome(changed, attempt) if changed != messages else refusal
            if isinstance(outcome, Repaired):
                return Repaired(outcome.text, (*notes, candidate.note))
            if outcome not in {refusal, None}:
                messages, refusal = changed, str(outcome)
                notes.append(candidate.note)
                left.remove(candidate)
                break
        else:
            return None
    return None


def _outcome(messages: Messages, attempt: Attempt) -> Repaired | str | None:
    """Return the text, or else what the template says against it, or `None` where it fails."""
    try:
        return Repaired(attempt(messages), ())
    except TemplateRaised as error:
        return str(error)
    except InvalidModelFile:
        return None


def merge(messages: Messages) -> Messages:
    """Join messages of one role that follow one another, with a blank line between their texts."""
    merged: list[Message] = []
    for message in messages:
        if merged and _can_merge(merged[-1], message):
            merged[-1] = _joined(merged[-1], message)
        else:
            merged.append(message)
    return tuple(merged)


def fold_later_system(messages: Messages) -> Messages:
    """Make user's text of the system messages that do not begin the conversation."""
    begin = list(itertools.takewhile(lambda message: message.role in SYSTEM_ROLES, messages))
    return merge((*begin, *fold_system(messages[len(begin) :])))


def fold_system(messages: Messages) -> Messages:
    """Make user's text of all system messages: the first comes before what the user says first."""
    return merge(
        tuple(
            msgspec.structs.replace(message, role="user") if message.role in SYSTEM_ROLES else message
            for message in messages
        )
    )


def merge_thoughts(messages: Messages) -> Messages:
    """Put the thoughts before the text of the messages that call tools."""
    return tuple(
        msgspec.structs.replace(message, content=_paragraphs(message.reasoning, message.content), reasoning=None)
        if message.tool_calls and message.reasoning and message.content
        else message
        for message in messages
    )


REPAIRS = (
    Repair("consecutive messages of one role were merged into one", merge),
    Repair("system messages after the beginning were made part of the user's messages", fold_later_system),
    Repair("system messages were made part of the user's messages", fold_system),
    Repair("the ids of tool calls were replaced by numbers of nine digits", number_calls),
    Repair("thoughts beside tool calls were made part of the text", merge_thoughts),
)
"""What can be done, with the least first."""


def _can_merge(first: Message, second: Message) -> bool:
    return first.role == second.role and first.role in _MERGED_ROLES and not first.tool_calls


def _joined(first: Message, second: Message) -> Message:
    return Message(
        first.role,
        _paragraphs(first.content, second.content),
        name=first.name if first.name == second.name else None,
        reasoning=_paragraphs(first.reasoning, second.reasoning) or None,
        tool_calls=second.tool_calls,
    )


def _paragraphs(*texts: str | None) -> str:
    return "\n\n".join(filter(None, texts))
