"""A conversation in the terminal: what was said, and the settings its requests carry. No terminal, no network."""

from __future__ import annotations

import json

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.parameters import BY_NAME, Parameter, Value, check

JsonObject = dict[str, object]


class Conversation:
    """The messages of one chat, its system prompt, and the generation parameters that were set."""

    def __init__(self, model: str | None, system: str = "", overflow: str | None = None) -> None:
        """Begin with `model` and a policy `overflow`; `None` leaves the choice to the server."""
        self.model = model
        self.system = system
        self.overflow = overflow
        self.parameters: dict[str, Value] = {}
        self.messages: list[dict[str, str]] = []

    def request(self, text: str) -> JsonObject:
        """Return the body of the streamed chat completion that asks `text` after all that was said."""
        system = [{"role": "system", "content": self.system}] if self.system else []
        body: JsonObject = {
            "messages": [*system, *self.messages, {"role": "user", "content": text}],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if self.model is not None:
            body["model"] = self.model
        if self.overflow is not None:
            body["overflow"] = self.overflow
        return body | {BY_NAME[name].openai or name: value for name, value in self.parameters.items()}

    def add(self, text: str, answer: str) -> None:
        """Keep an exchange; one without an answer is not kept, so that roles go on alternating."""
        if answer:
            self.messages += [{"role": "user", "content": text}, {"role": "assistant", "content": answer}]

    def clear(self) -> None:
        """Forget what was said; the system prompt and the parameters stay."""
        self.messages.clear()

    def set(self, name: str, text: str) -> None:
        """Set a generation parameter from text; `default` takes it back. Raises `InvalidRequest`."""
        row = BY_NAME.get(name)
        if row is None:
            raise InvalidRequest(f"There is no parameter `{name}`; there are {', '.join(BY_NAME)}, verbose.", name)
        if text == "default":
            self.parameters.pop(name, None)
            return
        value = _parse(row, text)
        check(name, value)
        self.parameters[name] = value


def _parse(row: Parameter, text: str) -> Value:
    """Read `text` as the kind of value that `row` takes; what cannot be read is left to `check`, which says why."""
    if row.kind == "strings" and not text.startswith("["):
        return (text,)
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return text
    if row.kind == "strings" and isinstance(value, list):
        return tuple(value)
    if row.kind == "bias":
        return _parse_bias(value) or text
    return value if isinstance(value, (int, float, str)) else text


def _parse_bias(value: object) -> dict[int, float] | None:
    try:
        return msgspec.convert(value, dict[int, float], strict=False)
    except msgspec.ValidationError:
        return None
