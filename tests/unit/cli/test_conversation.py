from __future__ import annotations

import pytest

from minerva.cli.conversation import Conversation
from minerva.core.errors import InvalidRequest


def test_a_request_holds_all_that_was_said() -> None:
    conversation = Conversation("m", "Be brief")
    conversation.add("hi", "hello")
    assert conversation.request("and?") == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief"},
            {"role": "user", "content": "hi"},
            {"role": "assistant", "content": "hello"},
            {"role": "user", "content": "and?"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_the_server_chooses_the_model_and_the_policy_when_none_is_named() -> None:
    assert not {"model", "overflow"} & Conversation(None).request("x").keys()
    assert Conversation(None, overflow="shift").request("x")["overflow"] == "shift"


def test_an_exchange_without_an_answer_is_not_kept() -> None:
    conversation = Conversation("m")
    conversation.add("hi", "")
    assert conversation.messages == []


def test_clearing_keeps_system_prompt_and_parameters() -> None:
    conversation = Conversation("m", "s")
    conversation.set("seed", "1")
    conversation.add("a", "b")
    conversation.clear()
    assert (conversation.messages, conversation.system, conversation.parameters) == ([], "s", {"seed": 1})


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("temperature", "0.5", "temperature", 0.5),
        ("top_k", "40", "top_k", 40),
        ("max_tokens", "10", "max_completion_tokens", 10),
        ("ignore_eos", "true", "ignore_eos", True),
        ("stop", "END", "stop", ("END",)),
        ("stop", '["a", "b"]', "stop", ("a", "b")),
        ("logit_bias", '{"5": -100}', "logit_bias", {5: -100}),
    ],
)
def test_parameters_are_read_as_their_kind_and_sent_under_their_name(
    name: str, text: str, field: str, value: object
) -> None:
    conversation = Conversation("m")
    conversation.set(name, text)
    assert conversation.request("x")[field] == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("temperature", "3"),
        ("temperature", "warm"),
        ("temperature", "NaN"),
        ("temperature", "[1]"),
        ("top_k", "1.5"),
        ("ignore_eos", "1"),
        ("logit_bias", "7"),
        ("logit_bias", '{"5": "x"}'),
        ("stop", "[1]"),
        ("warmth", "1"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_changes(name: str, text: str) -> None:
    conversation = Conversation("m")
    with pytest.raises(InvalidRequest, match=name):
        conversation.set(name, text)
    assert conversation.parameters == {}


def test_a_parameter_is_taken_back() -> None:
    conversation = Conversation("m")
    conversation.set("seed", "1")
    conversation.set("seed", "default")
    assert "seed" not in conversation.request("x")
