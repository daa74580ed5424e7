from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.output import Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex
from minerva.core.request import BATCH, INTERACTIVE, URGENT, ChatInput, GenerateRequest, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import NamedTool, Tool
from minerva.server.openai.responses.begin import begun
from minerva.server.openai.responses.convert import responses_request
from minerva.server.openai.responses.items import Item
from minerva.server.openai.responses.schema import ResponsesRequest
from minerva.server.openai.responses.stored import input_items, read_items, stored_response

WEATHER = {"type": "function", "name": "weather", "parameters": {"type": "object"}, "strict": True}
TIME = {"type": "function", "name": "time"}
CALL = {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"}
RESULT = {"type": "function_call_output", "call_id": "c", "output": "sunny"}
THOUGHT = {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "Hm"}]}
SAID = {
    "type": "message",
    "role": "assistant",
    "content": [{"type": "output_text", "text": "Look:", "annotations": []}],
}


def body(**fields: Any) -> ResponsesRequest:
    decoded = ResponsesRequest.decode(json.dumps({"input": "Hi", **fields}).encode())
    decoded.check_parameters()
    return decoded


def asked(history: list[Item] | None = None, **fields: Any) -> GenerateRequest:
    request = body(**fields)
    return responses_request(request, history or [], request.input, "r")  # type: ignore[arg-type]  # no references here


def chat(**fields: Any) -> ChatInput:
    source = asked(**fields).input
    assert isinstance(source, ChatInput)
    return source


def test_silence_stays_silent() -> None:
    assert asked() == GenerateRequest(request_id="r", input=ChatInput((Message("user", "Hi"),)))


@pytest.mark.parametrize(
    ("fields", "priority", "tier"),
    [
        ({}, INTERACTIVE, "default"),
        ({"priority": 3}, 3, "default"),
        ({"service_tier": "auto"}, INTERACTIVE, "default"),
        ({"service_tier": "flex"}, BATCH, "flex"),
        ({"service_tier": "fast"}, URGENT, "priority"),
        ({"service_tier": "ultrafast"}, URGENT, "priority"),
    ],
)
def test_a_tier_is_a_priority_and_the_answer_says_which(fields: dict[str, Any], priority: int, tier: str) -> None:
    assert asked(**fields, queue_timeout="30s").priority == priority
    assert asked(**fields, queue_timeout="30s").queue_timeout_s == 30.0
    assert begun(body(**fields), "resp_1", 5).begun.service_tier == tier


def test_fields_arrive() -> None:
    request = asked(
        temperature=0.5, top_p=0.9, top_k=3, seed=7, logit_bias={"5": -100}, stop="x", max_output_tokens=9, model="m"
    )
    assert request.sampling == SamplingOptions(temperature=0.5, top_p=0.9, top_k=3, seed=7, logit_bias={5: -100.0})
    assert (request.stop, request.max_tokens, request.model) == (("x",), 9, "m")
    request = asked(keep_alive="5m", timeout="1m", cache_prompt=False)
    assert (request.keep_alive_s, request.timeout_s, request.cache_prompt) == (300, 60.0, False)
    assert chat(chat_template_kwargs={"a": 1}).template_kwargs == {"a": 1}


@pytest.mark.parametrize(("given", "policy"), [(None, None), ("disabled", "error"), ("auto", "trim_history")])
def test_truncation_is_a_policy_of_overflow(given: str | None, policy: str | None) -> None:
    assert asked(truncation=given).overflow == policy


def test_overflow_says_the_same_and_more() -> None:
    assert asked(overflow="shift").overflow == "shift"
    with pytest.raises(InvalidRequest, match="both set") as caught:
        asked(overflow="shift", truncation="disabled")
    assert caught.value.param == "overflow"


def test_items_of_one_turn_are_one_message() -> None:
    items = [
        {"role": "user", "content": "Weather?"},
        THOUGHT,
        SAID,
        CALL,
        RESULT,
        {"role": "developer", "content": "x"},
    ]
    assert chat(input=items, instructions="Be brief.").messages == (
        Message("system", "Be brief."),
        Message("user", "Weather?"),
        Message("assistant", "Look:", reasoning="Hm", tool_calls=(ToolCall("c", "weather", "{}"),)),
        Message("tool", "sunny", name="weather", tool_call_id="c"),
        Message("developer", "x"),
    )


def test_a_call_that_was_cut_off_is_left_out_unless_it_is_whole() -> None:
    cut = {**CALL, "arguments": '{"city": ', "status": "incomplete"}
    said = chat(input=[SAID, cut, {"role": "user", "content": "And?"}]).messages
    assert said == (Message("assistant", "Look:"), Message("user", "And?"))
    with pytest.raises(InvalidRequest, match="no function_call before"):
        chat(input=[cut, RESULT])
    assert len(chat(input=[{**CALL, "status": "incomplete"}, RESULT]).messages) == 2
    [asked_by_hand] = chat(input=[{**cut, "status": None}]).messages
    assert asked_by_hand.tool_calls[0].arguments == '{"city": '


