"""Messages of the Ollama API into neutral ones. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.server.body import json_text
from minerva.server.ollama.schema import OllamaMessage, OllamaToolCall


def chat_messages(messages: Sequence[OllamaMessage]) -> tuple[Message, ...]:
    """Return `messages` in no API's dialect; results of tools find their calls. Raises `InvalidRequest`."""
    calls = _Calls()
    return tuple(_message(message, index, calls) for index, message in enumerate(messages))


class _Calls:
    """Calls without a result yet. This API's own client knows no ids, so calls without one are numbered."""

    def __init__(self) -> None:
        self._open: list[ToolCall] = []
        self._numbered = 0

    def make(self, call: OllamaToolCall, field: str) -> ToolCall:
        arguments = json_text(call.function.arguments, f"{field}.function.arguments")
        made = ToolCall(call.id or self._next_id(), call.function.name, arguments)
        self._open.append(made)
        return made

    def answered_by(self, message: OllamaMessage) -> ToolCall | None:
        """Take out the call that `message` is the result of: by its id, or else its tool, or else the oldest."""
        for call in self._open:
            if _fits(call, message):
                self._open.remove(call)
                return call
        return None

    def _next_id(self) -> str:
        # Nine letters and digits: the one form that every template takes.
        self._numbered += 1
        return f"call{self._numbered:05d}"


def _fits(call: ToolCall, message: OllamaMessage) -> bool:
    if message.tool_call_id:
        return call.id == message.tool_call_id
    return not message.tool_name or call.name == message.tool_name


def _message(message: OllamaMessage, index: int, calls: _Calls) -> Message:
    field = f"messages[{index}].tool_calls"
    if message.tool_calls and message.role != "assistant":
        raise InvalidRequest(
            f"`{field}` is set and the role is {message.role!r}; only an assistant calls tools.", field
        )
    if message.role == "tool":
        return _result(message, calls.answered_by(message))
    made = [calls.make(call, f"{field}[{number}]") for number, call in enumerate(message.tool_calls or ())]
    return Message(message.role, message.content or "", reasoning=message.thinking or None, tool_calls=tuple(made))


def _result(message: OllamaMessage, call: ToolCall | None) -> Message:
    name, call_id = (None, None) if call is None else (call.name, call.id)
    return Message(
        "tool", message.content or "", name=message.tool_name or name, tool_call_id=message.tool_call_id or call_id
    )
