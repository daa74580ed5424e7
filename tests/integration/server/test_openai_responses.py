"""The Responses API with the official client, on the model that ships: stored, streamed, with tools, over a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.types.responses import Response
from pydantic import BaseModel

from tests.integration.server.conftest import ALONE
from tests.integration.server.live import LiveServer, live_server
from tests.integration.server.test_openai_tools import ASKED, MODEL

WEATHER: Any = {
    "type": "function",
    "name": "get_weather",
    "description": "Get the weather.",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    "strict": True,
}
RESULT = {"weather": "sunny", "temperature": 21}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Iterator[LiveServer]:
    """One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run."""
    with live_server(tmp_path_factory.mktemp("models"), load=ALONE, data_dir=str(data)) as server:
        yield server


@pytest.fixture(scope="module")
def official(starter: LiveServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{starter.url}/v1", api_key="none", max_retries=0) as client:
        yield client


def ask(official: openai.OpenAI, text: Any, **fields: Any) -> Any:
    return official.responses.create(model=MODEL, input=text, **{"temperature": 0, "max_output_tokens": 100, **fields})


def calls(answer: Response) -> list[tuple[str, Any]]:
    return [(item.name, json.loads(item.arguments)) for item in answer.output if item.type == "function_call"]


def result_of(answer: Response) -> Any:
    [call] = [item for item in answer.output if item.type == "function_call"]
    return {"type": "function_call_output", "call_id": call.call_id, "output": json.dumps(RESULT)}


def test_an_answer_is_kept_until_it_is_deleted(official: openai.OpenAI) -> None:
    answer = ask(official, "Hello", metadata={"for": "a test"})
    assert answer.output_text
    assert (answer.status, answer.model, answer.metadata) == ("completed", MODEL, {"for": "a test"})
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    assert official.responses.retrieve(answer.id) == answer
    [item] = official.responses.input_items.list(answer.id).data
    assert item.to_dict()["content"] == [{"type": "input_text", "text": "Hello"}]
    official.responses.delete(answer.id)
    for gone in (official.responses.retrieve, official.responses.delete, official.responses.input_items.list):
        with pytest.raises(openai.NotFoundError, match="not found"):
            gone(answer.id)
    with pytest.raises(openai.BadRequestError) as caught:
        ask(official, "And?", previous_response_id=answer.id)
    assert (caught.value.code, caught.value.param) == ("previous_response_not_found", "previous_response_id")


def test_nothing_is_kept_of_an_answer_that_is_not_to_be_stored(official: openai.OpenAI) -> None:
    answer = ask(official, "Hello", store=False)
    with pytest.raises(openai.NotFoundError):
        official.responses.retrieve(answer.id)


def test_a_stream_says_what_the_body_says(official: openai.OpenAI) -> None:
    whole = ask(official, "Hello")
    told = list(ask(official, "Hello", stream=True))
    assert [event.sequence_number for event in told] == list(range(len(told)))
    assert (told[0].type, told[-1].type) == ("response.created", "response.completed")
    text = "".join(event.delta for event in told if event.type == "response.output_text.delta")
    assert text == told[-1].response.output_text == whole.output_text
    assert official.responses.retrieve(told[-1].response.id) == told[-1].response


@pytest.mark.parametrize("summary", [None, "auto"])
def test_thoughts_are_items_of_their_own(official: openai.OpenAI, summary: Any) -> None:
    told: list[Any] = []
    with official.responses.stream(
        model=MODEL,
        input="What is 4 + 3?",
        temperature=0,
        reasoning={"effort": "low", "summary": summary},
        include=["reasoning.encrypted_content"],
    ) as stream:
        told.extend(stream)
        answer: Any = stream.get_final_response()
    kind = "response.reasoning_summary_text.delta" if summary else "response.reasoning_text.delta"
    thought, message = answer.output
    assert (thought.type, message.type) == ("reasoning", "message")
    [part] = thought.summary if summary else thought.content
    assert "".join(event.delta for event in told if event.type == kind) == part.text
    assert "7" in answer.output_text
    assert answer.usage.output_tokens_details.reasoning_tokens > 0


@pytest.mark.parametrize("streamed", [False, True])
def test_a_tool_is_called_to_the_final_answer_of_a_stored_conversation(
    official: openai.OpenAI, *, streamed: bool
) -> None:
    def turn(given: Any, **fields: Any) -> Response:
        if not streamed:
            answer: Response = ask(official, given, tools=[WEATHER], **fields)
            return answer
        with official.responses.stream(model=MODEL, input=given, tools=[WEATHER], temperature=0, **fields) as stream:
            return stream.get_final_response()

    first = turn(ASKED)
    assert calls(first) == [("get_weather", {"city": "Paris"})]
    final = turn([result_of(first)], previous_response_id=first.id)
    assert calls(final) == []
    assert "sunny" in final.output_text
    assert "21" in final.output_text
    assert final.previous_response_id == first.id


def test_a_conversation_may_be_sent_as_a_whole_or_by_reference(official: openai.OpenAI) -> None:
    first = ask(official, ASKED, tools=[WEATHER])
    question = {"role": "user", "content": ASKED}
    stored = ask(official, [result_of(first)], tools=[WEATHER], previous_response_id=first.id)
    whole = ask(official, [question, *first.output, result_of(first)], tools=[WEATHER], store=False)
    references = [{"type": "item_reference", "id": item.id} for item in first.output]
    referred = ask(official, [question, *references, result_of(first)], tools=[WEATHER])
    assert stored.output_text == whole.output_text == referred.output_text
    assert stored.usage.input_tokens == whole.usage.input_tokens == referred.usage.input_tokens
    listed = official.responses.input_items.list(referred.id, order="asc").data
    assert [item.type for item in listed] == ["message", *(item.type for item in first.output), "function_call_output"]


def test_instructions_are_those_of_the_request_alone(official: openai.OpenAI) -> None:
    long = ask(official, "Hello", instructions="You are a very helpful assistant. " * 5)
    plain = ask(official, "Hello")
    after_long, after_plain = (ask(official, "And?", previous_response_id=one.id) for one in (long, plain))
    assert long.usage.input_tokens > plain.usage.input_tokens + 20
    # What the two were answered may differ; what they were told at first is in neither.
    difference = after_long.usage.input_tokens - after_plain.usage.input_tokens
    assert difference == long.usage.output_tokens - plain.usage.output_tokens


class Person(BaseModel):
    name: str
    age: int


def test_an_answer_is_parsed_as_a_pydantic_model(official: openai.OpenAI) -> None:
    answer = official.responses.parse(
        model=MODEL, input="Write JSON with name Bob and age 3.", text_format=Person, temperature=0
    )
    assert isinstance(answer.output_parsed, Person)
    assert answer.output_parsed.name


def test_an_answer_that_is_cut_off_says_so(official: openai.OpenAI) -> None:
    answer = ask(official, "Hello", max_output_tokens=1)
    assert (answer.status, answer.incomplete_details.reason) == ("incomplete", "max_output_tokens")
    assert answer.usage.output_tokens == 1
    *_, last = ask(official, "Hello", max_output_tokens=1, stream=True)
    assert (last.type, last.response.output_text) == ("response.incomplete", answer.output_text)


def test_a_stream_that_its_client_leaves_is_cancelled_and_not_stored(
    official: openai.OpenAI, starter: LiveServer
) -> None:
    stream = ask(official, "Count to ten. " * 50, stream=True, max_output_tokens=5000, extra_body={"ignore_eos": True})
    first = next(iter(stream))
    assert first.type == "response.created"
    stream.close()
    starter.wait_until_idle()
    with pytest.raises(openai.NotFoundError):
        official.responses.retrieve(first.response.id)


def test_log_probabilities_cover_the_text(official: openai.OpenAI) -> None:
    answer = ask(official, "Hello", include=["message.output_text.logprobs"], top_logprobs=2)
    [part] = answer.output[-1].content
    assert b"".join(bytes(token.bytes) for token in part.logprobs).decode().startswith(part.text)
    assert all(len(token.top_logprobs) == 2 for token in part.logprobs)


@pytest.mark.parametrize(
    ("fields", "kind", "param"),
    [
        ({"model": "nobody"}, openai.NotFoundError, None),
        ({"background": True}, openai.BadRequestError, "background"),
        ({"tools": [{"type": "web_search"}]}, openai.BadRequestError, "tools[0]"),
        ({"input": [{"type": "item_reference", "id": "x"}]}, openai.NotFoundError, "input[0].id"),
        ({"input": "word " * 9000}, openai.BadRequestError, None),
        (
            {
                "text": {
                    "format": {
                        "type": "json_schema",
                        "name": "n",
                        "schema": {"type": "integer", "minimum": 3, "maximum": 2},
                    }
                }
            },
            openai.BadRequestError,
            "text.format",
        ),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_errors_are_the_clients_own(
    official: openai.OpenAI, fields: Any, kind: type[openai.APIStatusError], param: str | None, *, stream: bool
) -> None:
    with pytest.raises(kind) as caught:
        official.responses.create(**{"model": MODEL, "input": "Hello", "stream": stream, **fields})
    assert caught.value.param == param


def test_a_response_is_read_while_it_is_streamed(official: openai.OpenAI) -> None:
    stream = ask(official, "Count to ten. " * 50, stream=True, max_output_tokens=5000, extra_body={"ignore_eos": True})
    events = iter(stream)
    response_id = next(events).response.id
    first = next(event for event in events if event.type == "response.output_text.delta")
    answer: Any = official.responses.retrieve(response_id)
    assert (answer.id, answer.status, answer.usage) == (response_id, "in_progress", None)
    [item] = answer.output
    assert (item.type, item.status) == ("message", "in_progress")
    assert answer.output_text.startswith(first.delta)
    [asked] = official.responses.input_items.list(response_id).data
    assert asked.to_dict()["role"] == "user"
    with pytest.raises(openai.BadRequestError, match="in progress"):
        official.responses.delete(response_id)
    stream.close()


def test_tokens_are_counted_as_they_are_when_the_response_is_asked_for(official: openai.OpenAI) -> None:
    fields: Any = {"instructions": "Be brief.", "tools": [WEATHER]}
    first = ask(official, ASKED, **fields)
    counted = official.responses.input_tokens.count(model=MODEL, input=ASKED, **fields)
    assert (counted.object, counted.input_tokens) == ("response.input_tokens", first.usage.input_tokens)
    fields |= {"previous_response_id": first.id, "reasoning": {"effort": "low"}}
    second = ask(official, [result_of(first)], **fields)
    counted = official.responses.input_tokens.count(model=MODEL, input=[result_of(first)], **fields)
    assert counted.input_tokens == second.usage.input_tokens > first.usage.input_tokens
    whole = official.responses.input_tokens.count(model=MODEL, input="word " * 9000)
    assert whole.input_tokens > 9000


def test_a_conversation_is_not_compacted(official: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="compact is not supported"):
        official.responses.compact(model=MODEL, input="Hello")


def test_a_response_that_ran_is_not_cancelled(official: openai.OpenAI) -> None:
    answer = ask(official, "Hello")
    with pytest.raises(openai.BadRequestError, match="synchronous"):
        official.responses.cancel(answer.id)


def test_a_stored_response_is_there_after_a_restart_and_goes_on(tmp_path: Path) -> None:
    models, data = tmp_path / "models", tmp_path / "data"
    models.mkdir()
    first: Any = None
    for _ in range(2):
        with (
            live_server(models, load=ALONE, data_dir=str(data)) as server,
            openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as client,
        ):
            if first is None:
                first = ask(client, ASKED, tools=[WEATHER])
            else:
                assert client.responses.retrieve(first.id) == first
                final = ask(client, [result_of(first)], tools=[WEATHER], previous_response_id=first.id)
                assert "sunny" in final.output_text
