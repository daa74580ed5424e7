from __future__ import annotations

import json
from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.output import JsonSchema
from minerva.core.request import ChatInput, GenerateRequest, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import NamedTool, Tool
from minerva.server.anthropic.convert import conversation, messages_request
from minerva.server.anthropic.schema import NO_OPS, NOT_YET, CountTokensRequest, MessagesRequest

HELLO: dict[str, Any] = {"role": "user", "content": "hi"}
WEATHER: dict[str, Any] = {
    "name": "weather",
    "description": "The weather.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
CALL: dict[str, Any] = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Köln", "days": 2}}
RESULT: dict[str, Any] = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "rain"}
BILLING = "x-anthropic-billing-header: cc_version=2; cch=1f2e;"


def asked(**fields: Any) -> GenerateRequest:
    body = MessagesRequest.decode(json.dumps({"messages": [HELLO], "max_tokens": 10, **fields}).encode())
    body.check_parameters()
    return messages_request(body, "r")


def chat(**fields: Any) -> ChatInput:
    source = asked(**fields).input
    assert isinstance(source, ChatInput)
    return source


def refused(**fields: Any) -> tuple[str | None, str]:
    with pytest.raises(InvalidRequest) as caught:
        asked(**fields)
    return caught.value.param, caught.value.message


def test_a_body_becomes_a_request() -> None:
    request = asked(model="m", temperature=0.5, top_k=3, top_p=0.9, stop_sequences=["END"], stream=True)
    assert request == GenerateRequest(
        request_id="r",
        input=ChatInput((Message("user", "hi"),)),
        model="m",
        sampling=SamplingOptions(temperature=0.5, top_k=3, top_p=0.9),
        max_tokens=10,
        stop=("END",),
    )


def test_the_system_prompt_comes_first_and_blocks_are_lines() -> None:
    cached = {"type": "ephemeral", "ttl": "1h"}
    system = [{"type": "text", "text": "Be brief.", "cache_control": cached}, {"type": "text", "text": "Be kind."}]
    content = [{"type": "text", "text": "a"}, {"type": "text", "text": "b", "citations": None}]
    assert chat(system="Be brief.").messages == (Message("system", "Be brief."), Message("user", "hi"))
    assert chat(system=system, messages=[{"role": "user", "content": content}]).messages == (
        Message("system", "Be brief.\nBe kind."),
        Message("user", "a\nb"),
    )
    assert chat(system="").messages == (Message("user", "hi"),)


@pytest.mark.parametrize(
    "system",
    [
        [
            {"type": "text", "text": "x-anthropic-billing-header: cc_version=2; cch=1f2e;"},
            {"type": "text", "text": "Go."},
        ],
        "x-anthropic-billing-header: cc_version=2; cch=1f2e;\nGo.",
    ],
    ids=["block", "line"],
)
def test_the_line_for_anthropics_accounts_is_no_part_of_the_prompt(system: object) -> None:
    assert chat(system=system).messages[0] == Message("system", "Go.")


def test_calls_and_results_become_messages_of_their_own() -> None:
    history = [
        HELLO,
        {"role": "assistant", "content": [{"type": "text", "text": "Let me see."}, CALL]},
        {"role": "user", "content": [RESULT, {"type": "text", "text": "And?"}]},
    ]
    assert chat(messages=history, tools=[WEATHER]).messages == (
        Message("user", "hi"),
        Message(
            "assistant",
            "Let me see.",
            tool_calls=(ToolCall("toolu_1", "weather", '{"city":"Köln","days":2}'),),
        ),
        Message("tool", "rain", name="weather", tool_call_id="toolu_1"),
        Message("user", "And?"),
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "a\nb"),
        ({"content": "no such city", "is_error": True}, "Error: no such city"),
        ({"content": None, "is_error": True}, "Error"),
        ({"content": [], "is_error": False}, ""),
    ],
)
def test_a_result_is_text_and_a_failed_one_says_so(fields: dict[str, Any], text: str) -> None:
    history = [HELLO, {"role": "assistant", "content": [CALL]}, {"role": "user", "content": [{**RESULT, **fields}]}]
    assert chat(messages=history).messages[-1] == Message("tool", text, name="weather", tool_call_id="toolu_1")


