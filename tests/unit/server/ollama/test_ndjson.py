from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.errors import ErrorInfo
from minerva.core.event import (
    ChoiceFinished,
    Delta,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    Timings,
    TokenAlternative,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)
from minerva.core.message import Message
from minerva.server.ollama.context import unpack
from minerva.server.ollama.lines import ChatLines, GenerateLines, Lines
from minerva.server.ollama.ndjson import NdjsonEncoder, body_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
END = Finished(Usage(10, 4, 6), Timings(0.5, 0.001, 0.2, 0.4, 1.2))
METRICS = {
    "total_duration": 1_200_000_000,
    "load_duration": 500_000_000,
    "prompt_eval_count": 10,
    "prompt_eval_duration": 200_000_000,
    "eval_count": 4,
    "eval_duration": 400_000_000,
}
HEAD = {"model": "m:latest", "created_at": "2026-03-01T12:00:00Z"}


def now() -> datetime:
    return NOON


def answered(*deltas: Delta, end: ChoiceFinished | None = None) -> list[Event]:
    return [Started("m", 10, 6), *deltas, end or ChoiceFinished(0, "stop"), END]


def stream(events: Sequence[Event], lines: Lines | None = None) -> list[Any]:
    """The lines, each of which must be JSON."""
    text = b"".join(map(NdjsonEncoder(lines or ChatLines("m:latest"), now), events))
    assert not text or text.endswith(b"\n")
    return [json.loads(line) for line in text.splitlines()]


def body(events: Sequence[Event], lines: Lines | None = None) -> Any:
    return json.loads(msgspec.json.encode(body_of(events, lines or ChatLines("m:latest"), now)))


def test_a_chat_comes_in_lines_and_the_last_has_the_figures() -> None:
    assert stream(answered(TextDelta(0, "He"), TextDelta(0, "y"))) == [
        {**HEAD, "message": {"role": "assistant", "content": "He"}, "done": False},
        {**HEAD, "message": {"role": "assistant", "content": "y"}, "done": False},
        {**HEAD, "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop", **METRICS},
    ]


def test_a_body_is_all_of_it_at_once() -> None:
    assert body(answered(ReasoningDelta(0, "h"), TextDelta(0, "He"), ReasoningDelta(0, "m"), TextDelta(0, "y"))) == {
        **HEAD,
        "message": {"role": "assistant", "content": "Hey", "thinking": "hm"},
        "done": True,
        "done_reason": "stop",
        **METRICS,
    }


def test_thinking_has_a_field_of_its_own() -> None:
    first, second, _ = stream(answered(ReasoningDelta(0, "hm"), TextDelta(0, "Hi")))
    assert first["message"] == {"role": "assistant", "content": "", "thinking": "hm"}
    assert second["message"] == {"role": "assistant", "content": "Hi"}
    first, second, _ = stream(answered(ReasoningDelta(0, "hm"), TextDelta(0, "Hi")), GenerateLines("m", None))
    assert (first["response"], first["thinking"]) == ("", "hm")
    assert (second["response"], "thinking" in second) == ("Hi", False)


CALLS = (
    TextDelta(0, "Look: "),
    ToolCallStarted(0, 0, "a", "f"),
    ToolCallDelta(0, 0, '{"x":\n 123456789012345678901234567890,'),
    ToolCallDelta(0, 0, ' "y": [1.50]}'),
    ToolCallStarted(0, 1, "b", "g"),
)
CALLED = [
    {"id": "a", "function": {"index": 0, "name": "f", "arguments": {"x": 123456789012345678901234567890, "y": [1.5]}}},
    {"id": "b", "function": {"index": 1, "name": "g", "arguments": {}}},
]


def test_calls_are_whole_and_their_arguments_an_object() -> None:
    events = answered(*CALLS, end=ChoiceFinished(0, "stop", tool_calls=2))
    lines = stream(events)
    assert [line["message"].get("tool_calls") for line in lines] == [None, CALLED[:1], CALLED[1:], None]
    assert lines[-1]["done_reason"] == "stop"
    message = body(events)["message"]
    assert (message["content"], message["tool_calls"]) == ("Look: ", CALLED)


