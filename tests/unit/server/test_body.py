from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from minerva.core.errors import InvalidRequest
from minerva.core.parameters import PARAMETERS
from minerva.server.body import Body
from minerva.server.openai.schema import NO_OPS, NOT_YET, ChatRequest, CompletionRequest

HELLO = {"messages": [{"role": "user", "content": "hi"}]}


def refuse(shape: type[Body], data: bytes | dict[str, Any]) -> InvalidRequest:
    with pytest.raises(InvalidRequest) as caught:
        shape.decode(data if isinstance(data, bytes) else json.dumps(data).encode()).check_parameters()
    return caught.value


def chat(**fields: Any) -> InvalidRequest:
    return refuse(ChatRequest, {**HELLO, **fields})


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  ", "empty"),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b'{"model": "\xff"}', "not valid JSON"),
        (b'{"model": "\\ud800"}', "not valid JSON"),
        (b"[" * 100_000, "not valid JSON"),
        (b'{"messages":' * 5000, "not valid JSON"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b"null", "must be a JSON object"),
    ],
)
def test_what_is_no_json_object_is_refused(data: bytes, words: str) -> None:
    assert words in refuse(ChatRequest, data).message


@pytest.mark.parametrize(
    ("fields", "param", "message"),
    [
        ({"temprature": 1}, "temprature", "`temprature` is not a known field (did you mean `temperature`?)."),
        ({"zzz": 1}, "zzz", "`zzz` is not a known field."),
        ({"temperature": "hot"}, "temperature", "`temperature` is 'hot'; it must be a number (0 to 2)."),
        ({"temperature": 3}, "temperature", "`temperature` is 3.0; it must be 0 to 2."),
        ({"top_k": 1.5}, "top_k", "`top_k` is 1.5; it must be an integer (0 to 1,000,000)."),
        ({"top_k": True}, "top_k", "`top_k` is True; it must be an integer (0 to 1,000,000)."),
        ({"n": 9}, "n", "`n` is 9; it must be less than or equal to 8 (1 to 8)."),
        ({"n": "2"}, "n", '`n` is "2"; it must be a valid integer (1 to 8).'),
        ({"top_logprobs": 21}, "top_logprobs", "`top_logprobs` is 21; it must be less than or equal to 20 (0 to 20)."),
        ({"stream": "yes"}, "stream", '`stream` is "yes"; it must be a valid boolean.'),
        ({"keep_alive": "soon"}, "keep_alive", None),
        ({"timeout": 0}, "timeout", "`timeout` is 0; it must be greater than 0."),
        ({"stop": ["a"] * 17}, "stop", None),
        ({"stop": [1]}, "stop[0]", "`stop[0]` is 1; it must be a valid string."),
        ({"logit_bias": {"5": "x"}}, "logit_bias.5", '`logit_bias.5` is "x"; it must be a valid number.'),
        ({"max_tokens": -1}, "max_tokens", "`max_tokens` is -1; it must be 0 to 2,147,483,647."),
        ({"max_completion_tokens": -1}, "max_completion_tokens", None),
        ({"max_tokens": 2**64}, "max_tokens", None),
        ({"seed": 2**70}, "seed", None),
        ({"tools": [{"type": "function"}]}, "tools[0].function", "`tools[0].function` is missing."),
        ({"audio": {"voice": "a"}}, "audio", '`audio` is {"voice":"a"}; this is not supported yet.'),
        ({"service_tier": "gold"}, "service_tier", None),
        ({"messages": []}, "messages", "`messages` has 0 items; there must be at least 1."),
        (
            {"messages": [{"role": "user", "content": "", "annotations": [None]}]},
            "messages[0].annotations",
            "`messages[0].annotations` has 1 items; there may be at most 0.",
        ),
        ({"messages": "hi"}, "messages", None),
        ({"messages": [{"role": "robot", "content": ""}]}, "messages[0].role", None),
        ({"messages": [{"content": ""}]}, "messages[0].role", "`messages[0].role` is missing."),
        ({"messages": [{"role": "user", "content": 5}]}, "messages[0].content", None),
        (
            {"messages": [{"role": "user", "content": "", "nmae": "x"}]},
            "messages[0].nmae",
            "`messages[0].nmae` is not a known field (did you mean `name`?).",
        ),
    ],
)
def test_a_wrong_field_is_named_with_its_value_and_what_it_must_be(
    fields: dict[str, Any], param: str, message: str | None
) -> None:
    error = chat(**fields)
    assert error.param == param
    assert f"`{param}`" in error.message
    if message is not None:
        assert error.message == message