def test_turns_that_follow_one_another_stay_apart() -> None:
    second = {**CALL, "call_id": "d"}
    items = [SAID, SAID, THOUGHT, CALL, second, RESULT, {**RESULT, "call_id": "d"}, THOUGHT, SAID]
    assert [(message.role, message.content, len(message.tool_calls)) for message in chat(input=items).messages] == [
        ("assistant", "Look:", 0),
        ("assistant", "Look:", 0),
        ("assistant", "", 2),
        ("tool", "sunny", 0),
        ("tool", "sunny", 0),
        ("assistant", "Look:", 0),
    ]


def test_a_thought_is_its_content_or_else_its_summary() -> None:
    summary = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "short"}], "encrypted_content": "x"}
    [first, second] = (chat(input=[item, SAID]).messages[0].reasoning for item in (THOUGHT, summary))
    assert (first, second) == ("Hm", "short")
    assert chat(input=[{"type": "reasoning", "summary": []}, SAID]).messages[0].reasoning is None


def test_parts_are_joined_and_a_refusal_is_text() -> None:
    parts = [{"type": "input_text", "text": "a"}, {"type": "input_text", "text": "b"}]
    refused = [{"type": "refusal", "refusal": "No."}]
    items = [
        {"role": "user", "content": parts},
        {"role": "assistant", "content": refused},
        CALL,
        {**RESULT, "output": parts},
    ]
    assert [message.content for message in chat(input=items).messages] == ["ab", "No.", "ab"]


def test_history_comes_first_and_has_no_instructions() -> None:
    before = body(input=[{"role": "user", "content": "One"}, CALL], instructions="Old").input
    source = asked(list(before), input=[RESULT], instructions="New").input  # type: ignore[arg-type]  # no references
    assert isinstance(source, ChatInput)
    assert [message.content for message in source.messages] == ["New", "One", "", "sunny"]


def test_tools_and_choices() -> None:
    given = chat(tools=[WEATHER, TIME], parallel_tool_calls=False)
    assert given.tools == (Tool("weather", "", '{"type":"object"}', strict=True), Tool("time"))
    assert (given.tool_choice, given.parallel_tool_calls) == ("auto", False)
    for word in ("auto", "none", "required"):
        assert chat(tools=[TIME], tool_choice=word).tool_choice == word
    named = chat(tools=[WEATHER, TIME], tool_choice={"type": "function", "name": "time"})
    assert named.tool_choice == NamedTool("time")
    only = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "time"}]}
    allowed = chat(tools=[WEATHER, TIME], tool_choice=only)
    assert (allowed.tool_choice, allowed.tools) == ("required", (Tool("time"),))


@pytest.mark.parametrize(
    ("given", "form"),
    [
        ({"type": "text"}, None),
        ({"type": "json_object"}, JsonObject()),
        ({"type": "json_schema", "name": "n", "schema": {"type": "object"}}, JsonSchema('{"type":"object"}')),
        ({"type": "grammar", "grammar": "start: /a/"}, Grammar("start: /a/", "lark")),
        ({"type": "regex", "regex": "a+"}, Regex("a+")),
        ({"type": "choice", "choice": ["a", "b"]}, OneOf(("a", "b"))),
    ],
)
def test_formats(given: dict[str, Any], form: OutputForm | None) -> None:
    assert asked(text={"format": given}).form == form


def test_thinking() -> None:
    assert chat(reasoning={"effort": "none"}).thinking == Thinking(enabled=False)
    assert chat(reasoning={"effort": "low"}).thinking == Thinking(enabled=True, effort="low")
    assert chat(thinking_budget=9).thinking == Thinking(budget_tokens=9)


