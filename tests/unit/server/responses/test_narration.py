"""Streams of the Responses API: their order, and that they are read by the official client as what they say."""

from __future__ import annotations

import json
from typing import Any, get_args

import httpx2
import msgspec
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import omit
from openai.lib.streaming.responses._responses import ResponseStreamState
from openai.types.responses import Response, ResponseStreamEvent

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
    TokenAlternative,
    TokenLogprob,
    ToolCallDelta,
    ToolCallStarted,
    Truncation,
    Usage,
)
from minerva.server.openai.responses.begin import begun
from minerva.server.openai.responses.fold import response
from minerva.server.openai.responses.narration import Shown
from minerva.server.openai.responses.schema import ResponsesRequest
from minerva.server.openai.responses.sse import SseEncoder

CLASSES = {get_args(cls.model_fields["type"].annotation)[0]: cls for cls in get_args(get_args(ResponseStreamEvent)[0])}
END = Finished(Usage(10, 7, 6), Timings(total_s=2.4))
ANSWER: list[Event] = [
    Started("model", 10, 6),
    ReasoningDelta(0, "H"),
    ReasoningDelta(0, "m"),
    TextDelta(0, "Look: "),
    TextDelta(0, "here"),
    ToolCallStarted(0, 0, "call_1", "weather"),
    ToolCallDelta(0, 0, '{"city": '),
    ToolCallDelta(0, 0, '"Rome"}'),
    ChoiceFinished(0, "stop", None, 1),
    END,
]


def shown(**fields: Any) -> Shown:
    body = ResponsesRequest.decode(json.dumps({"input": "Hi", **fields}).encode())
    return begun(body, "resp_ab", 100)


def stream(events: list[Event], how: Shown | None = None) -> list[Any]:
    """The data of all frames; each is an event that its own line names, and that the official client knows."""
    frames = b"".join(map(SseEncoder(how or shown()), events)).decode()
    assert frames.endswith("\n\n")
    told = []
    for frame in frames.split("\n\n")[:-1]:
        first, second = frame.split("\n")
        data = json.loads(second.removeprefix("data: "))
        assert first == f"event: {data['type']}"
        CLASSES[data["type"]].model_validate(data)
        told.append(data)
    assert [data["sequence_number"] for data in told] == list(range(len(told)))
    return told


def types(told: list[Any]) -> list[str]:
    return [data["type"].removeprefix("response.") for data in told]


def test_items_come_one_after_the_other_and_each_begins_and_ends() -> None:
    told = stream(ANSWER)
    assert types(told) == [
        "created",
        "in_progress",
        "output_item.added",
        "content_part.added",
        "reasoning_text.delta",
        "reasoning_text.delta",
        "reasoning_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "content_part.added",
        "output_text.delta",
        "output_text.delta",
        "output_text.done",
        "content_part.done",
        "output_item.done",
        "output_item.added",
        "function_call_arguments.delta",
        "function_call_arguments.delta",
        "function_call_arguments.done",
        "output_item.done",
        "completed",
    ]
    assert [data["output_index"] for data in told if "output_index" in data] == [0] * 7 + [1] * 7 + [2] * 5
    assert told[0]["response"]["status"] == "in_progress"
    assert told[0]["response"]["model"] == "model"


def test_the_last_event_has_the_whole_response() -> None:
    done = stream(ANSWER)[-1]["response"]
    assert done == msgspec.to_builtins(response(ANSWER, shown()))
    thought, message, call = done["output"]
    assert thought["content"] == [{"type": "reasoning_text", "text": "Hm"}]
    assert thought["summary"] == []
    text = {"type": "output_text", "text": "Look: here", "logprobs": [], "annotations": []}
    assert message == {
        "type": "message",
        "id": "msg_ab1",
        "status": "completed",
        "role": "assistant",
        "content": [text],
    }
    assert (call["call_id"], call["name"], call["arguments"]) == ("call_1", "weather", '{"city": "Rome"}')
    assert (done["status"], done["created_at"], done["completed_at"]) == ("completed", 100, 102)
    assert done["usage"] == {
        "input_tokens": 10,
        "input_tokens_details": {"cached_tokens": 6, "cache_write_tokens": 0},
        "output_tokens": 7,
        "output_tokens_details": {"reasoning_tokens": 2},
        "total_tokens": 17,
    }


