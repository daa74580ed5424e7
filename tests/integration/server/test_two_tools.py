"""With base URL and model changed, each official client runs a conversation with two tools to its answers, streamed.

On the model that ships, greedily.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import anthropic
import ollama
import openai
import pytest

from tests.integration.server.conftest import ALONE
from tests.integration.server.live import LiveServer, live_server

MODEL = "starter"
STEPS: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    (
        "Please get the weather with the city Paris.",
        "get_weather",
        {"city": "Paris"},
        {"weather": "sunny", "temperature": 21},
    ),
    ("Book a room with guests 3 and city Rome.", "book_room", {"guests": 3, "city": "Rome"}, {"status": "done"}),
)
"""What is asked, the tool to be called with its arguments, and what the tool gives back."""

TOOLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("get_weather", "Get the weather.", {"city": {"type": "string"}}),
    ("book_room", "Book a room.", {"guests": {"type": "integer"}, "city": {"type": "string"}}),
)


@dataclass
class Said:
    """An answer: its text, and its calls as id, name and arguments."""

    text: str
    calls: list[tuple[str, str, dict[str, Any]]]


Messages = list[Any]


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run."""
    with live_server(tmp_path_factory.mktemp("models"), load=ALONE) as server:
        yield server


def _schema(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _functions() -> list[Any]:
    return [
        {
            "type": "function",
            "function": {"name": name, "description": description, "parameters": _schema(properties)},
        }
        for name, description, properties in TOOLS
    ]


def _openai(url: str, messages: Messages) -> Said:
    with (
        openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client,
        client.chat.completions.stream(
            model=MODEL, messages=messages, tools=_functions(), temperature=0, max_tokens=100
        ) as stream,
    ):
        for _ in stream:
            pass
        message = stream.get_final_completion().choices[0].message
    calls = [(call.id, call.function.name, json.loads(call.function.arguments)) for call in message.tool_calls or []]
    messages.append(
        {
            "role": "assistant",
            "content": message.content,
            **(
                {
                    "tool_calls": [
                        {"id": call_id, "type": "function", "function": {"name": name, "arguments": json.dumps(given)}}
                        for call_id, name, given in calls
                    ]
                }
                if calls
                else {}
            ),
        }
    )
    return Said(message.content or "", calls)


def _openai_result(call_id: str, _name: str, result: str) -> Any:
    return {"role": "tool", "tool_call_id": call_id, "content": result}


def _responses(url: str, messages: Messages) -> Said:
    tools: Any = [{"type": "function", **tool["function"], "strict": False} for tool in _functions()]
    with (
        openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client,
        client.responses.stream(
            model=MODEL, input=messages, tools=tools, temperature=0, max_output_tokens=100
        ) as stream,
    ):
        answer = stream.get_final_response()
    messages += [item.to_dict() for item in answer.output]
    calls = [
        (item.call_id, item.name, json.loads(item.arguments)) for item in answer.output if item.type == "function_call"
    ]
    return Said(answer.output_text, calls)


def _responses_result(call_id: str, _name: str, result: str) -> Any:
    return {"type": "function_call_output", "call_id": call_id, "output": result}


def _ollama(url: str, messages: Messages) -> Said:
    said = Said("", [])
    options = {"temperature": 0, "num_predict": 100}
    with closing(ollama.Client(host=url)) as client:
        for part in client.chat(MODEL, messages, tools=_functions(), stream=True, options=options):
            said.text += part.message.content or ""
            for call in part.message.tool_calls or []:
                said.calls.append(("", call.function.name, dict(call.function.arguments)))
    calls = [{"function": {"name": name, "arguments": given}} for _, name, given in said.calls]
    messages.append({"role": "assistant", "content": said.text, **({"tool_calls": calls} if calls else {})})
    return said


def _ollama_result(_call_id: str, name: str, result: str) -> Any:
    return {"role": "tool", "tool_name": name, "content": result}


def _anthropic(url: str, messages: Messages) -> Said:
    tools: Any = [
        {"name": name, "description": description, "input_schema": _schema(properties)}
        for name, description, properties in TOOLS
    ]
    with (
        anthropic.Anthropic(base_url=url, api_key="none", max_retries=0) as client,
        client.messages.stream(
            model=MODEL, messages=messages, tools=tools, max_tokens=100, extra_body={"temperature": 0}
        ) as stream,
    ):
        for _ in stream:
            pass
        answer = stream.get_final_message()
    blocks: list[Any] = list(answer.content)
    messages.append({"role": "assistant", "content": [block.model_dump(exclude_none=True) for block in blocks]})
    for block in messages[-1]["content"]:
        block.pop("parsed_output", None)
        block.pop("caller", None)
    calls = [(block.id, block.name, dict(block.input)) for block in blocks if block.type == "tool_use"]
    return Said("".join(block.text for block in blocks if block.type == "text"), calls)


def _anthropic_result(call_id: str, _name: str, result: str) -> Any:
    return {"role": "user", "content": [{"type": "tool_result", "tool_use_id": call_id, "content": result}]}


@pytest.mark.parametrize(
    ("answer", "as_result"),
    [
        (_openai, _openai_result),
        (_responses, _responses_result),
        (_ollama, _ollama_result),
        (_anthropic, _anthropic_result),
    ],
    ids=["openai", "responses", "ollama", "anthropic"],
)
def test_two_tools_are_called_streamed_to_the_final_answer(
    starter: LiveServer,
    answer: Callable[[str, Messages], Said],
    as_result: Callable[[str, str, str], Any],
) -> None:
    messages: Messages = []
    for asked, name, arguments, result in STEPS:
        messages.append({"role": "user", "content": asked})
        [(call_id, called, given)] = answer(starter.url, messages).calls
        assert (called, given) == (name, arguments)
        messages.append(as_result(call_id, name, json.dumps(result)))
        said = answer(starter.url, messages)
        assert not said.calls
        assert all(str(value) in said.text for value in result.values())
