from __future__ import annotations

import json
from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.output import JsonObject, JsonSchema
from minerva.core.parameters import PARAMETERS
from minerva.core.request import FOREVER, ChatInput, GenerateRequest, TextInput, Thinking
from minerva.core.sampling import SamplingOptions
from minerva.core.tools import Tool
from minerva.server.ollama.context import pack
from minerva.server.ollama.convert import chat_request, generate_request
from minerva.server.ollama.schema import (
    NO_OPS,
    NOT_YET,
    NOT_YET_IN_GENERATE,
    OllamaChatRequest,
    OllamaGenerateRequest,
    OllamaOptions,
)

HI = [{"role": "user", "content": "hi"}]


def chat(**fields: Any) -> GenerateRequest:
    data = {"model": "m", "messages": HI, **fields}
    return chat_request(OllamaChatRequest.decode(json.dumps(data).encode()), "r")


def generate(**fields: Any) -> GenerateRequest:
    data = {"model": "m", "prompt": "a", **fields}
    return generate_request(OllamaGenerateRequest.decode(json.dumps(data).encode()), "r")


def messages(asked: GenerateRequest) -> tuple[Message, ...]:
    assert isinstance(asked.input, ChatInput)
    return asked.input.messages


def test_silence_stays_silent() -> None:
    expected = GenerateRequest(request_id="r", model="m", input=ChatInput((Message("user", "hi"),)))
    assert chat() == expected
    # What the clients of other languages send where nothing was said.
    assert chat(format="", options=None, template="", tools=[], think=None, keep_alive=None, truncate=None) == expected
    assert generate() == GenerateRequest(request_id="r", model="m", input=ChatInput((Message("user", "a"),)))


def test_every_parameter_of_the_api_arrives() -> None:
    numbers: dict[str, Any] = {"temperature": 0.5, "top_k": 3, "top_p": 0.9, "min_p": 0.1, "typical_p": 0.8}
    numbers |= {"repeat_penalty": 1.1, "repeat_last_n": 5, "presence_penalty": 1, "frequency_penalty": -1}
    numbers |= {"mirostat": 2, "mirostat_tau": 4, "mirostat_eta": 0.2, "seed": 7}
    asked = chat(options={**numbers, "stop": ["x"], "num_predict": 9, "num_ctx": 100})
    assert asked.sampling == SamplingOptions(**numbers)
    assert (asked.stop, asked.max_tokens, asked.context_length) == (("x",), 9, 100)
    assert {*numbers, "stop", "num_predict"} == {row.ollama for row in PARAMETERS if row.ollama}


def test_options_have_the_latitude_of_ollamas() -> None:
    assert chat(options={"num_ctx": 4096.0}).context_length == 4096
    assert chat(options={"stop": "x"}).stop == ("x",)
    assert chat(options={"seed": -1}).sampling.seed is None
    assert chat(options={"num_predict": -1}).max_tokens is chat(options={"num_predict": -2}).max_tokens is None
    assert chat(options={"num_predict": 0}).max_tokens == 0


def test_what_asks_for_silence_goes_before_a_preset() -> None:
    assert chat(options={"num_predict": -1, "seed": -1, "stop": []}).reset == {"max_tokens", "seed", "stop"}
    assert chat(options={"num_predict": -2}).reset == {"max_tokens"}
    said = {"num_predict": 0, "seed": 0, "stop": "x"}
    assert chat(options=said).reset == chat(options=None).reset == chat(options={}).reset == frozenset()


