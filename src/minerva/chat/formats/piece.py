"""What is found in a model's answer: text, thoughts, and calls of tools."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of the answer, as the model wrote it. It begins at character `start` of what the parser was fed."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Thought:
    """A stretch of the model's thinking, as it wrote it, without the marks around. `start` as in `Text`."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call of an offered tool begins. `id` is what the model calls it, where its format has ids."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """More of the JSON text of the arguments of the call that was started last."""

    text: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call that was started last has all its arguments, or the answer broke off."""


Piece = Text | Thought | CallStarted | Arguments | CallEnded


def joined(first: Piece | None, second: Piece) -> Piece | None:
    """Return the one piece that two make, `None` if they stay two."""
    if isinstance(first, Arguments) and isinstance(second, Arguments):
        return Arguments(first.text + second.text)
    for kind in (Text, Thought):
        if isinstance(first, kind) and isinstance(second, kind) and first.start + len(first.text) == second.start:
            return kind(first.text + second.text, first.start)
    return None
