"""One conversation of the corpus, in OpenAI's shape, and how its last answer is scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from starter.corpus.checks import Check

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

Ability = Literal[
    "greetings",
    "about",
    "memory",
    "system",
    "tools",
    "json",
    "thinking",
    "stories",
    "copying",
    "sums",
    "beyond",
]
ABILITIES: tuple[Ability, ...] = get_args(Ability)

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Example:
    """A conversation that ends with the right answer.

    Attributes:
        ability: what its last answer shows.
        split: whose words and templates it is made of.
        messages: `role`, `content`, and in an assistant message perhaps `tool_calls` (each `{"type": "function",
            "function": {"name", "arguments"}}`, arguments as a mapping) or `reasoning` (the text between `<think>` and
            `</think>`). Every assistant message is right, so all of them are trained on.
        check: scores the last assistant message.
        tools: OpenAI function tools, given in the system turn.
        thinking: the template's switch `enable_thinking`.
    """

    ability: Ability
    split: Split
    messages: tuple[Message, ...]
    check: Check
    tools: tuple[Message, ...] = ()
    thinking: bool = False


def user(text: str) -> Message:
    """Return what a person says."""
    return {"role": "user", "content": text}


def assistant(text: str, reasoning: str | None = None) -> Message:
    """Return an answer, with its thinking if there is any."""
    message = {"role": "assistant", "content": text}
    return message if reasoning is None else {**message, "reasoning": reasoning}


def system(text: str) -> Message:
    """Return a system prompt."""
    return {"role": "system", "content": text}


def call(name: str, arguments: Mapping[str, Any], reasoning: str | None = None) -> Message:
    """Return an assistant message that calls one tool and says nothing."""
    function = {"name": name, "arguments": dict(arguments)}
    return {**assistant("", reasoning), "tool_calls": [{"type": "function", "function": function}]}


def result(text: str) -> Message:
    """Return what a tool gave back."""
    return {"role": "tool", "content": text}
