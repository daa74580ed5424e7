"""The events of a streamed response (API reference, "Responses: Streaming events"), as they are encoded.

`sequence_number` counts the events of a stream; whoever tells them sets it.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from minerva.server.openai.answers import ChatLogprob
from minerva.server.openai.responses.answers import ItemAnswer, PartAnswer, ResponseAnswer, SummaryTextAnswer


class ResponseCreated(msgspec.Struct, frozen=True, tag_field="type", tag="response.created"):
    """The first event."""

    response: ResponseAnswer
    sequence_number: int = 0


class ResponseInProgress(msgspec.Struct, frozen=True, tag_field="type", tag="response.in_progress"):
    """The model is at work."""

    response: ResponseAnswer
    sequence_number: int = 0


class OutputItemAdded(msgspec.Struct, frozen=True, tag_field="type", tag="response.output_item.added"):
    """An item begins, empty."""

    output_index: int
    item: ItemAnswer
    sequence_number: int = 0


class OutputItemDone(msgspec.Struct, frozen=True, tag_field="type", tag="response.output_item.done"):
    """An item is complete, or as complete as it gets."""

    output_index: int
    item: ItemAnswer
    sequence_number: int = 0


class ContentPartAdded(msgspec.Struct, frozen=True, tag_field="type", tag="response.content_part.added"):
    """A part of an item begins, empty."""

    item_id: str
    output_index: int
    content_index: int
    part: PartAnswer
    sequence_number: int = 0


class ContentPartDone(msgspec.Struct, frozen=True, tag_field="type", tag="response.content_part.done"):
    """A part is complete."""

    item_id: str
    output_index: int
    content_index: int
    part: PartAnswer
    sequence_number: int = 0


class OutputTextDelta(msgspec.Struct, frozen=True, tag_field="type", tag="response.output_text.delta"):
    """More text."""

    item_id: str
    output_index: int
    content_index: int
    delta: str
    logprobs: list[ChatLogprob]
    sequence_number: int = 0


class OutputTextDone(msgspec.Struct, frozen=True, tag_field="type", tag="response.output_text.done"):
    """All of the text."""

    item_id: str
    output_index: int
    content_index: int
    text: str
    logprobs: list[ChatLogprob]
    sequence_number: int = 0


class ReasoningTextDelta(msgspec.Struct, frozen=True, tag_field="type", tag="response.reasoning_text.delta"):
    """More of a thought."""

    item_id: str
    output_index: int
    content_index: int
    delta: str
    sequence_number: int = 0


class ReasoningTextDone(msgspec.Struct, frozen=True, tag_field="type", tag="response.reasoning_text.done"):
    """All of the thought."""

    item_id: str
    output_index: int
    content_index: int
    text: str
    sequence_number: int = 0


class SummaryPartAdded(msgspec.Struct, frozen=True, tag_field="type", tag="response.reasoning_summary_part.added"):
    """The summary of a thought begins, empty."""

    item_id: str
    output_index: int
    summary_index: int
    part: SummaryTextAnswer
    sequence_number: int = 0


class SummaryPartDone(msgspec.Struct, frozen=True, tag_field="type", tag="response.reasoning_summary_part.done"):
    """The summary is complete, or as complete as it gets; then there is a `status`."""

    item_id: str
    output_index: int
    summary_index: int
    part: SummaryTextAnswer
    sequence_number: int = 0
    status: Literal["incomplete"] | UnsetType = UNSET


class SummaryTextDelta(msgspec.Struct, frozen=True, tag_field="type", tag="response.reasoning_summary_text.delta"):
    """More of the summary."""

    item_id: str
    output_index: int
    summary_index: int
    delta: str
    sequence_number: int = 0


class SummaryTextDone(msgspec.Struct, frozen=True, tag_field="type", tag="response.reasoning_summary_text.done"):
    """All of the summary."""

    item_id: str
    output_index: int
    summary_index: int
    text: str
    sequence_number: int = 0


class ArgumentsDelta(msgspec.Struct, frozen=True, tag_field="type", tag="response.function_call_arguments.delta"):
    """More of the JSON text of a call's arguments."""

    item_id: str
    output_index: int
    delta: str
    sequence_number: int = 0


class ArgumentsDone(msgspec.Struct, frozen=True, tag_field="type", tag="response.function_call_arguments.done"):
    """All of the arguments."""

    item_id: str
    output_index: int
    arguments: str
    sequence_number: int = 0


class ResponseCompleted(msgspec.Struct, frozen=True, tag_field="type", tag="response.completed"):
    """The last event of a response that ended by itself."""

    response: ResponseAnswer
    sequence_number: int = 0


class ResponseIncomplete(msgspec.Struct, frozen=True, tag_field="type", tag="response.incomplete"):
    """The last event of a response that was cut off."""

    response: ResponseAnswer
    sequence_number: int = 0


class ResponseFailed(msgspec.Struct, frozen=True, tag_field="type", tag="response.failed"):
    """The response failed; an `error` comes behind it."""

    response: ResponseAnswer
    sequence_number: int = 0


class ResponseError(msgspec.Struct, frozen=True, tag_field="type", tag="error"):
    """The last event of a stream that failed.

    The reference has the first three fields. OpenAI's server sends `error`, the one of a refused request, and it is
    what makes its clients raise; here are both.
    """

    code: str
    message: str
    param: str | None
    error: dict[str, Any]
    sequence_number: int = 0


Ending = ResponseCompleted | ResponseIncomplete | ResponseFailed
ResponseEvent = (
    ResponseCreated
    | ResponseInProgress
    | OutputItemAdded
    | ContentPartAdded
    | OutputTextDelta
    | OutputTextDone
    | ReasoningTextDelta
    | ReasoningTextDone
    | SummaryPartAdded
    | SummaryTextDelta
    | SummaryTextDone
    | SummaryPartDone
    | ContentPartDone
    | ArgumentsDelta
    | ArgumentsDone
    | OutputItemDone
    | Ending
    | ResponseError
)
