"""From a stored conversation to what a model is asked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message
from minerva.core.request import NOT_BEGUN, Begun, ChatInput, GenerateRequest, Thinking
from minerva.core.sampling import merge
from minerva.core.session import SessionSettings, StoredMessage
from minerva.core.session_calls import waiting_calls
from minerva.sessions.records import AttachmentText

_FENCE = "```"

Texts = Mapping[str, Sequence[AttachmentText]]
"""The texts of files, by the ids of their messages."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn is asked with.

    With `content` or `attachments`, a message of the user is added under `parent`, `None` for a new first one. Without
    them `parent` is one that is answered, again perhaps. No `parent`: the end of the active path. The answer begins
    with what is `begun`, and the model goes on from there.
    """

    parent: str | UnsetType | None = UNSET
    content: str | None = None
    attachments: tuple[str, ...] = ()
    settings: SessionSettings = SessionSettings()
    begun: Begun = NOT_BEGUN

    @property
    def says_something(self) -> bool:
        """Whether there is a message to be added."""
        return self.content is not None or bool(self.attachments)


def merged_settings(turn: SessionSettings, session: SessionSettings) -> SessionSettings:
    """Return the settings of a turn: field by field its own, where it has any, or else its session's."""
    fields = {
        name: getattr(session, name) if getattr(turn, name) in (None, "", ()) else getattr(turn, name)
        for name in SessionSettings.__struct_fields__
    }
    thinking = {
        name: getattr(session.thinking, name) if (own := getattr(turn.thinking, name)) is None else own
        for name in Thinking.__struct_fields__
    }
    fields |= {"sampling": merge(turn.sampling, session.sampling), "thinking": Thinking(**thinking)}
    return SessionSettings(**fields)


def chat_request(
    messages: tuple[Message, ...], settings: SessionSettings, request_id: str, begun: Begun = NOT_BEGUN
) -> GenerateRequest:
    """Return what asks for the answer to `messages` under `settings`, all of it that is not `begun`."""
    return GenerateRequest(
        request_id=request_id,
        input=ChatInput(messages=messages, thinking=settings.thinking, begun=begun),
        model=settings.model,
        sampling=settings.sampling,
        max_tokens=settings.max_tokens,
        stop=settings.stop,
        logprobs=settings.logprobs,
        context_length=settings.context_length,
        overflow=settings.overflow,
        keep_tokens=settings.keep_tokens,
    )


def chat_messages(path: Iterable[StoredMessage], texts: Texts, system: str) -> tuple[Message, ...]:
    """Return a path as a model gets it. An answer that failed before it began is none."""
    begin = (Message("system", system),) if system else ()
    said = (chat_message(message, texts.get(message.id, ())) for message in path)
    return (*begin, *(message for message in said if message is not None))


def chat_message(message: StoredMessage, files: Sequence[AttachmentText]) -> Message | None:
    """Return a message as a model gets it: before its text that of its `files`. `None` if it says nothing."""
    if message.role == "assistant" and not (message.content or message.reasoning or message.tool_calls):
        return None
    return Message(
        message.role,
        with_files(message.content, files),
        reasoning=message.reasoning or None,
        tool_calls=message.tool_calls,
        tool_call_id=message.tool_call_id,
    )


def with_files(content: str, files: Sequence[AttachmentText]) -> str:
    """Return `content` behind the text of each of `files` that has any, under its name and between fences."""
    blocks = [_block(file.attachment.name, file.text) for file in files if file.text]
    return "\n\n".join([*blocks, content] if content else blocks)


def _block(name: str, text: str) -> str:
    """A fence is longer than any in the text, so that the text cannot end it."""
    longest = max(map(len, re.findall(f"{_FENCE}+", text)), default=0)
    fence = "`" * max(len(_FENCE), longest + 1)
    return f"{name}\n{fence}\n{text.rstrip()}\n{fence}"


def check_tool_result(path: Sequence[StoredMessage], call_id: str) -> None:
    """Raise `InvalidRequest` unless the end of `path` waits for what the call `call_id` gives back."""
    waiting = [call.id for call in waiting_calls(path)]
    if call_id not in waiting:
        raise InvalidRequest(
            f"`tool_call_id` is {call_id[:80]!r}, which is no call that waits for its result below `parent`. "
            f"Those that do: {', '.join(map(repr, waiting)) or 'none'}.",
            "tool_call_id",
        )


def check_continuable(message: StoredMessage) -> None:
    """Raise `InvalidRequest` if `message` is no answer that could go on."""
    if message.role != "assistant":
        raise InvalidRequest(f"Message {message.id} is of the {message.role}; only an answer can be continued.")
    if message.tool_calls:
        raise InvalidRequest(f"Message {message.id} calls a tool; it can be asked for again, not continued.")
    if message.status == "complete" and message.finish_reason != "length":
        raise InvalidRequest(
            f"Message {message.id} is complete: the model itself ended it. Ask for another answer, or add a message."
        )