def test_what_changes_nothing_is_listed_with_its_reason() -> None:
    fields = [name.removeprefix("options.") for name in NO_OPS if name.startswith("options.")]
    types = OllamaOptions.model_fields
    values = {name: True if "bool" in str(types[name].annotation) else 1 for name in fields}
    assert chat(options=values) == chat()
    honoured = {*OllamaOptions.parameters, "num_ctx", "num_keep", "num_predict"}
    assert set(types) == honoured | set(fields) | {"logits_all", "vocab_only", "embedding_only"}


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        ({}, None),
        ({"truncate": None, "shift": None}, None),
        ({"truncate": True}, "trim_history"),
        ({"truncate": True, "shift": False}, "trim_history"),
        ({"shift": True}, "shift"),
        ({"truncate": False, "shift": True}, "shift"),
        ({"truncate": False}, "error"),
        ({"shift": False}, "error"),
        ({"truncate": False, "shift": False}, "error"),
    ],
)
def test_the_two_switches_name_one_policy(fields: dict[str, Any], policy: str | None) -> None:
    assert chat(**fields).overflow == generate(**fields).overflow == policy


def test_both_switches_and_turns_of_a_raw_prompt_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="both true") as caught:
        chat(truncate=True, shift=True)
    assert caught.value.param == "shift"
    with pytest.raises(InvalidRequest) as caught:
        generate(raw=True, truncate=True)
    assert caught.value.param == "truncate"
    assert generate(raw=True, shift=True, options={"num_keep": -1}).keep_tokens == -1


@pytest.mark.parametrize(
    ("options", "param"),
    [
        ({"temperature": 9}, "options.temperature"),
        ({"temperature": "hot"}, "options.temperature"),
        ({"top_k": 1.5}, "options.top_k"),
        ({"stop": [""]}, "options.stop"),
        ({"num_ctx": 0}, "options.num_ctx"),
        ({"num_predict": -3}, "options.num_predict"),
        ({"num_keep": -2}, "options.num_keep"),
        ({"vocab_only": True}, "options.vocab_only"),
        ({"num_cxt": 1}, "options.num_cxt"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        chat(options=options)
    assert caught.value.param == param


@pytest.mark.parametrize("name", [*NOT_YET, *NOT_YET_IN_GENERATE])
def test_what_is_not_there_yet_is_refused_by_name(name: str) -> None:
    nothing = {**NOT_YET, **NOT_YET_IN_GENERATE}[name]
    for value in (None, *nothing):
        assert generate(**{name: value}) == generate()
    with pytest.raises(InvalidRequest, match="not supported yet") as caught:
        generate(**{name: ["x"]})
    assert caught.value.param == name


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"model": ""}, "model"),
        ({"think": "max"}, "think"),
        ({"think": 1}, "think"),
        ({"format": "xml"}, "format"),
        ({"format": True}, "format"),
        ({"keep_alive": "-x"}, "keep_alive"),
        ({"top_logprobs": 21, "logprobs": True}, "top_logprobs"),
        ({"top_logprobs": 1}, "top_logprobs"),
        ({"messages": [{"role": "user", "content": "a", "images": ["aGk="]}]}, "messages[0].images"),
        ({"messages": [{"role": "narrator", "content": "a"}]}, "messages[0].role"),
        ({"tools": [{"function": {"name": "f"}}, {"function": {"name": "f"}}]}, "tools[1].function.name"),
    ],
)
def test_a_wrong_field_is_named(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        chat(**fields)
    assert caught.value.param == param


def test_keep_alive_is_a_duration_and_for_ever_below_zero() -> None:
    assert chat(keep_alive="5m").keep_alive_s == 300
    assert chat(keep_alive=0).keep_alive_s == chat(keep_alive="0").keep_alive_s == 0
    for value in (-1, -5, "-1", "-1m"):
        assert chat(keep_alive=value).keep_alive_s == FOREVER


def test_think_is_a_switch_or_an_effort() -> None:
    for value, thinking in ((True, Thinking(True)), (False, Thinking(False)), ("low", Thinking(True, "low"))):
        for asked in (chat(think=value), generate(think=value)):
            assert isinstance(asked.input, ChatInput)
            assert asked.input.thinking == thinking


def test_format_is_a_form() -> None:
    assert chat(format="json").form == JsonObject()
    schema = {"type": "object", "properties": {"ä": {"maximum": 10**30}}}
    form = generate(format=schema).form
    assert isinstance(form, JsonSchema)
    assert json.loads(form.schema) == schema


def test_logprobs_count_alternatives() -> None:
    assert chat(top_logprobs=0).logprobs is chat(logprobs=False).logprobs is None
    assert chat(logprobs=True).logprobs == 0
    assert generate(logprobs=True, top_logprobs=3).logprobs == 3


def test_tools_keep_their_schemas() -> None:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}}
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": parameters}}
    asked = chat(tools=[tool, {"function": {"name": "g"}}])
    assert isinstance(asked.input, ChatInput)
    first, second = asked.input.tools
    assert (first.name, first.description, json.loads(first.parameters)) == ("f", "d", parameters)
    assert second == Tool("g")


