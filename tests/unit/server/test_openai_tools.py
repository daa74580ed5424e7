"""Tools, thinking and response formats in the OpenAI API's shapes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.event import (
    ChoiceFinished,
    Event,
    Finished,
    ReasoningDelta,
    Started,
    TextDelta,
    Timings,
    ToolCallDelta,
    ToolCallStarted,
    Usage,
)
from minerva.core.output import Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex
from minerva.core.request import ChatInput, Thinking
from minerva.core.tools import NamedTool, Tool
from minerva.server.openai.choices import ChatChoices, Shown
from minerva.server.openai.convert import chat_request
from minerva.server.openai.fold import chat_completion
from minerva.server.openai.schema import ChatRequest
from minerva.server.openai.sse import SseEncoder

WEATHER: Any = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
EVENTS: list[Event] = [
    Started("m", 3, 0),
    ReasoningDelta(0, "Hm"),
    ReasoningDelta(0, "."),
    TextDelta(0, "Look: "),
    ToolCallStarted(0, 0, "call_1", "weather"),
    ToolCallDelta(0, 0, '{"city": '),
    ToolCallDelta(0, 0, '"Rome"}'),
    ToolCallStarted(0, 1, "call_2", "time"),
    ToolCallDelta(0, 1, "{}"),
    ChoiceFinished(0, "stop", None, 2),
    Finished(Usage(3, 9), Timings()),
]
CALLS = [
    {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}},
    {"id": "call_2", "type": "function", "function": {"name": "time", "arguments": "{}"}},
]


def body(**fields: Any) -> ChatRequest:
    return ChatRequest.decode(json.dumps({"messages": [{"role": "user", "content": "Hi"}], **fields}).encode())


def asked(**fields: Any) -> ChatInput:
    request = chat_request(body(**fields), "id")
    assert isinstance(request.input, ChatInput)
    return request.input


def test_a_whole_answer_has_thoughts_text_and_calls() -> None:
    answer = json.loads(_encoded(EVENTS))
    [choice] = answer["choices"]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["content"] == "Look: "
    assert choice["message"]["reasoning_content"] == "Hm."
    assert choice["message"]["tool_calls"] == CALLS


def test_beside_calls_alone_there_is_no_content_and_without_calls_no_field_for_them() -> None:
    alone = [event for event in EVENTS if not isinstance(event, TextDelta)]
    assert json.loads(_encoded(alone))["choices"][0]["message"]["content"] is None
    text = [EVENTS[0], TextDelta(0, "Hi"), ChoiceFinished(0, "stop"), EVENTS[-1]]
    assert set(json.loads(_encoded(text))["choices"][0]["message"]) == {"role", "content", "refusal"}


def test_an_answer_cut_off_in_a_call_ended_for_its_length() -> None:
    cut = [*EVENTS[:6], ChoiceFinished(0, "length", None, 1), EVENTS[-1]]
    [choice] = json.loads(_encoded(cut))["choices"]
    assert choice["finish_reason"] == "length"
    assert choice["message"]["tool_calls"][0]["function"]["arguments"] == '{"city": '


def test_a_stream_gives_id_and_name_first_and_then_arguments() -> None:
    encode = SseEncoder(ChatChoices(Shown("i", 0)), Shown("i", 0))
    frames = b"".join(map(encode, EVENTS)).decode().split("\n\n")
    deltas = [json.loads(frame[6:])["choices"][0]["delta"] for frame in frames if frame.startswith("data: {")]
    assert "".join(delta.get("reasoning_content", "") for delta in deltas) == "Hm."
    calls = [call for delta in deltas for call in delta.get("tool_calls", [])]
    assert calls[0] == {
        "index": 0,
        "function": {"arguments": "", "name": "weather"},
        "id": "call_1",
        "type": "function",
    }
    assert calls[1] == {"index": 0, "function": {"arguments": '{"city": '}}
    assert [call["index"] for call in calls] == [0, 0, 0, 1, 1]


def test_tools_become_neutral_ones() -> None:
    given = asked(tools=[WEATHER], tool_choice={"type": "function", "function": {"name": "weather"}})
    assert given.tools == (Tool("weather", "", '{"type":"object"}'),)
    assert given.tool_choice == NamedTool("weather")
    assert asked(parallel_tool_calls=False).parallel_tool_calls is False
    assert asked(tools=[WEATHER], tool_choice="none").tool_choice == "none"


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"tools": [WEATHER, WEATHER]}, "tools[1].function.name"),
        ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
        ({"tools": [{"type": "web_search"}]}, "tools[0].type"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "no"}}}, "tool_choice"),
        ({"response_format": {"type": "yaml"}}, "response_format.type"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        ({"reasoning_effort": "immense"}, "reasoning_effort"),
    ],
)
def test_what_is_wrong_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        asked(**fields)
    assert caught.value.param == param


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, JsonObject()),
        (
            {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}},
            JsonSchema('{"type":"object"}'),
        ),
        ({"type": "grammar", "grammar": "start: /a/"}, Grammar("start: /a/", "lark")),
        ({"type": "regex", "regex": "a+"}, Regex("a+")),
        ({"type": "choice", "choice": ["a", "b"]}, OneOf(("a", "b"))),
    ],
)
def test_response_formats(given: dict[str, Any], form: OutputForm | None) -> None:
    assert chat_request(body(response_format=given), "id").form == form


@pytest.mark.parametrize(
    ("fields", "thinking"),
    [
        ({}, Thinking()),
        ({"reasoning_effort": "none"}, Thinking(enabled=False)),
        ({"reasoning_effort": "high"}, Thinking(enabled=True, effort="high")),
        ({"thinking_budget": 9}, Thinking(budget_tokens=9)),
    ],
)
def test_thinking(fields: dict[str, Any], thinking: Thinking) -> None:
    assert asked(**fields).thinking == thinking


def _encoded(events: Sequence[Event]) -> bytes:
    return msgspec.json.encode(chat_completion(events, Shown("i", 0)))