def test_what_was_left_out_is_said_at_the_end() -> None:
    assert "truncated" not in stream(ANSWER)[-1]["response"]
    left_out = msgspec.structs.replace(END, truncation=Truncation("trim_history", 2, 30))
    done = stream([*ANSWER[:-1], left_out])[-1]["response"]
    assert (done["truncated"]["dropped_messages"], done["truncated"]["dropped_tokens"]) == (2, 30)


def test_a_summary_is_the_thought_itself() -> None:
    told = stream(ANSWER, shown(reasoning={"summary": "auto"}))
    assert types(told)[2:9] == [
        "output_item.added",
        "reasoning_summary_part.added",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.delta",
        "reasoning_summary_text.done",
        "reasoning_summary_part.done",
        "output_item.done",
    ]
    thought = told[-1]["response"]["output"][0]
    assert thought["summary"] == [{"type": "summary_text", "text": "Hm"}]
    assert "content" not in thought


def test_an_answer_that_is_cut_off_is_incomplete_and_so_is_its_last_item() -> None:
    told = stream([*ANSWER[:7], ChoiceFinished(0, "length", None, 1), END])
    assert types(told)[-3:] == ["function_call_arguments.done", "output_item.done", "incomplete"]
    done = told[-1]["response"]
    assert (done["status"], done["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    assert done["completed_at"] is None
    assert [item["status"] for item in done["output"]] == ["completed", "completed", "incomplete"]
    assert done["output"][2]["arguments"] == '{"city": '


def test_a_summary_that_is_cut_off_says_so() -> None:
    how = shown(reasoning={"summary": "auto"})
    [whole] = [data for data in stream(ANSWER, how) if data["type"] == "response.reasoning_summary_part.done"]
    told = stream([*ANSWER[:3], ChoiceFinished(0, "length"), END], how)
    [cut] = [data for data in told if data["type"] == "response.reasoning_summary_part.done"]
    assert ("status" in whole, cut["status"]) == (False, "incomplete")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ErrorInfo("worker_crashed", "it died", model="m"), "server_error"),
        (ErrorInfo("queue_full", "too many", retry_after_s=1.0), "rate_limit_exceeded"),
        (ErrorInfo("invalid_request", "no", param="form"), "invalid_prompt"),
    ],
)
def test_a_failure_ends_what_was_begun_and_says_so_twice(error: ErrorInfo, code: str) -> None:
    told = stream([*ANSWER[:4], Failed(error)])
    assert types(told)[-5:] == ["output_text.done", "content_part.done", "output_item.done", "failed", "error"]
    failed, last = told[-2]["response"], told[-1]
    assert failed["error"] == {"code": code, "message": error.message}
    assert (failed["status"], failed["output"][1]["content"][0]["text"]) == ("failed", "Look: ")
    assert (last["message"], last["error"]["message"]) == (error.message, error.message)
    assert last["param"] == last["error"]["param"] == ("text.format" if error.param else None)


def test_the_official_client_raises_at_a_failure() -> None:
    events = [*ANSWER[:4], Failed(ErrorInfo("worker_crashed", "it died", model="m"))]
    frames = b"".join(map(SseEncoder(shown()), events))
    answer = httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=frames)
    seen: list[str] = []
    with (
        httpx2.Client(transport=httpx2.MockTransport(lambda _: answer)) as http,
        openai.OpenAI(api_key="k", base_url="http://localhost", http_client=http) as client,
        pytest.raises(openai.APIError, match="it died") as caught,
    ):
        seen.extend(event.type for event in client.responses.create(model="m", input="Hi", stream=True))
    assert caught.value.code == "worker_crashed"
    assert seen[-1] == "response.failed"


def test_a_failure_before_anything_begins_the_stream() -> None:
    told = stream([Failed(ErrorInfo("worker_crashed", "it died", model="m"))], shown(model="m"))
    assert types(told) == ["created", "in_progress", "failed", "error"]
    assert told[0]["response"]["model"] == "m"


