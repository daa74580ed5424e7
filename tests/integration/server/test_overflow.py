"""What does not fit the context window, through the official clients: what goes, what stays, and that it is told."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx
import ollama
import openai
import pytest

from tests.integration.server.conftest import ALONE
from tests.integration.server.live import LiveServer, live_server, wait_until
from tests.support.tiny_model import write_tiny_model
from tests.support.tiny_recurrent import write_tiny_recurrent

WINDOW = 2048
SYSTEM: Any = {"role": "system", "content": "You are a helpful assistant. Answer in one sentence."}
STORY = "The bird sat in the tree and the dog was under it. " * 6
TURNS = [{"role": role, "content": f"{number}. {STORY}"} for number in range(20) for role in ("user", "assistant")]
LAST: Any = {"role": "user", "content": "Who are you?"}
LONG: list[Any] = [SYSTEM, *TURNS, LAST]
TRIM = {"overflow": "trim_history"}
NO_MODEL: Any = {"model": openai.omit}
GREEDY: Any = {"temperature": 0, "max_tokens": 40}
FOR_EVER: dict[str, Any] = {"ignore_eos": True, "overflow": "shift"}
SMALL = 128
"""The window of `small`."""


@pytest.fixture(scope="module")
def trimming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server that leaves out what does not fit unless it is asked not to; the starter model is the default.

    One thread: with two, on a machine whose cores are taken, each token waits for the other thread to be run.
    """
    path = write_tiny_model(tmp_path_factory.mktemp("small") / "small.gguf", context=SMALL)
    write_tiny_recurrent(path.parent / "recurrent.gguf", context=SMALL)
    load = {"self_check": True, **ALONE}
    with live_server(path.parent, load=load, overflow="trim_history") as server:
        yield server