def test_thoughts_of_earlier_answers_are_kept_apart_and_sealed_ones_left_out() -> None:
    content = [
        {"type": "thinking", "thinking": "Hm.", "signature": "c2lnbmVk"},
        {"type": "redacted_thinking", "data": "xyz"},
        {"type": "text", "text": "Yes."},
    ]
    history = [HELLO, {"role": "assistant", "content": content}, HELLO]
    assert chat(messages=history).messages[1] == Message("assistant", "Yes.", reasoning="Hm.")


@pytest.mark.parametrize(
    ("messages", "param"),
    [
        ([{"role": "user", "content": [{"type": "image", "source": {}}]}], "messages[0].content[0]"),
        ([{"role": "user", "content": [{"type": "hologram"}]}], "messages[0].content[0].type"),
        ([{"role": "user", "content": [{"text": "no type"}]}], "messages[0].content[0].type"),
        ([{"role": "user", "content": [{"type": "text", "txt": "a"}]}], "messages[0].content[0].text"),
        ([{"role": "user", "content": [CALL]}], "messages[0].content[0].type"),
        ([{"role": "system", "content": [CALL]}, HELLO], "messages[0].content[0].type"),
        ([{"role": "assistant", "content": [RESULT]}, HELLO], "messages[0].content[0].type"),
        ([{"role": "user", "content": [RESULT]}], "messages[0].content[0].tool_use_id"),
        ([HELLO, {"role": "assistant", "content": "The answer is"}], "messages"),
        ([], "messages"),
    ],
)
def test_a_block_that_cannot_be_is_named(messages: list[Any], param: str) -> None:
    assert refused(messages=messages)[0] == param


def test_an_image_in_a_result_is_refused_as_what_it_is() -> None:
    image = {**RESULT, "content": [{"type": "image", "source": {"type": "url", "url": "x"}}]}
    history = [HELLO, {"role": "assistant", "content": [CALL]}, {"role": "user", "content": [image]}]
    param, message = refused(messages=history)
    assert param == "messages[2].content[0].content[0]"
    assert "'image' blocks are not supported yet" in message


def test_tools_keep_their_schema_as_text() -> None:
    tool = {**WEATHER, "type": "custom", "strict": True, "eager_input_streaming": True, "cache_control": None}
    schema = '{"type":"object","properties":{"city":{"type":"string"}}}'
    assert chat(tools=[tool]).tools == (Tool("weather", "The weather.", schema, strict=True),)


@pytest.mark.parametrize(
    ("choice", "expected", "parallel"),
    [
        (None, "auto", True),
        ({"type": "auto"}, "auto", True),
        ({"type": "auto", "disable_parallel_tool_use": True}, "auto", False),
        ({"type": "any"}, "required", True),
        ({"type": "tool", "name": "weather", "disable_parallel_tool_use": True}, NamedTool("weather"), False),
        ({"type": "none"}, "none", True),
    ],
)
def test_tool_choice(choice: object, expected: object, *, parallel: bool) -> None:
    got = chat(tools=[WEATHER], tool_choice=choice)
    assert (got.tool_choice, got.parallel_tool_calls) == (expected, parallel)


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, "tools[0]"),
        ({"tools": [{"name": "a"}]}, "tools[0].input_schema"),
        ({"tools": [{"name": "a", "input_schema": {"type": "string"}}]}, "tools[0].input_schema.type"),
        ({"tools": [WEATHER, WEATHER]}, "tools[1].name"),
        ({"tools": [{**WEATHER, "defer_loading": True}]}, "tools[0].defer_loading"),
        ({"tool_choice": {"type": "any"}}, "tool_choice"),
        ({"tools": [WEATHER], "tool_choice": {"type": "tool", "name": "wether"}}, "tool_choice.name"),
        ({"tool_choice": {"type": "sometimes"}}, "tool_choice.type"),
    ],
)
def test_a_tool_that_cannot_be_is_named(fields: dict[str, Any], param: str) -> None:
    assert refused(**fields)[0] == param


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Thinking()),
        ({"thinking": {"type": "disabled"}}, Thinking(enabled=False)),
        ({"thinking": {"type": "adaptive", "display": "summarized"}}, Thinking(enabled=True)),
        ({"thinking": {"type": "enabled", "budget_tokens": 9}}, Thinking(enabled=True, budget_tokens=9)),
        ({"output_config": {"effort": "low"}}, Thinking(effort="low")),
        ({"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}}, Thinking(enabled=True, effort="high")),
    ],
)
def test_thinking(fields: dict[str, Any], expected: Thinking) -> None:
    assert chat(**fields).thinking == expected