def test_log_probabilities_come_with_their_text_and_half_a_character_waits_for_it() -> None:
    def token(piece: bytes) -> TokenLogprob:
        return TokenLogprob(1, piece, -0.5, (TokenAlternative(1, piece, -0.5),))

    events: list[Event] = [
        ANSWER[0],
        TextDelta(0, "", (token(b"\xc3"),)),
        TextDelta(0, "é", (token(b"\xa9"),)),
        TextDelta(0, "", (token(b"."),)),
        ChoiceFinished(0, "stop"),
        END,
    ]
    how = shown(include=["message.output_text.logprobs"], top_logprobs=1)
    told = stream(events, how)
    deltas = [data for data in told if data["type"] == "response.output_text.delta"]
    assert [(data["delta"], len(data["logprobs"])) for data in deltas] == [("é", 2), ("", 1)]
    [part] = told[-1]["response"]["output"][0]["content"]
    assert [one["bytes"] for one in part["logprobs"]] == [[0xC3], [0xA9], [0x2E]]
    assert part["logprobs"][0]["top_logprobs"][0]["logprob"] == -0.5
    [quiet] = stream(events)[-1]["response"]["output"][0]["content"]
    assert quiet["logprobs"] == []


def test_an_answer_of_nothing_has_no_items() -> None:
    told = stream([ANSWER[0], TextDelta(0, ""), ReasoningDelta(0, ""), ChoiceFinished(0, "stop"), END])
    assert types(told) == ["created", "in_progress", "completed"]
    assert told[-1]["response"]["output"] == []


KINDS = st.sampled_from(["thought", "text", "call"])
CHUNKS = st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=5)


def events_of(pieces: list[tuple[str, list[str]]], *, whole: bool) -> list[Event]:
    """An answer of these pieces, each in its chunks or as a whole."""
    events: list[Event] = [Started("m", 1, 0)]
    calls = 0
    for kind, given_chunks in pieces:
        chunks = ["".join(given_chunks)] if whole else given_chunks
        if kind == "call":
            events.append(ToolCallStarted(0, calls, f"call_{calls}", "f"))
            events += [ToolCallDelta(0, calls, chunk) for chunk in chunks]
            calls += 1
        else:
            make = ReasoningDelta if kind == "thought" else TextDelta
            events += [make(0, chunk) for chunk in chunks]
    return [*events, ChoiceFinished(0, "stop", None, calls), END]


def without_usage(events: list[Event]) -> Any:
    return msgspec.structs.replace(response(events, shown()), usage=None)


@given(st.lists(st.tuples(KINDS, CHUNKS), max_size=6))
def test_any_chunking_of_an_answer_gives_the_same_response(pieces: list[tuple[str, list[str]]]) -> None:
    assert without_usage(events_of(pieces, whole=False)) == without_usage(events_of(pieces, whole=True))


def bare(made: Response) -> Any:
    """The output, without what the client adds for itself."""
    output: Any = made.to_dict()["output"]
    for item in output:
        item.pop("parsed_arguments", None)
        for part in item.get("content", ()):
            part.pop("parsed", None)
    return output


@settings(max_examples=30)
@given(st.lists(st.tuples(KINDS, CHUNKS), max_size=6))
def test_the_official_client_makes_the_same_of_a_stream_as_of_a_body(pieces: list[tuple[str, list[str]]]) -> None:
    events = events_of(pieces, whole=False)
    state: ResponseStreamState[None] = ResponseStreamState(text_format=omit, input_tools=omit)
    told = stream(events)
    snapshots: dict[int, str] = {}
    for data in told:
        for event in state.handle_event(CLASSES[data["type"]].model_validate(data)):
            if event.type in ("response.output_text.delta", "response.function_call_arguments.delta"):
                snapshots[event.output_index] = event.snapshot
    whole = Response.model_validate_json(msgspec.json.encode(response(events, shown())))
    final = state._completed_response
    assert final is not None
    assert final.output_text == whole.output_text
    assert bare(final) == bare(whole)
    for index, text in snapshots.items():
        item: Any = whole.output[index]
        assert text == (item.content[0].text if item.type == "message" else item.arguments)