@pytest.fixture(scope="module")
def plain(trimming: LiveServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=trimming.url, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def official(trimming: LiveServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{trimming.url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def claude(trimming: LiveServer) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(base_url=trimming.url, api_key="none", max_retries=0) as client:
        yield client


def count(claude: anthropic.Anthropic, dropped: int) -> int:
    """Return the length of the prompt without so many of the oldest messages."""
    messages: Any = [*TURNS[dropped:], LAST]
    system = str(SYSTEM["content"])
    return claude.messages.count_tokens(model="starter", system=system, messages=messages).input_tokens


def assert_told(told: Any, claude: anthropic.Anthropic, prompt_tokens: int, room: int, window: int = WINDOW) -> None:
    """Hold what is told against the model's own count: it fits, with one turn more it would not."""
    dropped = told["dropped_messages"]
    assert dropped % 2 == 0
    assert told == {
        "policy": "trim_history",
        "dropped_messages": dropped,
        "dropped_tokens": count(claude, 0) - count(claude, dropped),
        "shifts": 0,
        "shifted_tokens": 0,
    }
    assert prompt_tokens == count(claude, dropped) <= window - room < count(claude, dropped - 2)


def wait_for_log(server: LiveServer, told: object) -> None:
    """The line of a request is written a moment after its answer was sent."""
    wait_until(lambda: [line.get("truncation") for line in server.log("request")][-1] == told, 5)


def test_openai_tells_in_the_body_and_in_the_last_chunk(
    trimming: LiveServer, official: openai.OpenAI, claude: anthropic.Anthropic
) -> None:
    answer = official.chat.completions.create(messages=LONG, **NO_MODEL, **GREEDY, extra_body=TRIM)
    assert answer.usage is not None
    assert answer.model_extra is not None
    assert_told(answer.model_extra["truncation"], claude, answer.usage.prompt_tokens, room=40)
    assert answer.choices[0].message.content
    *chunks, last = official.chat.completions.create(messages=LONG, **NO_MODEL, **GREEDY, extra_body=TRIM, stream=True)
    assert last.model_extra is not None
    assert last.model_extra["truncation"] == answer.model_extra["truncation"]
    assert not any("truncation" in (chunk.model_extra or {}) for chunk in chunks)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == (
        answer.choices[0].message.content
    )
    wait_for_log(trimming, answer.model_extra["truncation"])


def test_a_request_may_ask_for_the_error(official: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        official.chat.completions.create(messages=LONG, **NO_MODEL, **GREEDY, extra_body={"overflow": "error"})
    assert caught.value.code == "context_length_exceeded"


def test_what_fits_is_left_as_it_is_and_nothing_is_told(official: openai.OpenAI) -> None:
    answer = official.chat.completions.create(messages=[SYSTEM, LAST], **NO_MODEL, **GREEDY)
    assert "truncation" not in (answer.model_extra or {})


def test_a_last_turn_that_is_too_long_is_an_error_even_so(official: openai.OpenAI) -> None:
    long: Any = {"role": "user", "content": STORY * 30}
    with pytest.raises(openai.BadRequestError, match="Without the 40 messages") as caught:
        official.chat.completions.create(messages=[*LONG[:-1], long], **NO_MODEL, **GREEDY)
    assert caught.value.code == "context_length_exceeded"


def test_anthropic_tells_in_the_message_and_in_the_message_delta(claude: anthropic.Anthropic) -> None:
    asked: Any = {
        "model": "starter",
        "max_tokens": 40,
        "system": SYSTEM["content"],
        "messages": [*TURNS, LAST],
        "extra_body": {**TRIM, "temperature": 0},
    }
    answer = claude.messages.create(**asked)
    assert answer.model_extra is not None
    prompt = answer.usage.input_tokens + (answer.usage.cache_read_input_tokens or 0)
    assert_told(answer.model_extra["truncation"], claude, prompt, room=40)
    deltas = [event for event in claude.messages.create(**asked, stream=True) if event.type == "message_delta"]
    assert [delta.model_extra for delta in deltas] == [{"truncation": answer.model_extra["truncation"]}]


def test_ollama_tells_in_the_body_and_in_the_last_line(
    trimming: LiveServer, plain: httpx.Client, claude: anthropic.Anthropic
) -> None:
    # The official client has no argument for `truncate`: the server's setting holds.
    asked: Any = {"model": "starter", "messages": LONG, "options": {"num_ctx": 400, "temperature": 0}}
    with ollama.Client(trimming.url, timeout=60, trust_env=False) as client:
        answer = client.chat(**asked)
    # And it passes over fields that it does not know.
    body = plain.post("/api/chat", json={**asked, "stream": False}).json()
    assert body["message"]["content"] == answer.message.content
    assert body["prompt_eval_count"] == answer.prompt_eval_count
    assert_told(body["truncation"], claude, body["prompt_eval_count"], room=100, window=400)
    *lines, last = map(json.loads, plain.post("/api/chat", json=asked).text.splitlines())
    assert last["truncation"] == body["truncation"]
    assert not any("truncation" in line for line in lines)


@pytest.mark.parametrize("fields", [{"truncate": True}, {"truncate": True, "shift": False}])
def test_truncate_is_trim_history(plain: httpx.Client, fields: dict[str, bool]) -> None:
    messages = [{"role": "user", "content": f"Once upon a time {number}"} for number in range(20)]
    body = {"model": "small", "messages": messages, "stream": False, "options": {"num_predict": 8}}
    answer = plain.post("/api/chat", json={**body, **fields}).json()
    assert answer["truncation"]["policy"] == "trim_history"
    assert answer["prompt_eval_count"] + 8 <= SMALL
    refused = plain.post("/api/chat", json={**body, "truncate": False})
    assert (refused.status_code, "context window" in refused.json()["error"]) == (400, True)


def test_responses_tell_of_it_as_truncated(official: openai.OpenAI, claude: anthropic.Anthropic) -> None:
    asked: Any = {**NO_MODEL, "instructions": SYSTEM["content"], "input": [*TURNS, LAST], "store": False}
    asked |= {"temperature": 0, "max_output_tokens": 40, "truncation": "auto"}
    answer = official.responses.create(**asked)
    assert answer.usage is not None
    assert (answer.truncation, answer.output_text != "") == ("auto", True)
    assert_told((answer.model_extra or {})["truncated"], claude, answer.usage.input_tokens, room=40)
    *events, last = official.responses.create(**asked, stream=True)
    assert (last.response.model_extra or {})["truncated"] == (answer.model_extra or {})["truncated"]
    assert not any("truncated" in (event.response.model_extra or {}) for event in events[:2])
    with pytest.raises(openai.BadRequestError) as caught:
        official.responses.create(**{**asked, "truncation": "disabled"})
    assert caught.value.code == "context_length_exceeded"


def test_shift_goes_on_past_the_window(trimming: LiveServer, official: openai.OpenAI) -> None:
    asked: Any = {"model": "small", "prompt": "Once upon a time", "temperature": 0, "max_tokens": 400}
    answer = official.completions.create(**asked, n=2, extra_body=FOR_EVER)
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 800
    assert {choice.finish_reason for choice in answer.choices} == {"length"}
    assert answer.choices[0].text == answer.choices[1].text
    told: Any = (answer.model_extra or {})["truncation"]
    # The prompt is kept, and half of the rest each time: figures of both choices together.
    keep = answer.usage.prompt_tokens
    size = SMALL + 1 - keep - (SMALL - keep) // 2
    shifts = len(range(SMALL + 1 - keep, 400, size))
    assert told == {
        "policy": "shift",
        "dropped_messages": 0,
        "dropped_tokens": 0,
        "shifts": 2 * shifts,
        "shifted_tokens": 2 * shifts * size,
    }
    *chunks, last = official.completions.create(**asked, stream=True, extra_body=FOR_EVER)
    assert "".join(chunk.choices[0].text for chunk in [*chunks, last] if chunk.choices) == answer.choices[0].text
    assert (last.model_extra or {})["truncation"] == {**told, "shifts": shifts, "shifted_tokens": shifts * size}
    wait_for_log(trimming, (last.model_extra or {})["truncation"])


def test_prompts_of_one_completion_are_told_of_together(official: openai.OpenAI) -> None:
    prompts = ["Once upon a time", "The dog was sad"]
    asked: Any = {"model": "small", "temperature": 0, "max_tokens": 200, "extra_body": FOR_EVER}
    told = [(official.completions.create(prompt=prompt, **asked).model_extra or {})["truncation"] for prompt in prompts]
    both = (official.completions.create(prompt=prompts, **asked).model_extra or {})["truncation"]
    assert both["shifts"] == sum(one["shifts"] for one in told)
    assert both["shifted_tokens"] == sum(one["shifted_tokens"] for one in told)


def test_a_chat_shifts_too(official: openai.OpenAI) -> None:
    messages: Any = [{"role": "user", "content": "Once upon a time"}]
    chat = official.chat.completions.create(
        model="small", messages=messages, temperature=0, max_tokens=200, extra_body=FOR_EVER
    )
    assert chat.usage is not None
    assert chat.usage.completion_tokens == 200
    assert (chat.model_extra or {})["truncation"]["shifts"] > 0


def test_a_form_and_log_probabilities_hold_through_shifts(official: openai.OpenAI) -> None:
    asked: Any = {"model": "small", "messages": [{"role": "user", "content": "Once upon a time"}], "temperature": 0}
    form = {"type": "regex", "regex": "[a-z ]{400,410}"}
    asked |= {"logprobs": True, "top_logprobs": 2, "max_tokens": 500}
    more = {"overflow": "shift", "response_format": form}
    answer = official.chat.completions.create(**asked, extra_body=more)
    (choice,) = answer.choices
    assert answer.usage is not None
    assert choice.logprobs is not None
    assert (answer.model_extra or {})["truncation"]["shifts"] > 0
    assert re.fullmatch(form["regex"], choice.message.content or "")
    # Each token is told of once, also those around a shift.
    told = choice.logprobs.content or []
    assert "".join(token.token for token in told) == choice.message.content
    assert len(told) == answer.usage.completion_tokens
    chunks = official.chat.completions.create(**asked, stream=True, extra_body=more)
    pieces = [piece for chunk in chunks for piece in chunk.choices]
    assert "".join(piece.delta.content or "" for piece in pieces) == choice.message.content
    streamed = [token for piece in pieces if piece.logprobs for token in piece.logprobs.content or []]
    assert [(token.token, len(token.top_logprobs)) for token in streamed] == [(token.token, 2) for token in told]


def test_what_is_kept_can_be_said_and_without_a_limit_it_ends_after_ten_windows(plain: httpx.Client) -> None:
    options = {"num_ctx": 64, "temperature": 0, "num_keep": 5}
    body = {"model": "small", "prompt": "Once upon a time", "raw": True, "stream": False, "options": options}
    last = plain.post("/api/generate", json={**body, "shift": True}).json()
    assert (last["done_reason"], last["eval_count"]) == ("length", 640)
    size = 65 - 5 - (64 - 5) // 2
    assert last["truncation"]["shifted_tokens"] == last["truncation"]["shifts"] * size
    unshifted = plain.post("/api/generate", json={**body, "shift": False}).json()
    assert unshifted["eval_count"] + unshifted["prompt_eval_count"] == 64
    assert "truncation" not in unshifted


@pytest.mark.parametrize("stream", [False, True])
def test_a_model_that_cannot_shift_says_so_before_the_first_token(official: openai.OpenAI, *, stream: bool) -> None:
    asked: Any = {"model": "recurrent", "prompt": "Once upon a time", "max_tokens": 2, "temperature": 0}
    with pytest.raises(openai.BadRequestError, match="cannot be shifted") as caught:
        official.completions.create(**asked, stream=stream, extra_body={"overflow": "shift"})
    assert caught.value.param == "overflow"
    assert official.completions.create(**asked).usage is not None


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/v1/completions", {"prompt": "x", "overflow": "trim_history"}, "overflow"),
        ("/v1/chat/completions", {"messages": [LAST], "overflow": "squeeze"}, "overflow"),
        ("/v1/messages", {"messages": [LAST], "max_tokens": 1, "overflow": 1}, "overflow"),
        ("/api/chat", {"model": "small", "messages": [LAST], "truncate": True, "shift": True}, "truncate"),
        ("/api/generate", {"model": "small", "prompt": "x", "raw": True, "truncate": True}, "truncate"),
        ("/api/chat", {"model": "small", "messages": [LAST], "options": {"num_keep": -2}}, "num_keep"),
    ],
)
def test_what_cannot_be_is_refused_by_name(plain: httpx.Client, path: str, body: dict[str, Any], field: str) -> None:
    answer = plain.post(path, json=body)
    assert answer.status_code == 400
    assert f"{field}`" in answer.text