@pytest.mark.parametrize("field", ["messages", "content", "tool_calls"])
def test_the_first_wrong_item_of_many_ends_it(field: str) -> None:
    items = [{"type": "text", "text": 5}] * 10_000
    message = {"role": "assistant", field: items}
    with pytest.raises(ValidationError) as caught:
        ChatRequest.model_validate({"messages": items if field == "messages" else [message]})
    # All that is wrong with that one item, and nothing of the 9,999 others.
    assert caught.value.error_count() < 10


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "9" * 400])
def test_numbers_that_are_none_are_refused(number: str) -> None:
    data = json.dumps(HELLO)[:-1] + f', "temperature": {number}}}'
    assert refuse(ChatRequest, data.encode()).param == "temperature"


def test_images_are_refused_by_name() -> None:
    part = {"type": "image_url", "image_url": {"url": "data:,"}}
    error = chat(messages=[{"role": "user", "content": [{"type": "text", "text": "a"}, part]}])
    assert error.param == "messages[0].content"
    assert "'image_url' are not supported yet" in error.message


@pytest.mark.parametrize("prompt", [[], [[]], 5, [1, "a"], [-1], [2**31], [True], [[1], []], {"a": 1}, None])
def test_a_prompt_is_text_or_tokens_or_a_list_of_these(prompt: object) -> None:
    assert refuse(CompletionRequest, {"prompt": prompt}).param == "prompt"


def test_a_suffix_is_text() -> None:
    assert refuse(CompletionRequest, {"prompt": "a", "suffix": 5}).param == "suffix"
    assert CompletionRequest.decode(b'{"prompt": "a", "suffix": null}').prompt == ["a"]


@pytest.mark.parametrize("field", NOT_YET)
def test_fields_that_are_refused_may_ask_for_nothing(field: str) -> None:
    for value in (None, *NOT_YET[field]):
        assert ChatRequest.decode(json.dumps({**HELLO, field: value}).encode()).messages
    assert "not supported yet" in chat(**{field: "something"}).message


def test_every_no_op_is_a_field_and_every_other_field_is_used() -> None:
    assert NO_OPS.keys() <= ChatRequest.model_fields.keys()
    assert not NO_OPS.keys() & NOT_YET.keys()


def test_every_generation_parameter_is_a_field_of_its_name_in_this_api() -> None:
    names = {row.openai for row in PARAMETERS if row.openai}
    assert names <= ChatRequest.model_fields.keys()
    assert names - {"max_completion_tokens"} <= CompletionRequest.model_fields.keys()
    assert set(ChatRequest.parameters.values()) | {"logit_bias"} == {row.name for row in PARAMETERS}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(field=st.sampled_from(sorted(ChatRequest.model_fields)), value=JSON)
def test_any_value_in_any_field_is_taken_or_refused_by_name(field: str, value: object) -> None:
    data = json.dumps({**HELLO, field: value}).encode()
    try:
        ChatRequest.decode(data).check_parameters()
    except InvalidRequest as error:
        assert error.param is None or error.param.startswith(field)  # noqa: PT017 - most values are refused


@given(st.binary(max_size=60))
def test_any_bytes_are_taken_or_refused(data: bytes) -> None:
    with pytest.raises(InvalidRequest):
        ChatRequest.decode(data)


@pytest.mark.timeout(10)
def test_a_name_of_any_length_is_compared_with_few_characters() -> None:
    name = "ab:" * 3_000_000
    body = {"model": "m", "messages": [{"role": "user", "content": ""}], name: 1}
    assert refuse(ChatRequest, json.dumps(body).encode()).message == f"`{name}` is not a known field."