@pytest.mark.parametrize("arguments", ['{"x": "un', "[1]", '"x"', "nonsense"])
def test_a_call_that_is_no_call_is_text(arguments: str) -> None:
    events = answered(
        ToolCallStarted(0, 0, "a", "f"), ToolCallDelta(0, 0, arguments), end=ChoiceFinished(0, "length", tool_calls=1)
    )
    line, last = stream(events)
    assert line["message"]["content"] == f'{{"name": "f", "arguments": {arguments}'
    assert "tool_calls" not in line["message"]
    assert last["done_reason"] == "length"


def test_a_failure_is_the_last_line_and_what_was_held_back_comes_before_it() -> None:
    failed = Failed(ErrorInfo("worker_crashed", "it died", model="m"))
    begun: list[Event] = [Started("m", 1, 0), TextDelta(0, "a"), ToolCallStarted(0, 0, "i", "f"), failed]
    lines = stream(begun)
    assert lines[-1] == {"error": "it died"}
    assert lines[-2]["message"]["tool_calls"][0]["function"]["name"] == "f"
    assert not any(line.get("done") for line in lines)


def test_logprobs_come_with_their_text() -> None:
    token = TokenLogprob(1, b"\xf0\x9f", -0.5, (TokenAlternative(2, b"a", float("-inf")),))
    line, last = stream(answered(TextDelta(0, "x", (token,))))
    assert line["logprobs"] == [
        {
            "token": "�",
            "logprob": -0.5,
            "bytes": [0xF0, 0x9F],
            "top_logprobs": [{"token": "a", "logprob": -9999.0, "bytes": [97]}],
        }
    ]
    assert "logprobs" not in last
    assert body(answered(TextDelta(0, "x", (token,)), TextDelta(0, "y", (token,))))["logprobs"] == line["logprobs"] * 2


def test_an_empty_delta_makes_no_line_unless_it_has_logprobs() -> None:
    token = TokenLogprob(1, b"", -0.5)
    assert len(stream(answered(TextDelta(0, "")))) == 1
    assert len(stream(answered(TextDelta(0, "", (token,))))) == 2


def test_a_generation_gives_its_conversation_back() -> None:
    asked = (Message("user", "q"),)
    events = answered(ReasoningDelta(0, "hm"), TextDelta(0, "He"), TextDelta(0, "y"))
    expected = (*asked, Message("assistant", "Hey"))
    *lines, last = stream(events, GenerateLines("m:latest", asked))
    assert [line["response"] for line in lines] == ["", "He", "y"]
    assert not any("context" in line for line in lines)
    assert unpack(last["context"]) == expected
    assert unpack(body(events, GenerateLines("m:latest", asked))["context"]) == expected
    assert "context" not in body(events, GenerateLines("m:latest", None))


DELTAS = st.lists(
    st.one_of(
        st.builds(TextDelta, st.just(0), st.text()),
        st.builds(ReasoningDelta, st.just(0), st.text()),
        st.builds(ToolCallStarted, st.just(0), st.integers(0, 9), st.just("i"), st.text()),
        st.builds(ToolCallDelta, st.just(0), st.integers(0, 9), st.sampled_from(["{", "}", '"a"', ":", "1", "\n", ""])),
    ),
    max_size=20,
)


@settings(deadline=None)
@given(DELTAS)
def test_the_lines_of_a_stream_say_what_the_body_says(deltas: list[Delta]) -> None:
    lines, whole = stream(answered(*deltas)), body(answered(*deltas))["message"]
    messages = [line["message"] for line in lines]
    assert "".join(message["content"] for message in messages) == whole["content"]
    assert "".join(message.get("thinking", "") for message in messages) == whole.get("thinking", "")
    assert [call for message in messages for call in message.get("tool_calls", [])] == whole.get("tool_calls", [])


def test_no_line_is_ended_by_a_character_of_the_text() -> None:
    text = "a\u2028b\u2029c\u0085d"
    events: list[Event] = [Started("m", 1, 0), TextDelta(0, text), ChoiceFinished(0, "stop"), END]
    sent = b"".join(map(NdjsonEncoder(ChatLines("m:latest"), now), events)).decode()
    parts = [json.loads(line)["message"]["content"] for line in sent.splitlines()]
    assert "".join(parts) == text
