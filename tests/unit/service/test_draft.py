"""An answer in the making."""

from __future__ import annotations

import msgspec
import pytest

from minerva.core.errors import ErrorInfo
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    Timings,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)
from minerva.core.message import ToolCall
from minerva.core.session import StoredMessage
from minerva.core.session_event import MessageEvent
from minerva.service.draft import Draft
from tests.support.told import Fields, as_json, put_together

ANSWER = StoredMessage(
    id="msg_1",
    session="ses_1",
    parent="msg_0",
    role="assistant",
    status="streaming",
    created_s=1.0,
    updated_s=1.0,
)
TOKEN = TokenLogprob(1, b"x", -0.5)
STARTED = Started("m", 10, 4)
SAID: tuple[Event, ...] = (
    STARTED,
    ReasoningDelta(0, "Hm"),
    ReasoningDelta(0, "m."),
    TextDelta(0, "Let me "),
    TextDelta(0, "see", (TOKEN,)),
    TextDelta(0, "", (TOKEN,)),
    ToolCallStarted(0, 0, "call_1", "look"),
    ToolCallDelta(0, 0, '{"at": '),
    ToolCallDelta(0, 0, '"it"}'),
    ToolCallStarted(0, 1, "call_2", "go"),
)


def told_of(draft: Draft, events: tuple[Event, ...]) -> list[Fields]:
    """Feed `events`, one a second; return what is told, as JSON has it."""
    first: list[Fields] = [as_json(MessageEvent(draft.message))]
    told = (draft.take(event, float(second)) for second, event in enumerate(events))
    return [*first, *(as_json(event) for event in told if event is not None)]


@pytest.mark.parametrize("count", range(len(SAID) + 1))
def test_what_is_told_is_what_is_there(count: int) -> None:
    draft = Draft(ANSWER, 0.0)
    told = put_together(told_of(draft, SAID[:count]))["msg_1"]
    said = {name: told[name] for name in ("content", "reasoning", "tool_calls")}
    assert said == as_json(draft.progress)
    assert {**told, "model": draft.message.model} == as_json(draft.message)


def test_an_answer_that_goes_on_begins_with_what_there_was() -> None:
    before = msgspec.structs.replace(
        ANSWER, content="One, ", reasoning="Hm.", error=ErrorInfo("x", "y"), reasoning_s=2.0, logprobs=(TOKEN,)
    )
    draft = Draft(before, 0.0)
    assert put_together(told_of(draft, (STARTED, TextDelta(0, "two.", (TOKEN,)))))["msg_1"]["content"] == "One, two."
    assert draft.message.error is None
    end = draft.end("stopped", 9.0)
    assert (end.content, end.reasoning, end.reasoning_s, end.logprobs) == ("One, two.", "Hm.", 2.0, (TOKEN, TOKEN))


def test_a_whole_answer_has_its_figures() -> None:
    draft = Draft(ANSWER, -1.0)
    usage, timings = Usage(10, 7, 4), Timings(total_s=5.0)
    told_of(draft, (*SAID, ChoiceFinished(0, "stop"), Finished(usage, timings)))
    end = draft.end(None, 20.0)
    assert (end.status, end.finish_reason, end.model) == ("complete", "stop", "m")
    assert (end.usage, end.timings) == (usage, timings)
    assert (end.ttft_s, end.reasoning_s) == (2.0, 2.0)
    assert end.tool_calls == (ToolCall("call_1", "look", '{"at": "it"}'), ToolCall("call_2", "go", ""))


def test_a_stopped_answer_has_those_that_are_known() -> None:
    draft = Draft(ANSWER, -1.0)
    told_of(draft, SAID)
    end = draft.end("stopped", 20.0)
    assert (end.status, end.finish_reason, end.error) == ("stopped", None, None)
    assert (end.usage, end.timings) == (Usage(10, 4, 4), Timings(total_s=21.0))


@pytest.mark.parametrize(
    ("code", "status"),
    [("worker_crashed", "failed"), ("generation_timeout", "failed"), ("shutting_down", "interrupted")],
)
def test_a_failed_answer_keeps_its_text_and_says_why(code: str, status: str) -> None:
    draft = Draft(ANSWER, 0.0)
    error = ErrorInfo(code, "It is over.")
    told_of(draft, (STARTED, TextDelta(0, "Half"), Failed(error)))
    end = draft.end(None, 2.0)
    assert (end.status, end.content) == (status, "Half")
    assert end.error == (error if status == "failed" else None)


def test_thinking_takes_time_until_something_else_is_said() -> None:
    draft = Draft(ANSWER, 0.0)
    for event, second in ((ReasoningDelta(0, "a"), 1.0), (TextDelta(0, "b"), 4.0), (ReasoningDelta(0, "c"), 5.0)):
        draft.take(event, second)
    assert draft.end("stopped", 7.0).reasoning_s == 5.0
