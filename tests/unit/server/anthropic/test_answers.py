from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minerva.core.errors import ErrorInfo
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
    Usage,
)
from minerva.server.anthropic.fold import call_input, message
from minerva.server.anthropic.narration import SIGNATURE, Shown, stop_reason
from minerva.server.anthropic.sse import PING, SseEncoder

SHOWN = Shown("msg_1", "req-1", 100)
START = Started("m", 10, 6)
END = Finished(Usage(10, 4, 6), Timings())
STARTED: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "model": "m",
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": 4,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 6,
            "output_tokens": 0,
            "service_tier": "standard",
        },
    },
}
PINGED = {"type": "ping"}
STOPPED = {"type": "message_stop"}


def begin(index: int, **block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": index, "content_block": block}


def more(index: int, **delta: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": delta}


def over(index: int) -> dict[str, Any]:
    return {"type": "content_block_stop", "index": index}


def ended(reason: str, stop_sequence: str | None = None) -> dict[str, Any]:
    usage = {"input_tokens": 4, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 6, "output_tokens": 4}
    return {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": stop_sequence},
        "usage": usage,
    }


def stream(events: list[Event], shown: Shown = SHOWN) -> list[dict[str, Any]]:
    """The data of every frame, whose name must be the data's type."""
    encode = SseEncoder(shown)
    frames = b"".join(map(encode, events)).decode().split("\n\n")
    assert frames.pop() == ""
    told = []
    for frame in frames:
        name, data = frame.split("\n")
        told.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {told[-1]['type']}"
    return told


def body(events: list[Event], shown: Shown = SHOWN) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(message(events, shown))
    return built


def test_a_text_is_one_block() -> None:
    events: list[Event] = [
        START,
        TextDelta(0, "He"),
        TextDelta(0, ""),
        TextDelta(0, "y"),
        ChoiceFinished(0, "stop"),
        END,
    ]
    assert stream(events) == [
        STARTED,
        begin(0, type="text", text=""),
        PINGED,
        more(0, type="text_delta", text="He"),
        more(0, type="text_delta", text="y"),
        over(0),
        ended("end_turn"),
        STOPPED,
    ]


THOUGHT: list[Event] = [
    START,
    ReasoningDelta(0, "Let me"),
    ReasoningDelta(0, " see."),
    TextDelta(0, "I look."),
    ToolCallStarted(0, 0, "call_a", "weather"),
    ToolCallDelta(0, 0, '{"city": '),
    ToolCallDelta(0, 0, ""),
    ToolCallDelta(0, 0, '"Köln"}'),
    ToolCallStarted(0, 1, "call_b", "time"),
    ChoiceFinished(0, "stop", tool_calls=2),
    END,
]


def test_thoughts_text_and_calls_are_blocks_one_after_the_other() -> None:
    assert stream(THOUGHT) == [
        STARTED,
        begin(0, type="thinking", thinking="", signature=""),
        PINGED,
        more(0, type="thinking_delta", thinking="Let me"),
        more(0, type="thinking_delta", thinking=" see."),
        more(0, type="signature_delta", signature=SIGNATURE),
        over(0),
        begin(1, type="text", text=""),
        more(1, type="text_delta", text="I look."),
        over(1),
        begin(2, type="tool_use", id="toolu_a", name="weather", input={}),
        more(2, type="input_json_delta", partial_json='{"city": '),
        more(2, type="input_json_delta", partial_json='"Köln"}'),
        over(2),
        begin(3, type="tool_use", id="toolu_b", name="time", input={}),
        over(3),
        ended("tool_use"),
        STOPPED,
    ]


def test_the_body_is_what_the_stream_adds_up_to() -> None:
    assert body(THOUGHT) == {
        **STARTED["message"],
        "content": [
            {"type": "thinking", "thinking": "Let me see.", "signature": SIGNATURE},
            {"type": "text", "text": "I look."},
            {"type": "tool_use", "id": "toolu_a", "name": "weather", "input": {"city": "Köln"}},
            {"type": "tool_use", "id": "toolu_b", "name": "time", "input": {}},
        ],
        "stop_reason": "tool_use",
        "usage": {**STARTED["message"]["usage"], "output_tokens": 4},
    }


def test_thoughts_that_are_not_to_be_shown_leave_their_block() -> None:
    events: list[Event] = [START, ReasoningDelta(0, "secret"), TextDelta(0, "Yes."), ChoiceFinished(0, "stop"), END]
    shown = msgspec.structs.replace(SHOWN, thoughts=False)
    told = stream(events, shown)
    assert told[1:5] == [
        begin(0, type="thinking", thinking="", signature=""),
        PINGED,
        more(0, type="signature_delta", signature=SIGNATURE),
        over(0),
    ]
    assert "secret" not in json.dumps([told, body(events, shown)])


def test_an_answer_of_nothing_has_no_block() -> None:
    events: list[Event] = [START, ChoiceFinished(0, "stop"), END]
    assert stream(events) == [STARTED, ended("end_turn"), STOPPED]
    assert body(events)["content"] == []


def test_a_stop_sequence_is_told() -> None:
    events: list[Event] = [START, TextDelta(0, "a"), ChoiceFinished(0, "stop", "END"), END]
    assert stream(events)[-2] == ended("stop_sequence", "END")
    assert body(events)["stop_sequence"] == "END"


@pytest.mark.parametrize(
    ("reason", "tool_calls", "completion_tokens", "expected"),
    [
        ("stop", 0, 5, "end_turn"),
        ("stop", 1, 5, "tool_use"),
        ("length", 0, 10, "max_tokens"),
        ("length", 1, 10, "max_tokens"),
        ("length", 0, 9, "model_context_window_exceeded"),
        ("cancelled", 0, 3, "max_tokens"),
    ],
)
def test_the_reason_says_who_ended_it(
    reason: FinishReason, tool_calls: int, completion_tokens: int, expected: str
) -> None:
    end = ChoiceFinished(0, reason, tool_calls=tool_calls)
    assert stop_reason(end, Usage(10, completion_tokens), 10) == expected


def test_a_failure_in_mid_stream_is_an_error_event_and_the_end() -> None:
    failed = Failed(ErrorInfo("worker_crashed", "it died", model="m"))
    assert stream([START, TextDelta(0, "a"), failed])[-1] == {
        "type": "error",
        "error": {
            "type": "api_error",
            "message": "it died",
            "details": {"error_code": "worker_crashed", "model": "m"},
        },
        "request_id": "req-1",
    }


def test_a_call_that_was_cut_off_keeps_its_text() -> None:
    assert call_input('{"a": [1, 2]}') == {"a": [1, 2]}
    assert call_input("") == {}
    assert call_input('{"a": "unfin') == {"INVALID_JSON": '{"a": "unfin'}
    assert call_input("[1]") == {"INVALID_JSON": "[1]"}


def test_a_ping_is_a_whole_frame() -> None:
    assert PING == b'event: ping\ndata: {"type":"ping"}\n\n'


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([TextDelta, ReasoningDelta]), st.text()), max_size=20))
def test_blocks_are_begun_and_ended_in_order_and_lose_no_text(pieces: list[tuple[Any, str]]) -> None:
    events: list[Event] = [START, *(kind(0, text) for kind, text in pieces), ChoiceFinished(0, "stop"), END]
    told = stream(events)
    opened: list[int] = []
    texts: dict[int, str] = {}
    for one in told:
        match one["type"]:
            case "content_block_start":
                opened.append(one["index"])
                texts[one["index"]] = ""
            case "content_block_delta":
                assert opened == [one["index"]]
                texts[one["index"]] += one["delta"].get("text", one["delta"].get("thinking", ""))
            case "content_block_stop":
                opened.remove(one["index"])
            case _:
                pass
    assert opened == []
    assert list(texts) == list(range(len(texts)))
    assert "".join(texts.values()) == "".join(text for _, text in pieces)
    folded = [block.get("text", block.get("thinking")) for block in body(events)["content"]]
    assert folded == list(texts.values())
