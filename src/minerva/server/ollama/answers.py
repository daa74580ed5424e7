"""The answer shapes of generation in the Ollama API (its API reference, "Chat" and "Generate"), as they are encoded."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from minerva.core.event import Truncation

DoneReason = Literal["stop", "length", "load", "unload"]


class OllamaError(msgspec.Struct, frozen=True):
    """The body of every answer with a status of 400 or more, and the last line of a stream that failed."""

    error: str


class OllamaTokenLogprob(msgspec.Struct, frozen=True):
    """A token that might have stood there; `bytes` is exact where `token` holds part of a character."""

    token: str
    logprob: float
    bytes: list[int]


class OllamaLogprob(msgspec.Struct, frozen=True):
    """A token of the answer, with what might have stood in its place."""

    token: str
    logprob: float
    bytes: list[int]
    top_logprobs: list[OllamaTokenLogprob] | UnsetType = UNSET


class OllamaCalledFunction(msgspec.Struct, frozen=True):
    """The function that is called; `arguments` is a JSON object."""

    index: int
    name: str
    arguments: msgspec.Raw


class OllamaCall(msgspec.Struct, frozen=True):
    """A call of a tool, complete."""

    id: str
    function: OllamaCalledFunction


class OllamaAnswerMessage(msgspec.Struct, frozen=True):
    """What the assistant said, thought and called, or in a stream the news of it."""

    role: Literal["assistant"]
    content: str
    thinking: str | UnsetType = UNSET
    tool_calls: list[OllamaCall] | UnsetType = UNSET


class OllamaAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What both kinds of answer say. Durations are in nanoseconds; they and the counts come with the end.

    Extension: with the end comes `truncation` too, if something was left out.
    """

    model: str
    created_at: datetime
    done: bool
    done_reason: DoneReason | UnsetType = UNSET
    logprobs: list[OllamaLogprob] | UnsetType = UNSET
    total_duration: int | UnsetType = UNSET
    load_duration: int | UnsetType = UNSET
    prompt_eval_count: int | UnsetType = UNSET
    prompt_eval_duration: int | UnsetType = UNSET
    eval_count: int | UnsetType = UNSET
    eval_duration: int | UnsetType = UNSET
    truncation: Truncation | UnsetType = UNSET


class OllamaChatAnswer(OllamaAnswer, frozen=True, kw_only=True):
    """The body of a chat's answer, and also one line of it."""

    message: OllamaAnswerMessage


class OllamaGenerateAnswer(OllamaAnswer, frozen=True, kw_only=True):
    """The body of a generation's answer, and also one line of it. `context` comes with the end, unless it is raw."""

    response: str
    thinking: str | UnsetType = UNSET
    tool_calls: list[OllamaCall] | UnsetType = UNSET
    context: list[int] | UnsetType = UNSET
