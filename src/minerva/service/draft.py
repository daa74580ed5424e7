"""An answer in the making: what the engine says becomes what is told, and what is stored. Pure.

Told events, put together by the rule of `core.session_event`, make the very message that is stored.
"""

from __future__ import annotations

import msgspec

from minerva.core.errors import ErrorInfo, ShuttingDown
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Failed,
    Finished,
    FinishReason,
    ReasoningDelta,
    Started,
    TextDelta,
    Timings,
    ToolCallDelta,
    ToolCallStarted,
    Truncation,
    Usage,
)
from minerva.core.message import ToolCall
from minerva.core.session import MessageStatus, StoredMessage
from minerva.core.session_event import AnswerEvent, ReasoningEvent, TextEvent, ToolCallEvent
from minerva.sessions.records import MessageEnd, MessageProgress


class Draft:
    """One answer, which is there in part already if it goes on.

    Figures of a request that goes on are those of that request: its prompt has what there was.
    """

    def __init__(self, answer: StoredMessage, begun_s: float) -> None:
        """`begun_s` is when it was asked for, by the clock of `take`."""
        self.answer = _without_outcome(answer)
        self._begun_s = begun_s
        self._text = [answer.content]
        self._thoughts = [answer.reasoning]
        self._calls = list(answer.tool_calls)
        self._logprobs = list(answer.logprobs or ())
        self._model = answer.model
        self._usage: Usage | None = None
        self._timings: Timings | None = None
        self._ttft_s: float | None = None
        self._thought_s = answer.reasoning_s or 0.0
        self._thinks_since_s: float | None = None
        self._truncation: Truncation | None = None
        self._reason: FinishReason | None = None
        self._error: ErrorInfo | None = None

    def take(self, event: Event, now_s: float) -> AnswerEvent | None:
        """Take in what the engine says at `now_s`, a monotonic clock; return what is to be told of it."""
        match event:
            case Started():
                self._model = event.model
                self._usage = Usage(event.prompt_tokens, 0, event.cached_tokens)
            case ChoiceFinished():
                self._reason = event.reason
            case Finished():
                self._usage, self._timings, self._truncation = event.usage, event.timings, event.truncation
            case Failed():
                self._error = event.error
            case _:
                return self._delta(event, now_s)
        return None

    @property
    def progress(self) -> MessageProgress:
        """All of it so far."""
        return MessageProgress(
            content="".join(self._text), reasoning="".join(self._thoughts), tool_calls=tuple(self._calls)
        )

    @property
    def message(self) -> StoredMessage:
        """The message so far, as others see it."""
        said = self.progress
        return msgspec.structs.replace(
            self.answer,
            content=said.content,
            reasoning=said.reasoning,
            tool_calls=said.tool_calls,
            model=self._model,
            logprobs=None,
        )

    def end(self, wanted: MessageStatus | None, now_s: float) -> MessageEnd:
        """Return how it is stored, ended at `now_s`. `wanted`: it was broken off, and this is what it counts as."""
        self._stop_thinking(now_s)
        said, error = self.progress, self._error
        status: MessageStatus = wanted or ("complete" if error is None else "failed")
        if error is not None and error.code == ShuttingDown.code:
            status = "interrupted"
        return MessageEnd(
            status=status,
            content=said.content,
            reasoning=said.reasoning,
            tool_calls=said.tool_calls,
            model=self._model,
            finish_reason=self._reason if status == "complete" else None,
            error=error if status == "failed" else None,
            usage=self._usage,
            timings=self._timings or Timings(total_s=now_s - self._begun_s),
            ttft_s=self._ttft_s,
            reasoning_s=self._thought_s if said.reasoning else None,
            truncation=self._truncation,
            logprobs=tuple(self._logprobs) or None,
        )

    def fail(self, error: ErrorInfo) -> None:
        """It ends in `error`, which no event says."""
        self._error = error

    def _delta(
        self, event: TextDelta | ReasoningDelta | ToolCallStarted | ToolCallDelta, now_s: float
    ) -> AnswerEvent | None:
        if self._ttft_s is None:
            self._ttft_s = now_s - self._begun_s
        if isinstance(event, ReasoningDelta):
            if self._thinks_since_s is None:
                self._thinks_since_s = now_s
        else:
            self._stop_thinking(now_s)
        match event:
            case TextDelta():
                return self._say(self._text, event, TextEvent(self.answer.id, event.text))
            case ReasoningDelta():
                return self._say(self._thoughts, event, ReasoningEvent(self.answer.id, event.text))
            case ToolCallStarted():
                self._calls.append(ToolCall(event.id, event.name, ""))
                return self._call(len(self._calls) - 1, "")
            case ToolCallDelta():
                return self._call(len(self._calls) - 1, event.arguments)

    def _say(self, texts: list[str], event: TextDelta | ReasoningDelta, told: AnswerEvent) -> AnswerEvent | None:
        """Until the engine counts, a piece of text counts as a token, as it nearly always is one."""
        self._logprobs.extend(event.logprobs)
        if not event.text:
            return None
        texts.append(event.text)
        if self._usage is not None:
            completion = self._usage.completion_tokens + 1
            self._usage = msgspec.structs.replace(self._usage, completion_tokens=completion)
        return told

    def _call(self, index: int, arguments: str) -> AnswerEvent:
        call = self._calls[index]
        self._calls[index] = ToolCall(call.id, call.name, call.arguments + arguments)
        return ToolCallEvent(self.answer.id, index, call.id, call.name, arguments)

    def _stop_thinking(self, now_s: float) -> None:
        if self._thinks_since_s is not None:
            self._thought_s += now_s - self._thinks_since_s
            self._thinks_since_s = None


def _without_outcome(answer: StoredMessage) -> StoredMessage:
    """Return `answer` without what was said of how it ended the last time."""
    return msgspec.structs.replace(
        answer,
        finish_reason=None,
        error=None,
        usage=None,
        timings=None,
        ttft_s=None,
        reasoning_s=None,
        truncation=None,
        logprobs=None,
    )
