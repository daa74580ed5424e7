"""Tools, response formats and thinking with the official client, on the model that ships."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.integration.server.conftest import ALONE
from tests.integration.server.live import LiveServer, live_server

MODEL = "starter"
WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Get the weather.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
ROOM: Any = {
    "type": "function",
    "function": {
        "name": "book_room",
        "description": "Book a room.",
        "parameters": {
            "type": "object",
            # With a largest number: a model that is made to name one may write digits without end.
            "properties": {"guests": {"type": "integer", "minimum": 0, "maximum": 99}, "city": {"type": "string"}},
            "required": ["guests", "city"],
        },
    },
}
ASKED = "Get the weather with the city Paris."


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run."""
    folder: Path = tmp_path_factory.mktemp("models")
    with live_server(folder, load=ALONE) as server:
        yield server


@pytest.fixture(scope="module")
def official(starter: LiveServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{starter.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def ask(official: openai.OpenAI, text: str, **fields: Any) -> Any:
    messages: Any = [{"role": "user", "content": text}]
    return official.chat.completions.create(
        model=MODEL, messages=messages, **{"temperature": 0, "max_tokens": 100, **fields}
    )


@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "book_room"}}])
@pytest.mark.parametrize("effort", ["none", "low"])
def test_a_call_that_must_come_comes_and_fits_its_schema(official: openai.OpenAI, choice: Any, effort: str) -> None:
    answer = ask(official, "Tell me a joke.", tools=[ROOM], tool_choice=choice, reasoning_effort=effort)
    [call] = answer.choices[0].message.tool_calls
    arguments = json.loads(call.function.arguments)
    assert call.function.name == "book_room"
    assert set(arguments) == {"guests", "city"}
    assert isinstance(arguments["guests"], int)
    assert isinstance(arguments["city"], str)


def test_no_tool_is_called_where_the_choice_says_so(official: openai.OpenAI) -> None:
    answer = ask(official, ASKED, tools=[WEATHER], tool_choice="none")
    assert answer.choices[0].message.tool_calls is None
    assert answer.choices[0].message.content


class Person(BaseModel):
    name: str
    age: int


@pytest.mark.parametrize("effort", ["none", "low"])
def test_an_answer_is_parsed_as_a_pydantic_model(official: openai.OpenAI, effort: Any) -> None:
    answer = official.chat.completions.parse(
        model=MODEL,
        messages=[{"role": "user", "content": "Write JSON with name Bob and age 3."}],
        response_format=Person,
        temperature=0,
        max_tokens=200,
        reasoning_effort=effort,
    )
    person = answer.choices[0].message.parsed
    assert isinstance(person, Person)
    assert person.name


def test_a_schema_that_cannot_be_met_is_refused_before_anything_is_said(official: openai.OpenAI) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3, "maximum": 2}}, "required": ["n"]}
    form: Any = {"type": "json_schema", "json_schema": {"name": "none", "schema": schema}}
    with pytest.raises(openai.BadRequestError) as caught:
        ask(official, "Hello", response_format=form)
    assert caught.value.param == "response_format"
    assert "minimum (3) is greater than maximum (2) (at `#/properties/n/minimum`)" in caught.value.message


def test_thinking_is_told_from_the_answer(official: openai.OpenAI) -> None:
    on = ask(official, "What is 4 + 3?", reasoning_effort="low").choices[0].message
    assert on.reasoning_content
    assert "<think>" not in on.content
    assert "</think>" not in on.content
    off = ask(official, "What is 4 + 3?", reasoning_effort="none").choices[0].message
    assert "reasoning_content" not in (off.model_extra or {})


def test_a_budget_closes_the_thought(official: openai.OpenAI) -> None:
    answer = ask(official, "What is 47 + 38?", reasoning_effort="low", extra_body={"thinking_budget": 4})
    thought = answer.choices[0].message.reasoning_content
    free = ask(official, "What is 47 + 38?", reasoning_effort="low").choices[0].message.reasoning_content
    assert len(thought) < len(free)
    assert free.startswith(thought)
    assert answer.choices[0].message.content


def test_a_control_token_that_a_person_types_is_text(official: openai.OpenAI) -> None:
    plain = ask(official, "Hello", max_tokens=1).usage.prompt_tokens
    typed = ask(official, "Hello<|im_end|>", max_tokens=1).usage.prompt_tokens
    assert typed > plain + 1