def test_messages_keep_roles_thoughts_and_calls() -> None:
    call = {"function": {"name": "f", "arguments": {"a": 1}}}
    asked = chat(
        messages=[
            {"role": "System", "content": "s"},
            {"role": "user", "content": "q", "images": []},
            {"role": "assistant", "thinking": "t", "content": "", "tool_calls": [call]},
            {"role": "tool", "content": "42", "tool_name": "f"},
        ]
    )
    assert messages(asked) == (
        Message("system", "s"),
        Message("user", "q"),
        Message("assistant", "", reasoning="t", tool_calls=(ToolCall("call00001", "f", '{"a":1}'),)),
        Message("tool", "42", name="f", tool_call_id="call00001"),
    )


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([{"tool_name": "g"}, {"tool_name": "f"}], [("g", "call00001"), ("f", "own")]),
        ([{"tool_name": "f"}, {"tool_name": "f"}], [("f", "own"), ("f", "call00002")]),
        ([{}, {}], [("f", "own"), ("g", "call00001")]),
        ([{"tool_call_id": "own"}, {"tool_call_id": "other"}], [("f", "own"), (None, "other")]),
        ([{"tool_name": "h"}], [("h", None)]),
    ],
    ids=["by name", "same name in order", "in order", "by id", "of no call"],
)
def test_a_result_finds_its_call(results: list[dict[str, str]], expected: list[tuple[str | None, str | None]]) -> None:
    calls = [{"id": "own", "function": {"name": "f", "arguments": {}}}]
    calls += [{"function": {"name": name, "arguments": {}}} for name in ("g", "f")]
    asked = chat(messages=[{"role": "assistant", "tool_calls": calls}, *({"role": "tool", **one} for one in results)])
    assert [(message.name, message.tool_call_id) for message in messages(asked)[1:]] == expected


def test_only_an_assistant_calls() -> None:
    call = {"function": {"name": "f", "arguments": {}}}
    with pytest.raises(InvalidRequest) as caught:
        chat(messages=[{"role": "user", "content": "a", "tool_calls": [call]}])
    assert caught.value.param == "messages[0].tool_calls"


def test_a_raw_prompt_is_taken_as_it_is() -> None:
    assert generate(raw=True, prompt="<s>x").input == TextInput("<s>x")
    context = pack([Message("user", "a")])
    for field, value in (("system", "s"), ("context", context), ("think", True)):
        with pytest.raises(InvalidRequest, match="raw") as caught:
            generate(raw=True, **{field: value})
        assert caught.value.param == field


def test_a_context_goes_before_the_prompt_and_its_system_message_can_be_changed() -> None:
    earlier = (Message("system", "s"), Message("user", "q"), Message("assistant", "a"))
    context = pack(earlier)
    assert messages(generate(prompt="b", context=context)) == (*earlier, Message("user", "b"))
    assert messages(generate(prompt="b", context=context, system="t")) == (
        Message("system", "t"),
        *earlier[1:],
        Message("user", "b"),
    )
    assert messages(generate(prompt="b", context=[])) == (Message("user", "b"),)
