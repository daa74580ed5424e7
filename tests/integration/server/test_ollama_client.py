"""Ollama's official client against a live server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import ollama
import pytest

from tests.integration.server.live import LiveServer, live_server

WINDOW = 512
HELLO: Any = [{"role": "user", "content": "Once upon a time there was a little girl"}]
GREEDY: Any = {"temperature": 0, "num_predict": 24}
CHAT: Any = {"model": "tiny", "messages": HELLO, "options": GREEDY}
PROMPT: Any = {"model": "tiny", "prompt": "Once upon a time", "options": GREEDY}


@pytest.fixture(scope="module")
def client(server: LiveServer) -> Iterator[ollama.Client]:
    with client_of(server) as client:
        yield client


def client_of(server: LiveServer, **headers: str) -> ollama.Client:
    return ollama.Client(server.url, timeout=60, trust_env=False, headers=headers)


def loaded(client: ollama.Client) -> set[str | None]:
    return {model.model for model in client.ps().models}


def test_a_chat_answers(client: ollama.Client) -> None:
    before = datetime.now(UTC)
    answer = client.chat(**CHAT)
    assert answer.model == "tiny"
    assert answer.message.role == "assistant"
    assert answer.message.content
    assert (answer.done, answer.done_reason) == (True, "length")
    assert answer.eval_count == 24
    assert answer.prompt_eval_count
    assert answer.total_duration
    assert answer.prompt_eval_duration
    assert answer.eval_duration
    assert answer.total_duration >= answer.prompt_eval_duration + answer.eval_duration
    assert before <= datetime.fromisoformat(answer.created_at or "") <= datetime.now(UTC)


@pytest.mark.parametrize("options", [GREEDY, {"temperature": 1.2, "seed": 7, "num_predict": 40}])
def test_the_stream_says_what_the_plain_answer_says(client: ollama.Client, options: dict[str, Any]) -> None:
    asked = {**CHAT, "options": options}
    plain = client.chat(**asked)
    *lines, last = client.chat(**asked, stream=True)
    assert "".join(line.message.content or "" for line in lines) == plain.message.content
    assert not any(line.done for line in lines)
    assert (last.done, last.done_reason, last.message.content) == (True, plain.done_reason, "")
    assert (last.eval_count, last.prompt_eval_count) == (plain.eval_count, plain.prompt_eval_count)


def test_a_name_may_have_a_tag_and_comes_back_as_it_was_asked_for(client: ollama.Client) -> None:
    answer = client.chat(**{**CHAT, "model": "tiny:latest"})
    assert answer.model == "tiny:latest"
    assert answer.message.content == client.chat(**CHAT).message.content


def test_a_prompt_is_templated_unless_it_is_raw(client: ollama.Client) -> None:
    templated, raw = client.generate(**PROMPT), client.generate(**PROMPT, raw=True)
    with_system = client.generate(**PROMPT, system="a cat and a dog")
    counts = [answer.prompt_eval_count or 0 for answer in (raw, templated, with_system)]
    assert counts == sorted(set(counts))
    assert templated.response
    assert raw.context is None
    streamed = list(client.generate(**PROMPT, stream=True))
    assert "".join(line.response or "" for line in streamed) == templated.response
    assert streamed[-1].context == templated.context


def test_a_context_goes_on_where_the_conversation_was(client: ollama.Client) -> None:
    first = client.generate(**PROMPT)
    second = client.generate(**{**PROMPT, "prompt": "what was the dog"}, context=first.context)
    spoken = [{"role": "user", "content": PROMPT["prompt"]}, {"role": "assistant", "content": first.response}]
    spoken += [{"role": "user", "content": "what was the dog"}]
    same = client.chat(model="tiny", messages=spoken, options=GREEDY)
    assert (second.response, second.prompt_eval_count) == (same.message.content, same.prompt_eval_count)


def test_options_are_honoured(client: ollama.Client) -> None:
    whole = client.chat(**CHAT).message.content or ""
    stop = whole[5:8]
    cut = client.chat(**{**CHAT, "options": ollama.Options(**GREEDY, stop=[stop])})
    assert cut.message.content == whole[: whole.index(stop)]
    assert cut.done_reason == "stop"
    warm = {"temperature": 1.5, "num_predict": 16}
    texts = [client.chat(**{**CHAT, "options": {**warm, "seed": seed}}).message.content for seed in (3, 3, 4)]
    assert texts[0] == texts[1] != texts[2]


def test_num_ctx_limits_prompt_and_answer_together(client: ollama.Client) -> None:
    answer = client.chat(**{**CHAT, "options": {"temperature": 0, "num_ctx": 64}})
    assert answer.done_reason == "length"
    assert 64 <= (answer.prompt_eval_count or 0) + (answer.eval_count or 0) <= 65
    length = answer.prompt_eval_count or 0
    with pytest.raises(ollama.ResponseError, match=f"{length} tokens") as too_long:
        client.chat(**{**CHAT, "options": {"num_ctx": length}})
    assert too_long.value.status_code == 400


@pytest.mark.parametrize("stream", [False, True])
def test_a_num_ctx_beyond_the_models_is_refused_with_both_figures(client: ollama.Client, *, stream: bool) -> None:
    options = {"num_ctx": WINDOW + 1}
    cases: list[Any] = [{**CHAT, "options": options}, {"model": "tiny", "options": options}]
    for asked in cases:
        with pytest.raises(ollama.ResponseError, match=rf"{WINDOW + 1} tokens.*{WINDOW} tokens") as refused:
            list(client.chat(**{**asked, "stream": stream}))
        assert refused.value.status_code == 400


def test_logprobs_cover_the_text_and_are_sorted(client: ollama.Client) -> None:
    answer = client.chat(**CHAT, logprobs=True, top_logprobs=4)
    assert answer.logprobs is not None
    assert len(answer.logprobs) == answer.eval_count
    for token in answer.logprobs:
        alternatives = [other.logprob for other in token.top_logprobs or ()]
        assert len(alternatives) == 4
        assert alternatives == sorted(alternatives, reverse=True)
        # Greedy: the token is the likeliest.
        assert token.logprob == pytest.approx(alternatives[0])
    lines = list(client.chat(**CHAT, logprobs=True, stream=True))
    assert sum(len(line.logprobs or ()) for line in lines) == answer.eval_count
    assert client.chat(**CHAT).logprobs is None


def test_models_are_listed_and_shown(client: ollama.Client) -> None:
    models = {model.model: model for model in client.list().models}
    assert {"tiny:latest", "other:latest"} <= set(models)
    assert "broken:latest" not in models
    tiny = models["tiny:latest"]
    assert tiny.details is not None
    assert (tiny.details.family, tiny.details.format, tiny.details.quantization_level) == ("llama", "gguf", "F32")
    shown = client.show("tiny")
    assert shown.details == tiny.details
    assert shown.modified_at == tiny.modified_at
    assert shown.capabilities == ["completion"]
    assert shown.modelinfo is not None
    assert shown.modelinfo["llama.context_length"] == WINDOW
    assert "<|im_start|>" in (shown.template or "")


def test_a_model_is_loaded_listed_and_unloaded(client: ollama.Client) -> None:
    answer = client.generate(model="other", keep_alive="10m")
    assert (answer.response, answer.done, answer.done_reason) == ("", True, "load")
    [other] = [model for model in client.ps().models if model.model == "other:latest"]
    assert other.size
    assert other.context_length == WINDOW
    assert other.digest == next(model.digest for model in client.list().models if model.model == other.model)
    assert other.expires_at is not None
    assert timedelta(minutes=5) < other.expires_at - datetime.now(UTC) <= timedelta(minutes=10)
    for _ in range(2):
        # The second time there is nothing left to do, which is no error.
        unloaded = client.chat(model="other", keep_alive=0)
        assert (unloaded.message.content, unloaded.done_reason) == ("", "unload")
        assert "other:latest" not in loaded(client)


def test_a_stream_of_nothing_but_loading_is_one_line(client: ollama.Client) -> None:
    [line] = client.chat(model="other", messages=[], stream=True)
    assert (line.done, line.done_reason) == (True, "load")
    assert "other:latest" in loaded(client)


def test_keep_alive_of_zero_unloads_after_the_answer_and_below_zero_never(client: ollama.Client) -> None:
    assert client.chat(**{**CHAT, "model": "other"}, keep_alive=-1).message.content
    [other] = [model for model in client.ps().models if model.model == "other:latest"]
    assert other.expires_at is not None
    assert other.expires_at - datetime.now(UTC) > timedelta(days=20 * 365)
    assert client.chat(**{**CHAT, "model": "other"}, keep_alive=0).message.content
    # Unloading begins with the end of the answer: by the next request it has, or has not yet ended.
    still = [model for model in client.ps().models if model.model == "other:latest"]
    assert all(model.expires_at and model.expires_at < datetime.now(UTC) for model in still)


def test_errors_are_the_clients_own(client: ollama.Client) -> None:
    cases: list[tuple[int, str, dict[str, Any]]] = [
        (404, "model 'nope' not found", {"model": "nope"}),
        (400, "`options.temperature` is 9", {"options": {"temperature": 9}}),
        (400, "did you mean `num_ctx`", {"options": {"num_cxt": 9}}),
        (400, "images are not supported", {"messages": [{"role": "user", "content": "a", "images": [b"x"]}]}),
        (500, "broken", {"model": "broken"}),
    ]
    for status, words, fields in cases:
        for stream in (False, True):
            with pytest.raises(ollama.ResponseError, match=words) as refused:
                list(client.chat(**{**CHAT, **fields}, stream=stream))
            assert refused.value.status_code == status
    with pytest.raises(ollama.ResponseError, match="cannot be downloaded yet") as refused:
        client.pull("nope")
    assert refused.value.status_code == 400
    assert client.pull("tiny").status == "success"


@pytest.mark.parametrize("stream", [False, True])
def test_a_format_holds_the_answer(client: ollama.Client, *, stream: bool) -> None:
    schema = {
        "type": "object",
        "properties": {"animal": {"enum": ["cat", "dog"]}, "legs": {"const": 4}},
        "required": ["animal", "legs"],
        "additionalProperties": False,
    }
    chat: Any = client.chat(**{**CHAT, "options": {"temperature": 0}, "format": schema, "stream": stream})
    text = "".join(line.message.content for line in chat) if stream else chat.message.content
    assert json.loads(text) in ({"animal": "cat", "legs": 4}, {"animal": "dog", "legs": 4})
    with pytest.raises(ollama.ResponseError) as refused:
        list(client.generate(**{**PROMPT, "format": {"type": "nonsense"}, "stream": stream}))
    assert refused.value.status_code == 400


def test_thoughts_are_asked_for_where_there_are_any(client: ollama.Client) -> None:
    with pytest.raises(ollama.ResponseError, match='"tiny" does not support thinking') as refused:
        client.chat(**CHAT, think=True)
    assert refused.value.status_code == 400
    assert client.chat(**CHAT, think=False).message.thinking is None


def test_a_wrong_key_is_refused(models_folder: Path) -> None:
    with live_server(models_folder, {"api_key": "secret"}) as server:
        with client_of(server) as wrong, pytest.raises(ollama.ResponseError) as refused:
            wrong.list()
        with client_of(server, authorization="Bearer secret") as right:
            assert right.list().models
    assert refused.value.status_code == 401


async def test_the_asynchronous_client_streams_and_may_stop(server: LiveServer) -> None:
    async with ollama.AsyncClient(server.url, timeout=60, trust_env=False) as client:
        lines = await client.chat(**{**CHAT, "options": {"temperature": 0, "num_predict": 450}}, stream=True)
        first = await anext(lines)
        assert first.message.content is not None
        await lines.aclose()
    server.wait_until_idle()


def test_every_line_is_json_and_has_its_media_type(http: httpx.Client) -> None:
    with http.stream("POST", "/api/chat", json=CHAT) as response:
        assert response.headers["content-type"] == "application/x-ndjson"
        text = response.read()
    assert text.endswith(b"\n")
    assert all(line.startswith(b'{"model":"tiny","created_at":"') for line in text.splitlines())