def test_log_probabilities_are_asked_for_by_name() -> None:
    name = "message.output_text.logprobs"
    assert asked().logprobs is None
    assert asked(include=["reasoning.encrypted_content"], top_logprobs=0).logprobs is None
    assert asked(include=[name]).logprobs == 0
    assert asked(include=[name], top_logprobs=3).logprobs == 3


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": None}, "input"),
        ({"input": []}, "input"),
        ({"input": [{"type": "web_search_call", "id": "w"}]}, "input[0]"),
        ({"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}]}, "input[0].content[0]"),
        ({"input": [{"role": "owner", "content": "x"}]}, "input[0].role"),
        ({"input": [{"role": "user", "content": "x", "colour": 1}]}, "input[0].colour"),
        ({"input": [SAID, RESULT]}, "input[1].call_id"),
        ({"tools": [{"type": "web_search"}]}, "tools[0]"),
        ({"tools": [{"type": "function", "name": "a b"}]}, "tools[0].name"),
        ({"tools": [TIME, TIME]}, "tools[1].name"),
        ({"tool_choice": "required"}, "tool_choice"),
        ({"tool_choice": "some"}, "tool_choice"),
        ({"tool_choice": {"type": "web_search_preview"}}, "tool_choice"),
        ({"tools": [TIME], "tool_choice": {"type": "function", "name": "no"}}, "tool_choice"),
        ({"tools": [TIME], "tool_choice": {"type": "function"}}, "tool_choice.name"),
        (
            {"tools": [TIME], "tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "mcp"}]}},
            "tool_choice.tools[0].type",
        ),
        ({"text": {"format": {"type": "yaml"}}}, "text.format.type"),
        ({"text": {"format": {"type": "json_schema", "name": "n"}}}, "text.format.schema"),
        ({"include": ["file_search_call.results"]}, "include[0]"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"stream_options": {}}, "stream_options"),
        ({"metadata": {"a": "x" * 513}}, "metadata"),
        ({"metadata": {"a" * 65: "x"}}, "metadata"),
        ({"metadata": {"a": 1}}, "metadata.a"),
        ({"metadata": {str(number): "" for number in range(17)}}, "metadata"),
        ({"background": True}, "background"),
        ({"conversation": "conv_1"}, "conversation"),
        ({"temperature": 3}, "temperature"),
        ({"max_output_tokens": -1}, "max_output_tokens"),
    ],
)
def test_what_is_wrong_is_refused_by_name(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        asked(**fields)
    assert caught.value.param == param


def test_a_response_repeats_what_it_was_asked() -> None:
    choice = {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "time"}]}
    given = body(
        model="m",
        instructions="Be brief.",
        tools=[{**WEATHER, "defer_loading": False}, TIME],
        tool_choice=choice,
        text={"format": {"type": "json_schema", "name": "n", "schema": {}}, "verbosity": "low"},
        reasoning={"effort": "low", "generate_summary": "auto"},
        metadata={"a": "b"},
        store=False,
        previous_response_id="resp_0",
        truncation="auto",
        user="u",
    )
    answer = begun(given, "resp_1", 5).begun
    assert (answer.id, answer.created_at, answer.status, answer.output) == ("resp_1", 5, "in_progress", [])
    assert answer.tools[0] == {**WEATHER, "description": None}
    assert answer.tool_choice == choice
    assert answer.text == {"format": {"type": "json_schema", "name": "n", "schema": {}}, "verbosity": "low"}
    assert (answer.reasoning.effort, answer.reasoning.summary) == ("low", "auto")
    assert (answer.metadata, answer.store, answer.previous_response_id) == ({"a": "b"}, False, "resp_0")
    assert (answer.truncation, answer.user, answer.instructions) == ("auto", "u", "Be brief.")
    silent = begun(body(), "resp_1", 5).begun
    assert (silent.store, silent.truncation, silent.tool_choice, silent.text["format"]) == (
        True,
        None,
        "auto",
        {"type": "text"},
    )


def test_stored_items_are_read_as_they_were_given() -> None:
    items = [
        {"role": "user", "content": "Weather?", "id": "mine"},
        THOUGHT,
        {"role": "assistant", "content": "Look:"},
        {**CALL, "parsed_arguments": {}},
        RESULT,
    ]
    given: Any = body(input=items).input
    stored = input_items(given, lambda: "new")
    assert [item.id for item in stored] == ["mine", "rs_new", "msg_new", "fc_new", "fco_new"]
    texts = [json.loads(item.body)["content"][0]["type"] for item in stored if b'"role"' in item.body]
    assert texts == ["input_text", "output_text"]
    read = read_items([item.body for item in stored])
    before, after = (responses_request(body(), [], each, "r").input for each in (given, read))
    assert before == after


def test_items_that_share_an_id_are_stored_under_ids_of_their_own() -> None:
    given: Any = body(input=[{"role": "user", "content": text, "id": "fake"} for text in "abc"]).input
    numbers = itertools.count(1)
    stored = input_items(given, lambda: str(next(numbers)))
    assert [item.id for item in stored] == ["fake", "msg_1", "msg_2"]
    assert [json.loads(item.body)["id"] for item in stored] == ["fake", "msg_1", "msg_2"]


def test_an_answer_is_stored_with_its_items() -> None:
    answer = begun(body(previous_response_id="resp_0"), "resp_1", 5).begun
    stored = stored_response(answer, [])
    assert (stored.id, stored.previous, list(stored.outputs)) == ("resp_1", "resp_0", [])
    assert json.loads(stored.answer)["id"] == "resp_1"
