"""Anthropic's official client against a live server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anthropic
import httpx
import pytest

from tests.integration.server.live import LiveServer, live_server

STORY = "Once upon a time there was a little girl"
BODY: dict[str, Any] = {"model": "tiny", "messages": [{"role": "user", "content": STORY}], "max_tokens": 24}
RAW = {**BODY, "temperature": 0}
GREEDY: Any = {**BODY, "extra_body": {"temperature": 0}}
"""The client has no word for temperature any more, and sends one nevertheless."""
WINDOW = 512
WEATHER: Any = {
    "name": "weather",
    "description": "The weather of a city.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


@pytest.fixture(scope="module")
def claude(server: LiveServer) -> Iterator[anthropic.Anthropic]:
    """The official client."""
    with anthropic.Anthropic(base_url=server.url, api_key="none", max_retries=0) as client:
        yield client


def text_of(message: anthropic.types.Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def test_a_message_is_answered(claude: anthropic.Anthropic) -> None:
    answer = claude.messages.create(**GREEDY, system=[{"type": "text", "text": "Tell a story."}])
    assert (answer.type, answer.role, answer.model) == ("message", "assistant", "tiny")
    assert answer.id.startswith("msg_")
    assert [block.type for block in answer.content] == ["text"]
    assert text_of(answer)
    assert answer.stop_reason in {"end_turn", "max_tokens"}
    assert answer.stop_sequence is None
    assert answer.usage.input_tokens > 0
    assert 0 < answer.usage.output_tokens <= 24
    assert answer.usage.cache_creation_input_tokens == 0
    assert answer._request_id


def test_the_stream_says_what_the_plain_answer_says(claude: anthropic.Anthropic) -> None:
    plain = claude.messages.create(**GREEDY)
    events = list(claude.messages.create(**GREEDY, stream=True))
    kinds = [event.type for event in events]
    deltas = kinds.count("content_block_delta")
    assert kinds == [
        "message_start",
        "content_block_start",
        *["content_block_delta"] * deltas,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    with claude.messages.stream(**GREEDY) as stream:
        pieces = list(stream.text_stream)
        whole = stream.get_final_message()
    assert "".join(pieces) == text_of(whole) == text_of(plain)
    assert len(pieces) > 1
    assert (whole.stop_reason, whole.usage.output_tokens) == (plain.stop_reason, plain.usage.output_tokens)


def test_every_frame_has_its_name_and_a_ping_follows_the_first_block(http: httpx.Client) -> None:
    with http.stream("POST", "/v1/messages?beta=true", json={**RAW, "stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["request-id"]
        frames = "".join(response.iter_text()).split("\n\n")
    assert frames.pop() == ""
    names = []
    for frame in frames:
        name, data = frame.split("\n")
        names.append(name.removeprefix("event: "))
        assert json.loads(data.removeprefix("data: "))["type"] == names[-1]
    assert names[:3] == ["message_start", "content_block_start", "ping"]


def test_what_was_computed_before_is_counted_separately(claude: anthropic.Anthropic) -> None:
    claude.messages.create(**GREEDY)
    again = claude.messages.create(**GREEDY)
    # The last token of a prompt is always computed.
    assert again.usage.input_tokens == 1
    assert (
        again.usage.cache_read_input_tokens
        == claude.messages.count_tokens(model="tiny", messages=BODY["messages"]).input_tokens - 1
    )


def test_a_stop_sequence_ends_the_text_and_is_told(claude: anthropic.Anthropic) -> None:
    whole = text_of(claude.messages.create(**GREEDY))
    stop = whole[5:8]
    cut = claude.messages.create(**GREEDY, stop_sequences=["never said", stop])
    assert text_of(cut) == whole[: whole.index(stop)]
    assert (cut.stop_reason, cut.stop_sequence) == ("stop_sequence", stop)
    with claude.messages.stream(**GREEDY, stop_sequences=[stop]) as stream:
        assert stream.get_final_message().stop_sequence == stop


def test_tokens_are_counted_without_an_answer(claude: anthropic.Anthropic, server: LiveServer) -> None:
    count = claude.messages.count_tokens(model="tiny", messages=BODY["messages"])
    longer = claude.messages.count_tokens(model="tiny", messages=BODY["messages"], system="Be brief.")
    asked = claude.messages.create(**{**GREEDY, "max_tokens": 1}).usage
    assert count.input_tokens == asked.input_tokens + (asked.cache_read_input_tokens or 0)
    assert longer.input_tokens > count.input_tokens
    assert server.running() == 0


def test_a_prompt_longer_than_the_window_is_counted_and_refused(claude: anthropic.Anthropic) -> None:
    long: Any = [{"role": "user", "content": f"{STORY}. " * 100}]
    count = claude.messages.count_tokens(model="tiny", messages=long).input_tokens
    assert count > WINDOW
    for stream in (False, True):
        with pytest.raises(anthropic.BadRequestError) as refused:
            claude.messages.create(model="tiny", messages=long, max_tokens=5, stream=stream)
        assert refused.value.type == "invalid_request_error"
        assert refused.value.api_message is not None
        assert refused.value.api_message.startswith(f"prompt is too long: {count + 1} tokens > {WINDOW} maximum")


def test_tools_and_their_results_are_part_of_the_prompt(claude: anthropic.Anthropic) -> None:
    call = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Rome"}}
    history: Any = [
        *BODY["messages"],
        {"role": "assistant", "content": [{"type": "text", "text": "I look."}, call]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}]},
    ]
    bare = claude.messages.count_tokens(model="tiny", messages=BODY["messages"]).input_tokens
    offered = claude.messages.count_tokens(model="tiny", messages=BODY["messages"], tools=[WEATHER]).input_tokens
    full = claude.messages.count_tokens(model="tiny", messages=history).input_tokens
    assert bare < offered
    assert bare < full
    # The tiny window has no room for the tools as well.
    usage = claude.messages.create(model="tiny", messages=history, max_tokens=5).usage
    assert usage.input_tokens + (usage.cache_read_input_tokens or 0) == full


def test_errors_are_the_clients_own(claude: anthropic.Anthropic) -> None:
    image = {"type": "image", "source": {"type": "url", "url": "x"}}
    with pytest.raises(anthropic.NotFoundError) as missing:
        claude.messages.create(**{**GREEDY, "model": "nope"})
    assert missing.value.type == "not_found_error"
    assert missing.value.error_code == "model_not_found"
    assert missing.value.request_id
    with pytest.raises(anthropic.BadRequestError) as wrong:
        claude.messages.create(**BODY, extra_body={"temperature": 9})
    assert wrong.value.api_message == "`temperature` is 9.0; it must be 0 to 2."
    with pytest.raises(anthropic.BadRequestError, match="did you mean `temperature`"):
        claude.messages.create(**BODY, extra_body={"temprature": 1})
    with pytest.raises(anthropic.BadRequestError) as seen:
        claude.messages.create(**{**BODY, "messages": [{"role": "user", "content": [image]}]})
    assert "'image' blocks are not supported yet" in (seen.value.api_message or "")
    with pytest.raises(anthropic.InternalServerError):
        claude.messages.create(**{**GREEDY, "model": "broken"})


def test_models_are_listed_and_found(claude: anthropic.Anthropic) -> None:
    names = {model.id for model in claude.models.list(limit=1)}
    assert {"tiny", "other"} <= names
    assert "broken" not in names
    found = claude.models.retrieve("tiny")
    assert (found.type, found.id, found.max_input_tokens) == ("model", "tiny", WINDOW)
    assert found.created_at.tzinfo is not None
    with pytest.raises(anthropic.NotFoundError):
        claude.models.retrieve("nope")


def test_the_beta_client_is_answered_too(claude: anthropic.Anthropic) -> None:
    answer = claude.beta.messages.create(
        **GREEDY,
        betas=["context-management-2025-06-27"],
        context_management={"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    )
    assert answer.type == "message"


def test_the_key_may_come_as_x_api_key(models_folder: Path) -> None:
    body = {**BODY, "model": "nope"}
    with live_server(models_folder, {"api_key": "secret"}) as server:
        url = f"{server.url}/v1/messages"
        answers = {key: httpx.post(url, json=body, headers={"x-api-key": key}) for key in ("secret", "other")}
        with (
            anthropic.Anthropic(base_url=server.url, api_key="none", max_retries=0) as wrong,
            pytest.raises(anthropic.AuthenticationError) as refused,
        ):
            wrong.messages.create(**GREEDY)
        with (
            anthropic.Anthropic(base_url=server.url, auth_token="secret", max_retries=0) as right,
            pytest.raises(anthropic.NotFoundError),
        ):
            right.messages.create(**{**GREEDY, "model": "nope"})
    assert {key: answer.status_code for key, answer in answers.items()} == {"secret": 404, "other": 401}
    assert refused.value.type == "authentication_error"


def test_a_stream_waits_for_a_load_with_pings(models_folder: Path) -> None:
    with live_server(models_folder, {"ping_s": 0.02}) as server:
        url = f"{server.url}/v1/messages"
        with httpx.stream("POST", url, json={**RAW, "stream": True}, timeout=60) as response:
            lines = [line for line in response.iter_lines() if line.startswith("event: ")]
        with (
            anthropic.Anthropic(base_url=server.url, api_key="none", max_retries=0) as claude,
            claude.messages.stream(**{**GREEDY, "model": "other"}) as stream,
        ):
            assert stream.get_final_message().content
    assert lines[0] == "event: ping"
    assert lines[-1] == "event: message_stop"


async def test_the_asynchronous_client_may_leave(server: LiveServer) -> None:
    async with (
        anthropic.AsyncAnthropic(base_url=server.url, api_key="none", max_retries=0) as claude,
        claude.messages.stream(**{**GREEDY, "max_tokens": 400}) as stream,
    ):
        async for _ in stream.text_stream:
            break
    server.wait_until_idle()
