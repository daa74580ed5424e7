"""Neutral events into those of the Responses API: one item after the other, begun and ended. Pure.

The same events and the same `Shown` are always told the same way, ids and times included.
"""

from __future__ import annotations

import msgspec

from minerva.core.errors import ErrorInfo, MinervaError, from_info
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
)
from minerva.server.errors import RESPONSES, error_body, row_of
from minerva.server.openai.answers import timings_answer
from minerva.server.openai.logprobs import chat_logprobs
from minerva.server.openai.responses.answers import (
    ErrorCode,
    IncompleteDetails,
    ItemAnswer,
    ItemStatus,
    ResponseAnswer,
    ResponseFailure,
    response_usage,
)
from minerva.server.openai.responses.events import (
    OutputItemDone,
    ResponseCompleted,
    ResponseCreated,
    ResponseError,
    ResponseEvent,
    ResponseFailed,
    ResponseIncomplete,
    ResponseInProgress,
)
from minerva.server.openai.responses.output import OpenCall, OpenItem, OpenMessage, OpenSummary, OpenThought

PREFIX = "resp_"
"""Begins the id of every response."""


class Shown(msgspec.Struct, frozen=True):
    """A response before anything has come of it, and how it is told: with `logprobs`, and thoughts as a `summary`."""

    begun: ResponseAnswer
    logprobs: bool = False
    summary: bool = False


class Narration:
    """Tells the events of one request."""

    def __init__(self, shown: Shown) -> None:
        """Tell what `shown` says."""
        self._shown = shown
        self._answer = shown.begun
        self._hex = shown.begun.id.removeprefix(PREFIX)
        self._told = 0
        self._items: list[ItemAnswer] = []
        self._open: OpenItem | None = None
        self._held: tuple[TokenLogprob, ...] = ()
        self._thought_tokens = 0
        self._cut_off = False
        self.begun = False
        """The first event was told."""

    @property
    def so_far(self) -> ResponseAnswer:
        """The response as it is while it is told."""
        unfinished = [] if self._open is None else [self._open.item("in_progress")]
        return msgspec.structs.replace(self._answer, output=[*self._items, *unfinished])

    def tell(self, event: Event) -> list[ResponseEvent]:
        """Return what `event` makes, in order; nothing where that API has nothing to say."""
        told = [msgspec.structs.replace(one, sequence_number=self._told + i) for i, one in enumerate(self._tell(event))]
        self._told += len(told)
        return told

    def _tell(self, event: Event) -> list[ResponseEvent]:
        match event:
            case Started():
                return self._begin(event.model)
            case ReasoningDelta():
                return self._think(event)
            case TextDelta():
                return self._say(event)
            case ToolCallStarted():
                return self._enter(OpenCall(self._hex, self._next, event.id, event.name))
            case ToolCallDelta():
                return self._open.more(event.arguments) if self._open is not None and event.arguments else []
            case ChoiceFinished():
                self._cut_off = event.reason != "stop"
                return self._leave("incomplete" if self._cut_off else "completed")
            case Finished():
                return [self._finish(event)]
            case Failed():
                return self._fail(event.error)

    def _begin(self, model: str) -> list[ResponseEvent]:
        self.begun = True
        self._answer = msgspec.structs.replace(self._answer, model=model)
        return [ResponseCreated(self._answer), ResponseInProgress(self._answer)]

    def _think(self, event: ReasoningDelta) -> list[ResponseEvent]:
        self._thought_tokens += len(event.logprobs) or 1
        if not event.text:
            return []
        begun: list[ResponseEvent] = []
        thought = self._open
        if not isinstance(thought, OpenThought | OpenSummary):
            kind = OpenSummary if self._shown.summary else OpenThought
            thought = kind(self._hex, self._next)
            begun = self._enter(thought)
        return [*begun, *thought.more(event.text)]

    def _say(self, event: TextDelta) -> list[ResponseEvent]:
        """A token without text, half a character perhaps, waits for words to stand with; it begins none by itself."""
        self._held += event.logprobs
        begun: list[ResponseEvent] = []
        message = self._open
        if not isinstance(message, OpenMessage):
            if not event.text:
                return []
            message = OpenMessage(self._hex, self._next)
            begun = self._enter(message)
        tokens, self._held = self._held, ()
        if not event.text and not tokens:
            return []
        logprobs = chat_logprobs(tokens).content if self._shown.logprobs else []
        return [*begun, *message.more(event.text, logprobs)]

    @property
    def _next(self) -> int:
        """The place of the next item: behind the open one, which it ends."""
        return len(self._items) + (self._open is not None)

    def _enter(self, item: OpenItem) -> list[ResponseEvent]:
        left = self._leave("completed")
        self._open = item
        return [*left, *item.begin()]

    def _leave(self, status: ItemStatus) -> list[ResponseEvent]:
        """End the open item, if there is one."""
        if self._open is None:
            return []
        ended, item = self._open.end(status), self._open.item(status)
        done = OutputItemDone(len(self._items), item)
        self._items.append(item)
        self._open = None
        return [*ended, done]

    def _finish(self, event: Finished) -> ResponseEvent:
        answer = msgspec.structs.replace(
            self._answer,
            output=self._items,
            usage=response_usage(event.usage, self._thought_tokens),
            timings=timings_answer(event.timings, event.usage),
            truncated=event.truncation or msgspec.UNSET,
        )
        if self._cut_off:
            details = IncompleteDetails("max_output_tokens")
            return ResponseIncomplete(msgspec.structs.replace(answer, status="incomplete", incomplete_details=details))
        completed_at = answer.created_at + round(event.timings.total_s)
        return ResponseCompleted(msgspec.structs.replace(answer, status="completed", completed_at=completed_at))

    def _fail(self, info: ErrorInfo) -> list[ResponseEvent]:
        """Tell of an error; a stream that never began begins for it, as clients know no other first event."""
        begun = [] if self.begun else self._begin(self._answer.model)
        left = self._leave("incomplete")
        error = from_info(info)
        detail = msgspec.json.decode(error_body(RESPONSES, error))["error"]
        failure = ResponseFailure(_code(error), detail["message"])
        answer = msgspec.structs.replace(self._answer, status="failed", error=failure, output=self._items)
        told = ResponseError(detail["code"], detail["message"], detail["param"], detail)
        return [*begun, *left, ResponseFailed(answer), told]


def _code(error: MinervaError) -> ErrorCode:
    status = row_of(RESPONSES, error).status
    if status == 429:
        return "rate_limit_exceeded"
    return "invalid_prompt" if status < 500 else "server_error"
