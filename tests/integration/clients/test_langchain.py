"""LangChain's ChatOpenAI and ChatOllama against a live server."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import ollama
import openai
import pytest
from pydantic import BaseModel, Field

from tests.integration.clients.conftest import RESULT, WEATHER, WHO
from tests.integration.server.live import LiveServer

# What other projects warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

_MISSING = "LangChain is not installed: make test-clients"


def get_weather(city: str) -> str:
    """Get the weather."""
    return RESULT if city == "Paris" else "unknown"


@pytest.fixture(params=["openai", "ollama"])
def chat(request: pytest.FixtureRequest) -> Any:
    """The chat model of either package; without it no server is started."""
    module = pytest.importorskip(f"langchain_{request.param}", reason=_MISSING)
    server: LiveServer = request.getfixturevalue("server")
    if request.param == "openai":
        return module.ChatOpenAI(
            model="starter", base_url=f"{server.url}/v1", api_key="none", temperature=0, max_tokens=60, max_retries=0
        )
    return module.ChatOllama(model="starter", base_url=server.url, temperature=0, num_predict=60)


def test_a_chat_is_answered(chat: Any) -> None:
    answer = chat.invoke(WHO)
    assert "starter model" in answer.content
    assert answer.usage_metadata["input_tokens"] > 0
    assert answer.usage_metadata["output_tokens"] > 0


def test_a_stream_says_the_same(chat: Any) -> None:
    chunks = list(chat.stream(WHO))
    assert len(chunks) > 2
    assert "".join(chunk.content for chunk in chunks) == chat.invoke(WHO).content


@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_to_the_final_answer(chat: Any, *, stream: bool) -> None:
    bound = chat.bind_tools([get_weather])
    messages: list[Any] = [{"role": "user", "content": WEATHER}]

    def answer() -> Any:
        if not stream:
            return bound.invoke(messages)
        first, *rest = bound.stream(messages)
        return sum(rest, first)

    message = answer()
    [call] = message.tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Paris"})
    messages += [message, {"role": "tool", "tool_call_id": call["id"], "content": get_weather(**call["args"])}]
    said = answer().content
    assert "sunny" in said
    assert "21" in said


class Weather(BaseModel):
    """The weather of a city."""

    city: Literal["Paris", "Rome"]
    degrees: Annotated[int, Field(ge=-50, le=50)]


def test_an_answer_has_the_shape_that_is_asked_for(chat: Any) -> None:
    answer = chat.with_structured_output(Weather, method="json_schema").invoke(WHO)
    assert isinstance(answer, Weather)


def test_an_error_is_the_clients_own(chat: Any) -> None:
    kind = openai.NotFoundError if hasattr(chat, "openai_api_base") else ollama.ResponseError
    with pytest.raises(kind, match="starter-nope"):
        chat.invoke(WHO, model="starter-nope")
