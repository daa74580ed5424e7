from __future__ import annotations

import json
from typing import Any

import pytest

from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.request import (
    BATCH,
    FOREVER,
    INTERACTIVE,
    URGENT,
    ChatInput,
    GenerateRequest,
    TextInput,
    TokensInput,
)
from minerva.core.sampling import SamplingOptions
from minerva.server.openai.convert import chat_request, completion_requests
from minerva.server.openai.schema import ChatRequest, CompletionRequest


def chat(**fields: Any) -> GenerateRequest:
    data = {"messages": [{"role": "user", "content": "hi"}], **fields}
    return chat_request(ChatRequest.decode(json.dumps(data).encode()), "r")


def complete(**fields: Any) -> list[GenerateRequest]:
    return completion_requests(CompletionRequest.decode(json.dumps(fields).encode()), "r")


def test_silence_stays_silent() -> None:
    assert chat() == GenerateRequest(request_id="r", input=ChatInput((Message("user", "hi"),)))
    assert complete(prompt="a") == [GenerateRequest(request_id="r", input=TextInput("a"))]


def test_every_parameter_arrives() -> None:
    numbers: dict[str, Any] = {"temperature": 0.5, "top_k": 3, "top_p": 0.9, "min_p": 0.1, "typical_p": 0.8}
    numbers |= {
        "repeat_penalty": 1.1,
        "repeat_last_n": 5,
        "presence_penalty": 1,
        "frequency_penalty": -1,
        "dry_multiplier": 0.5,
    }
    numbers |= {"dry_base": 2, "dry_allowed_length": 3, "dry_penalty_last_n": 4, "xtc_probability": 0.2}
    numbers |= {"xtc_threshold": 0.3, "mirostat": 2, "mirostat_tau": 4, "mirostat_eta": 0.2, "seed": 7}
    others = {"ignore_eos": True, "dry_sequence_breakers": ["."], "logit_bias": {"5": -100}}
    asked = chat(**numbers, **others, stop="x", max_tokens=9, n=3, cache_prompt=False, timeout="1m", model="m")
    assert asked.sampling == SamplingOptions(
        **numbers, ignore_eos=True, dry_sequence_breakers=(".",), logit_bias={5: -100.0}
    )
    assert set(numbers) | set(others) == set(SamplingOptions.__struct_fields__)
    assert (asked.stop, asked.max_tokens, asked.n) == (("x",), 9, 3)
    assert (asked.cache_prompt, asked.timeout_s, asked.model) == (False, 60.0, "m")


def test_messages_keep_their_parts_roles_and_calls() -> None:
    call = {"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    asked = chat(
        messages=[
            {"role": "developer", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
            {"role": "user", "content": "q", "name": "ann"},
            {"role": "assistant", "content": None, "tool_calls": [call], "refusal": None, "annotations": []},
            {"role": "tool", "content": "42", "tool_call_id": "c"},
        ]
    )
    assert asked.input == ChatInput(
        (
            Message("developer", "ab"),
            Message("user", "q", name="ann"),
            Message("assistant", "", tool_calls=(ToolCall("c", "f", "{}"),)),
            Message("tool", "42", tool_call_id="c"),
        )
    )


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"messages": [{"role": "user"}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": None}]}, "messages[0].content"),
        ({"max_tokens": 1, "max_completion_tokens": 2}, "max_tokens"),
        ({"top_logprobs": 2}, "top_logprobs"),
        ({"stream_options": {"include_usage": True}}, "stream_options"),
        ({"logit_bias": {"word": 1}}, "logit_bias"),
        ({"logit_bias": {"1": 101}}, "logit_bias"),
        ({"logit_bias": {"²": 1}}, "logit_bias"),
        ({"priority": 1, "service_tier": "flex"}, "priority"),
        ({"priority": 0, "service_tier": "priority"}, "priority"),
    ],
)
def test_what_does_not_go_together_is_refused(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        chat(**fields)
    assert caught.value.param == param


def test_both_names_of_max_tokens_mean_the_same() -> None:
    assert chat(max_tokens=5).max_tokens == chat(max_completion_tokens=5).max_tokens == 5
    assert chat(max_tokens=5, max_completion_tokens=5).max_tokens == 5


def test_logprobs_count_alternatives() -> None:
    assert chat().logprobs is None
    assert chat(logprobs=False).logprobs is None
    assert chat(logprobs=True).logprobs == 0
    assert chat(logprobs=True, top_logprobs=3).logprobs == 3


def test_keep_alive_is_a_duration() -> None:
    assert chat(keep_alive="5m").keep_alive_s == 300
    assert chat(keep_alive=0).keep_alive_s == 0
    assert chat(keep_alive=-1).keep_alive_s == chat(keep_alive="-1").keep_alive_s == FOREVER


@pytest.mark.parametrize(
    ("fields", "priority"),
    [
        ({}, INTERACTIVE),
        ({"priority": 0}, INTERACTIVE),
        ({"priority": -(2**31)}, -(2**31)),
        ({"priority": 2**31 - 1}, 2**31 - 1),
        ({"priority": 7, "service_tier": "auto"}, 7),
        ({"priority": BATCH, "service_tier": "flex"}, BATCH),
        ({"service_tier": "default"}, INTERACTIVE),
        ({"service_tier": "scale"}, INTERACTIVE),
        ({"service_tier": "flex"}, BATCH),
        ({"service_tier": "priority"}, URGENT),
        ({"service_tier": "fast"}, URGENT),
    ],
)
def test_a_priority_is_a_number_or_a_tier(fields: dict[str, Any], priority: int) -> None:
    assert chat(**fields).priority == priority
    if "service_tier" not in fields:
        assert complete(prompt="a", **fields)[0].priority == priority


def test_a_wait_may_have_a_limit() -> None:
    assert chat().queue_timeout_s is None
    assert chat(queue_timeout="1m").queue_timeout_s == complete(prompt="a", queue_timeout=60)[0].queue_timeout_s == 60.0


def test_prompts_are_requests_in_order() -> None:
    assert [one.input for one in complete(prompt=["a", [1, 2]])] == [TextInput("a"), TokensInput((1, 2))]
    assert [one.input for one in complete(prompt=[1, 2])] == [TokensInput((1, 2))]
    assert [one.input for one in complete(prompt=[[1], [2]])] == [TokensInput((1,)), TokensInput((2,))]


def test_choices_of_a_completion_are_bounded() -> None:
    assert len(complete(prompt=["a"] * 16, n=8)) == 16
    with pytest.raises(InvalidRequest, match="128"):
        complete(prompt=["a"] * 17, n=8)


def test_best_of_must_be_n() -> None:
    assert complete(prompt="a", n=2, best_of=2)[0].n == 2
    with pytest.raises(InvalidRequest, match="best_of"):
        complete(prompt="a", n=1, best_of=2)
