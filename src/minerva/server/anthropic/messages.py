"""A conversation in Anthropic's blocks into neutral messages. Pure.

There a user's message holds results of tools too, and an assistant's the calls; here a result is a message of its own.
Blocks of text are joined by a newline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.server.anthropic.blocks import (
    Block,
    InputMessage,
    RedactedThinkingBlock,
    TextBlock,
    ThinkingBlock,
    ToolResultBlock,
    ToolUseBlock,
)
from minerva.server.anthropic.schema import ConversationBody
from minerva.server.body import json_text

BILLING = "x-anthropic-billing-header:"
"""Begins a line that Claude Code puts before its system prompt, for Anthropic's accounts. It differs from request to
request, so that with it nothing behind would ever be found in the prefix cache."""

_ALLOWED: dict[str, tuple[type[Block], ...]] = {
    "user": (TextBlock, ToolResultBlock),
    "assistant": (TextBlock, ThinkingBlock, RedactedThinkingBlock, ToolUseBlock),
    "system": (TextBlock,),
}


def messages(body: ConversationBody) -> tuple[Message, ...]:
    """Return the messages, the system prompt first. Raises `InvalidRequest` for a block that is out of place."""
    converted: list[Message] = []
    if system := _system(body.system or ()):
        converted.append(Message("system", system))
    names: dict[str, str] = {}
    for index, message in enumerate(body.messages):
        field = f"messages[{index}].content"
        _check_places(message, field)
        if message.role == "user":
            converted += _user(message, field, names)
        elif message.role == "system":
            converted.append(Message("system", _text(message.content)))
        else:
            converted.append(_assistant(message, field))
            names |= {call.id: call.name for call in converted[-1].tool_calls}
    return tuple(converted)


def _system(blocks: Sequence[TextBlock]) -> str:
    texts = [block.text for block in blocks]
    if texts and texts[0].startswith(BILLING):
        _, _, texts[0] = texts[0].partition("\n")
    return "\n".join(text for text in texts if text)


def _check_places(message: InputMessage, field: str) -> None:
    for index, block in enumerate(message.content):
        if not isinstance(block, _ALLOWED[message.role]):
            raise InvalidRequest(
                f"`{field}[{index}]` is a block of type {block.type!r}, which a message of the {message.role!r} role "
                "cannot have.",
                f"{field}[{index}].type",
            )


def _user(message: InputMessage, field: str, names: dict[str, str]) -> Iterator[Message]:
    """Yield the results of tools and the texts between them in the order in which they are written."""
    texts: list[TextBlock] = []
    for index, block in enumerate(message.content):
        if isinstance(block, TextBlock):
            texts.append(block)
        elif isinstance(block, ToolResultBlock):
            if texts:
                yield Message("user", _text(texts))
                texts = []
            if block.tool_use_id not in names:
                place = f"{field}[{index}].tool_use_id"
                raise InvalidRequest(
                    f"`{place}` is {block.tool_use_id!r}, and no tool_use block before has that id.", place
                )
            yield Message("tool", _result(block), name=names[block.tool_use_id], tool_call_id=block.tool_use_id)
    if texts or not message.content:
        yield Message("user", _text(texts))


def _result(block: ToolResultBlock) -> str:
    text = _text(block.content or ())
    if not block.is_error:
        return text
    return f"Error: {text}" if text else "Error"


def _assistant(message: InputMessage, field: str) -> Message:
    thoughts = [block.thinking for block in message.content if isinstance(block, ThinkingBlock) and block.thinking]
    calls = [
        ToolCall(block.id, block.name, json_text(block.input, f"{field}[{index}].input"))
        for index, block in enumerate(message.content)
        if isinstance(block, ToolUseBlock)
    ]
    return Message(
        "assistant",
        _text(message.content),
        reasoning="\n".join(thoughts) or None,
        tool_calls=tuple(calls),
    )


def _text(blocks: Sequence[Block]) -> str:
    return "\n".join(block.text for block in blocks if isinstance(block, TextBlock))
