"""What the two kinds of generation make of a piece of an answer, each in its own shape. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec
from msgspec import UNSET

from minerva.core.event import ChoiceFinished, Finished
from minerva.core.message import Message
from minerva.server.ollama.answers import (
    DoneReason,
    OllamaAnswer,
    OllamaAnswerMessage,
    OllamaChatAnswer,
    OllamaGenerateAnswer,
)
from minerva.server.ollama.context import pack
from minerva.server.ollama.logprobs import logprobs
from minerva.server.ollama.pieces import Piece


class End(msgspec.Struct, frozen=True):
    """How an answer ended."""

    reason: DoneReason
    finished: Finished


class Lines(Protocol):
    """Makes answers of one shape. `now` is when they are given."""

    def more(self, piece: Piece, now: datetime) -> OllamaAnswer:
        """Return a line of a stream."""

    def last(self, piece: Piece, end: End, now: datetime) -> OllamaAnswer:
        """Return the last line, or all in one body."""

    def idle(self, reason: DoneReason, now: datetime) -> OllamaAnswer:
        """Return the answer to a request that had nothing to answer."""


class ChatLines:
    """Answers of /api/chat."""

    def __init__(self, model: str) -> None:
        """Answer as `model`, the name that was asked for."""
        self._model = model

    def more(self, piece: Piece, now: datetime) -> OllamaChatAnswer:
        """Return a line of a stream."""
        return self._line(piece, now, done=False)

    def last(self, piece: Piece, end: End, now: datetime) -> OllamaChatAnswer:
        """Return the last line, or all in one body."""
        return self._line(piece, now, done=True, **_ending(end))

    def idle(self, reason: DoneReason, now: datetime) -> OllamaChatAnswer:
        """Return the answer to a request without messages."""
        return self._line(Piece(), now, done=True, done_reason=reason)

    def _line(self, piece: Piece, now: datetime, **fields: Any) -> OllamaChatAnswer:
        message = OllamaAnswerMessage("assistant", piece.text, piece.thinking or UNSET, list(piece.calls) or UNSET)
        return OllamaChatAnswer(
            model=self._model, created_at=now, message=message, logprobs=logprobs(piece.logprobs), **fields
        )


class GenerateLines:
    """Answers of /api/generate."""

    def __init__(self, model: str, messages: Sequence[Message] | None) -> None:
        """Answer as `model`, the name that was asked for. `messages` is the conversation, `None` if there is none."""
        self._model = model
        self._messages = messages
        self._texts: list[str] = []

    def more(self, piece: Piece, now: datetime) -> OllamaGenerateAnswer:
        """Return a line of a stream."""
        self._texts.append(piece.text)
        return self._line(piece, now, done=False)

    def last(self, piece: Piece, end: End, now: datetime) -> OllamaGenerateAnswer:
        """Return the last line, or all in one body."""
        self._texts.append(piece.text)
        return self._line(piece, now, done=True, context=self._context(), **_ending(end))

    def idle(self, reason: DoneReason, now: datetime) -> OllamaGenerateAnswer:
        """Return the answer to a request without a prompt."""
        return self._line(Piece(), now, done=True, done_reason=reason)

    def _context(self) -> list[int] | msgspec.UnsetType:
        if self._messages is None:
            return UNSET
        return pack((*self._messages, Message("assistant", "".join(self._texts))))

    def _line(self, piece: Piece, now: datetime, **fields: Any) -> OllamaGenerateAnswer:
        return OllamaGenerateAnswer(
            model=self._model,
            created_at=now,
            response=piece.text,
            thinking=piece.thinking or UNSET,
            tool_calls=list(piece.calls) or UNSET,
            logprobs=logprobs(piece.logprobs),
            **fields,
        )


def done_reason(event: ChoiceFinished) -> DoneReason:
    """Return the reason in this API's words, which has none for calls. A cancelled answer was cut off: a length."""
    return "stop" if event.reason == "stop" else "length"


def _ending(end: End) -> dict[str, Any]:
    usage, timings = end.finished.usage, end.finished.timings
    return {
        "done_reason": end.reason,
        "total_duration": _ns(timings.total_s),
        "load_duration": _ns(timings.load_s),
        "prompt_eval_count": usage.prompt_tokens,
        "prompt_eval_duration": _ns(timings.prefill_s),
        "eval_count": usage.completion_tokens,
        "eval_duration": _ns(timings.decode_s),
        "truncation": end.finished.truncation or UNSET,
    }


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
