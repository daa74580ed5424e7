"""The official client against a live server."""

from __future__ import annotations

from typing import Any

import httpx
import openai
import pytest

from tests.integration.server.live import LiveServer, live_server

HELLO: Any = [{"role": "user", "content": "Once upon a time there was a little girl"}]
GREEDY: Any = {"model": "tiny", "messages": HELLO, "temperature": 0, "max_tokens": 24}


def test_a_chat_answers(sdk: openai.OpenAI) -> None:
    answer = sdk.chat.completions.create(**GREEDY)
    assert answer.object == "chat.completion"
    assert answer.id.startswith("chatcmpl-")
    assert answer.model == "tiny"
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason in {"stop", "length"}
    assert answer.usage is not None
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens
    assert answer._request_id
    timings: Any = answer.model_extra and answer.model_extra["timings"]
    assert timings["predicted_n"] == answer.usage.completion_tokens


@pytest.mark.parametrize("sampling", [{"temperature": 0}, {"temperature": 1.2, "seed": 7}], ids=["greedy", "seeded"])
def test_the_stream_says_what_the_plain_answer_says(
    sdk: openai.OpenAI, server: LiveServer, sampling: dict[str, Any]
) -> None:
    asked: Any = {**GREEDY, **sampling, "max_tokens": 60, "extra_body": {"cache_prompt": False}}
    plain = sdk.chat.completions.create(**asked)
    server.wait_until_idle()
    chunks = list(sdk.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert text == plain.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == plain.choices[0].finish_reason
    assert len({chunk.id for chunk in chunks}) == 1
    assert chunks[-1].choices == []
    assert chunks[-1].usage is not None
    assert plain.usage is not None
    assert chunks[-1].usage.completion_tokens == plain.usage.completion_tokens
    assert all(chunk.usage is None for chunk in chunks[:-1])


def test_a_system_fingerprint_and_cached_tokens_are_reported(sdk: openai.OpenAI) -> None:
    sdk.chat.completions.create(**GREEDY)
    again = sdk.chat.completions.create(**GREEDY)
    assert again.system_fingerprint is not None
    assert again.system_fingerprint.startswith("minerva-")
    assert again.usage is not None
    assert again.usage.prompt_tokens_details is not None
    assert again.usage.prompt_tokens_details.cached_tokens == again.usage.prompt_tokens - 1


def test_several_choices_differ_and_repeat_with_their_seed(sdk: openai.OpenAI) -> None:
    asked: Any = {**GREEDY, "temperature": 1.5, "seed": 3, "n": 3}
    first, again = (sdk.chat.completions.create(**asked) for _ in range(2))
    texts = [choice.message.content for choice in first.choices]
    assert [choice.index for choice in first.choices] == [0, 1, 2]
    assert len(set(texts)) == 3
    assert texts == [choice.message.content for choice in again.choices]


def test_streamed_choices_are_told_apart(sdk: openai.OpenAI) -> None:
    chunks = list(sdk.chat.completions.create(**{**GREEDY, "n": 2}, stream=True))
    ends = [c.choices[0].index for c in chunks if c.choices[0].finish_reason]
    texts = ["".join(c.choices[0].delta.content or "" for c in chunks if c.choices[0].index == i) for i in range(2)]
    assert sorted(ends) == [0, 1]
    assert texts[0] == texts[1] != ""


def test_logprobs_cover_the_text_and_are_sorted(sdk: openai.OpenAI) -> None:
    answer = sdk.chat.completions.create(**GREEDY, logprobs=True, top_logprobs=4)
    logprobs = answer.choices[0].logprobs
    assert logprobs is not None
    assert logprobs.content is not None
    assert answer.usage is not None
    assert len(logprobs.content) == answer.usage.completion_tokens
    for token in logprobs.content:
        assert token.logprob <= 0
        alternatives = [other.logprob for other in token.top_logprobs]
        assert len(alternatives) == 4
        assert alternatives == sorted(alternatives, reverse=True)
        # Greedy: the token is the likeliest.
        assert token.logprob == pytest.approx(alternatives[0])
    pieces = b"".join(bytes(token.bytes or []) for token in logprobs.content).decode("utf-8", "replace")
    assert pieces.strip().startswith((answer.choices[0].message.content or "").strip()[:8])


def test_stop_ends_the_text_before_it(sdk: openai.OpenAI) -> None:
    whole = sdk.chat.completions.create(**GREEDY).choices[0].message.content or ""
    stop = whole[5:8]
    cut = sdk.chat.completions.create(**GREEDY, stop=stop).choices[0]
    assert cut.message.content == whole[: whole.index(stop)]
    assert cut.finish_reason == "stop"


def test_a_completion_takes_text_tokens_and_lists(sdk: openai.OpenAI) -> None:
    prompts: list[Any] = ["Once upon a time", [300, 301, 302], ["a cat", "a dog"], [[300], [301]]]
    for prompt in prompts:
        answer = sdk.completions.create(model="tiny", prompt=prompt, max_tokens=4, temperature=0)
        assert answer.object == "text_completion"
        assert [choice.index for choice in answer.choices] == (
            [0, 1] if isinstance(prompt[0], list | str) and not isinstance(prompt, str) else [0]
        )


def test_each_prompt_has_its_choices_in_order(sdk: openai.OpenAI) -> None:
    both = sdk.completions.create(
        model="tiny", prompt=["a cat", "the sun"], n=2, max_tokens=6, temperature=0, echo=True
    )
    texts = [choice.text for choice in sorted(both.choices, key=lambda choice: choice.index)]
    assert [text.startswith("a cat") for text in texts] == [True, True, False, False]
    assert [text.startswith("the sun") for text in texts] == [False, False, True, True]
    assert texts[0] == texts[1]
    chunks = list(
        sdk.completions.create(
            model="tiny", prompt=["a cat", "the sun"], n=2, max_tokens=6, temperature=0, echo=True, stream=True
        )
    )
    streamed = ["".join(c.choices[0].text for c in chunks if c.choices[0].index == index) for index in range(4)]
    assert streamed == texts


def test_echo_with_logprobs_scores_the_prompt(sdk: openai.OpenAI) -> None:
    answer = sdk.completions.create(model="tiny", prompt="a little cat", max_tokens=0, echo=True, logprobs=2)
    [choice] = answer.choices
    assert choice.text == "a little cat"
    assert choice.logprobs is not None
    assert choice.logprobs.token_logprobs is not None
    assert choice.logprobs.text_offset is not None
    first: object = choice.logprobs.token_logprobs[0]
    assert first is None
    assert all(logprob <= 0 for logprob in choice.logprobs.token_logprobs[1:])
    assert choice.logprobs.text_offset == sorted(choice.logprobs.text_offset)
    assert choice.logprobs.text_offset[-1] < len(choice.text)


def test_models_are_listed_and_found(sdk: openai.OpenAI) -> None:
    names = {model.id for model in sdk.models.list()}
    assert {"tiny", "other"} <= names
    assert "broken" not in names
    assert sdk.models.retrieve("tiny").id == "tiny"


def test_errors_are_the_clients_own(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as missing:
        sdk.chat.completions.create(**{**GREEDY, "model": "nope"})
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        sdk.models.retrieve("nope")
    with pytest.raises(openai.BadRequestError) as wrong:
        sdk.chat.completions.create(**{**GREEDY, "temperature": 9})
    assert wrong.value.param == "temperature"
    with pytest.raises(openai.BadRequestError) as unknown:
        sdk.chat.completions.create(**GREEDY, extra_body={"temprature": 1})
    assert "did you mean `temperature`" in unknown.value.message
    with pytest.raises(openai.InternalServerError):
        sdk.chat.completions.create(**{**GREEDY, "model": "broken"})


def test_a_full_queue_is_a_rate_limit(models_folder: Any) -> None:
    load = {"max_sequences": 1, "queue_limit": 1}
    with (
        live_server(models_folder, load=load) as server,
        openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as sdk,
    ):
        long: Any = {**GREEDY, "max_tokens": 400, "stream": True, "extra_body": {"ignore_eos": True}}
        first = sdk.chat.completions.create(**long)
        next(iter(first))
        with pytest.raises(openai.RateLimitError) as refused:
            # One runs; of eight more, one may wait.
            sdk.chat.completions.create(**{**GREEDY, "n": 8, "max_tokens": 2})
        first.close()
    assert refused.value.code == "rate_limit_exceeded"
    assert int(refused.value.response.headers["retry-after"]) >= 1


def test_a_wrong_key_is_refused(models_folder: Any) -> None:
    with live_server(models_folder, {"api_key": "secret"}) as server:
        wrong = openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0)
        right = openai.OpenAI(base_url=f"{server.url}/v1", api_key="secret", max_retries=0)
        with wrong, right:
            with pytest.raises(openai.AuthenticationError) as refused:
                wrong.models.list()
            assert right.models.list().data
        assert httpx.get(f"{server.url}/health").status_code == 200
    assert refused.value.code == "invalid_api_key"


async def test_the_asynchronous_client_streams_and_may_stop(server: LiveServer) -> None:
    async with openai.AsyncOpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as sdk:
        stream = await sdk.chat.completions.create(**GREEDY, stream=True)
        texts = [chunk.choices[0].delta.content async for chunk in stream]
        assert any(texts)