def test_a_budget_leaves_room_for_an_answer() -> None:
    param, message = refused(thinking={"type": "enabled", "budget_tokens": 10})
    assert param == "thinking.budget_tokens"
    assert "`max_tokens` is 10" in message


@pytest.mark.parametrize("place", ["output_config", "output_format"])
def test_a_form_is_a_schema_in_either_place(place: str) -> None:
    form = {"type": "json_schema", "schema": {"type": "object", "title": "ü"}}
    fields = {"output_config": {"format": form}} if place == "output_config" else {"output_format": form}
    assert asked(**fields).form == JsonSchema('{"type":"object","title":"ü"}')
    assert refused(output_config={"format": form}, output_format=form)[0] == "output_format"


def test_numbers_that_json_cannot_say_are_refused() -> None:
    data = b'{"max_tokens": 1, "messages": [{"role": "user", "content": "a"}], "output_format": '
    body = MessagesRequest.decode(data + b'{"type": "json_schema", "schema": {"maximum": 1e999}}}')
    with pytest.raises(InvalidRequest, match="not finite"):
        messages_request(body, "r")


def test_what_claude_code_sends_is_taken() -> None:
    edits = [{"type": "clear_thinking_20251015", "keep": "all"}]
    request = asked(
        model="m",
        system=[{"type": "text", "text": "Go.", "cache_control": {"type": "ephemeral", "scope": "global"}}],
        tools=[{**WEATHER, "eager_input_streaming": True}],
        metadata={"user_id": "u"},
        thinking={"type": "adaptive"},
        output_config={"effort": "medium"},
        context_management={"edits": edits},
        stream=True,
    )
    assert isinstance(request.input, ChatInput)


def test_fields_without_effect_have_none_and_say_why() -> None:
    values: dict[str, object] = {
        "service_tier": "standard_only",
        "cache_control": {"type": "ephemeral"},
        "inference_geo": "eu",
        "diagnostics": {"previous_message_id": "msg_1"},
        "context_management": {"edits": [{"type": "clear_thinking_20251015"}]},
    }
    assert set(values) == set(NO_OPS)
    for name, value in values.items():
        assert asked(**{name: value}) == asked(), name


def test_what_is_not_there_yet_is_refused_but_for_what_asks_for_nothing() -> None:
    for name, harmless in NOT_YET.items():
        assert refused(**{name: {"x": 1}}) == (name, f'`{name}` is {{"x":1}}; this is not supported yet.')
        for value in (None, *harmless):
            assert asked(**{name: value}) == asked(), name


def test_required_fields_are_missed_by_name() -> None:
    for name in ("messages", "max_tokens"):
        fields = {key: value for key, value in {"messages": [HELLO], "max_tokens": 1}.items() if key != name}
        with pytest.raises(InvalidRequest) as caught:
            MessagesRequest.decode(json.dumps(fields).encode())
        assert (caught.value.param, caught.value.message) == (name, f"`{name}` is missing.")


def test_counting_takes_the_same_conversation_and_needs_no_answer() -> None:
    body = {"messages": [HELLO, {"role": "assistant", "content": "ho"}], "system": "s", "tools": [WEATHER]}
    got = conversation(CountTokensRequest.decode(json.dumps(body).encode()))
    assert got.messages == (Message("system", "s"), Message("user", "hi"), Message("assistant", "ho"))
    assert got.tools[0].name == "weather"
    with pytest.raises(InvalidRequest) as caught:
        CountTokensRequest.decode(json.dumps({**body, "max_tokens": 1}).encode())
    assert caught.value.param == "max_tokens"
