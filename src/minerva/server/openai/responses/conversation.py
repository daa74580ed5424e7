"""Items of a conversation into neutral messages: there thoughts, words and calls of one turn are items. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from minerva.chat.conversation import parse_object
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.server.openai.responses.items import (
    FunctionCallItem,
    FunctionOutputItem,
    Item,
    MessageItem,
    ReasoningItem,
    RefusalPart,
)


def messages(instructions: str | None, history: Sequence[Item], given: Sequence[Item]) -> tuple[Message, ...]:
    """Return the messages of a conversation: what came before, and what the request gives.

    Raises `InvalidRequest` for an output of a call that nobody made.
    """
    turns = _Turns()
    for item in history:
        turns.add(item, "previous_response_id")
    for index, item in enumerate(given):
        turns.add(item, f"input[{index}].call_id")
    system = [Message("system", instructions)] if instructions else []
    return (*system, *turns.all())


class _Turns:
    """Joins the items of an assistant's turn."""

    def __init__(self) -> None:
        self._messages: list[Message] = []
        self._names: dict[str, str] = {}
        self._thoughts: list[str] = []
        self._text: str | None = None
        self._calls: list[ToolCall] = []

    def add(self, item: Item, field: str) -> None:
        """Add the next item; `field` names where its `call_id` stands."""
        match item:
            case MessageItem(role="assistant"):
                # A second one is another turn's, but words behind a call are of the same: its result comes later.
                if self._text is not None:
                    self._end()
                self._text = _text(item)
            case MessageItem():
                self._end()
                self._messages.append(Message(item.role, _text(item)))
            case ReasoningItem():
                if self._text is not None or self._calls:
                    self._end()
                self._thoughts.append(_thought(item))
            case FunctionCallItem(status="incomplete") if parse_object(item.arguments) is None:
                # It was cut off, and nobody can have made it; many templates fail on arguments that are no object.
                pass
            case FunctionCallItem():
                self._names[item.call_id] = item.name
                self._calls.append(ToolCall(item.call_id, item.name, item.arguments))
            case FunctionOutputItem():
                self._end()
                self._messages.append(self._result(item, field))

    def all(self) -> list[Message]:
        """Return the messages; nothing more comes."""
        self._end()
        return self._messages

    def _end(self) -> None:
        """End the assistant's turn, if there is one."""
        thought = "\n".join(filter(None, self._thoughts))
        if self._text is not None or self._calls or thought:
            turn = Message("assistant", self._text or "", reasoning=thought or None, tool_calls=tuple(self._calls))
            self._messages.append(turn)
        self._thoughts, self._text, self._calls = [], None, []

    def _result(self, item: FunctionOutputItem, field: str) -> Message:
        if item.call_id not in self._names:
            raise InvalidRequest(
                f"`{field}` is {item.call_id!r}, and no function_call before has that `call_id`.", field
            )
        text = "".join(part.text for part in item.output)
        return Message("tool", text, name=item.name or self._names[item.call_id], tool_call_id=item.call_id)


def _text(item: MessageItem) -> str:
    return "".join(part.refusal if isinstance(part, RefusalPart) else part.text for part in item.content)


def _thought(item: ReasoningItem) -> str:
    return "\n".join(part.text for part in item.content or item.summary)
