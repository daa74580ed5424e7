"""LiteLLM against a live server, by the APIs that it speaks."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from tests.integration.clients.conftest import RESULT, WEATHER, WHO
from tests.integration.server.live import LiveServer

# What other projects warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

TOOLS: Any = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Get the weather.",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]


@pytest.fixture(params=["openai", "ollama_chat", "anthropic"])
def asked(request: pytest.FixtureRequest, server: LiveServer) -> dict[str, Any]:
    """What every call says: the server's address, and the model by the name of an API that it has there."""
    base = f"{server.url}/v1" if request.param == "openai" else server.url
    return {
        "model": f"{request.param}/starter",
        "api_base": base,
        "api_key": "none",
        "temperature": 0,
        "max_tokens": 60,
    }


@pytest.fixture
def litellm(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The library, kept from fetching a list of prices when it is imported."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    return pytest.importorskip("litellm", reason="LiteLLM is not installed: make test-clients")


def test_a_chat_is_answered(litellm: Any, asked: dict[str, Any]) -> None:
    answer = litellm.completion(messages=WHO, **asked)
    assert "starter model" in answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens > 0
    assert answer.usage.completion_tokens > 0


def test_a_stream_says_the_same(litellm: Any, asked: dict[str, Any]) -> None:
    plain = litellm.completion(messages=WHO, **asked).choices[0].message.content
    chunks = list(litellm.completion(messages=WHO, stream=True, **asked))
    assert len(chunks) > 2
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == plain


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_to_the_final_answer(litellm: Any, asked: dict[str, Any], *, stream: bool) -> None:
    messages: list[Any] = [{"role": "user", "content": WEATHER}]

    def answer() -> Any:
        given = litellm.completion(messages=messages, tools=TOOLS, stream=stream, **asked)
        return (litellm.stream_chunk_builder(list(given)) if stream else given).choices[0]

    choice = answer()
    [call] = choice.message.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})
    assert choice.finish_reason == "tool_calls"
    messages += [choice.message.model_dump(), {"role": "tool", "tool_call_id": call.id, "content": RESULT}]
    said = answer().message.content
    assert "sunny" in said
    assert "21" in said


def test_an_error_is_of_its_own_kind(litellm: Any, asked: dict[str, Any]) -> None:
    with pytest.raises(litellm.exceptions.NotFoundError, match="starter-nope"):
        litellm.completion(messages=WHO, **{**asked, "model": asked["model"] + "-nope"}, num_retries=0)


class Weather(BaseModel):
    """The weather of a city."""

    city: Literal["Paris", "Rome"]
    degrees: Annotated[int, Field(ge=-50, le=50)]


def test_an_answer_has_the_shape_that_is_asked_for(litellm: Any, asked: dict[str, Any]) -> None:
    answer = litellm.completion(messages=WHO, response_format=Weather, **asked)
    assert Weather.model_validate_json(answer.choices[0].message.content).city in ("Paris", "Rome")


def test_thoughts_are_told_from_the_answer(litellm: Any, asked: dict[str, Any]) -> None:
    wanted: Any = {"reasoning_effort": "low"}
    if asked["model"].startswith("anthropic/"):
        # It has a list of the models of that API that think, in which this one is not.
        thinking = {"type": "enabled", "budget_tokens": 1024}
        wanted = {"thinking": thinking, "allowed_openai_params": ["thinking"], "temperature": 1}
    question = [{"role": "user", "content": "What is 47 + 38?"}]
    message = litellm.completion(messages=question, **{**asked, **wanted, "max_tokens": 1500}).choices[0].message
    assert message.reasoning_content
    assert message.content
