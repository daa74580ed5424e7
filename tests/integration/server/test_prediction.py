"""OpenAI's `prediction`, through the official client."""

from __future__ import annotations

from typing import Any

import httpx
import openai
import pytest

from tests.integration.server.live import LiveServer

ASKED: Any = {
    "model": "tiny",
    "messages": [{"role": "user", "content": "Once upon a time there was a little girl"}],
    "temperature": 0,
    "max_tokens": 60,
    "extra_body": {"cache_prompt": False},
}


def predicted(content: str | list[dict[str, str]]) -> Any:
    return {"type": "content", "content": content}


def details_of(usage: Any) -> tuple[int, int]:
    details = usage.completion_tokens_details
    return details.accepted_prediction_tokens, details.rejected_prediction_tokens


def test_the_answer_is_the_same_and_what_was_accepted_is_counted(
    sdk: openai.OpenAI, http: httpx.Client, server: LiveServer
) -> None:
    plain = sdk.chat.completions.create(**ASKED)
    text = plain.choices[0].message.content or ""
    assert details_of(plain.usage) == (0, 0)
    for content in (text, [{"type": "text", "text": text[:20]}, {"type": "text", "text": text[20:]}]):
        server.wait_until_idle()
        answer: Any = sdk.chat.completions.create(**ASKED, prediction=predicted(content))
        assert answer.choices[0].message.content == text
        accepted, rejected = details_of(answer.usage)
        assert 20 < accepted <= answer.usage.completion_tokens == plain.usage.completion_tokens
        timings = answer.model_extra["timings"]
        assert (timings["draft_n"], timings["draft_n_accepted"]) == (accepted + rejected, accepted)
    assert 'minerva_draft_tokens_total{model="tiny",outcome="accepted"}' in http.get("/metrics").text


def test_a_stream_of_several_choices_with_logprobs(sdk: openai.OpenAI, server: LiveServer) -> None:
    asked: Any = {**ASKED, "n": 2, "logprobs": True}
    plain = sdk.chat.completions.create(**asked)
    server.wait_until_idle()
    foretold = predicted(plain.choices[0].message.content or "")
    options: Any = {"include_usage": True}
    chunks: list[Any] = list(
        sdk.chat.completions.create(**asked, prediction=foretold, stream=True, stream_options=options)
    )
    for choice in plain.choices:
        pieces = [chunk.choices[0] for chunk in chunks if chunk.choices and chunk.choices[0].index == choice.index]
        assert "".join(piece.delta.content or "" for piece in pieces) == choice.message.content
        reported = [token.token for piece in pieces if piece.logprobs for token in piece.logprobs.content or ()]
        assert reported == [token.token for token in (choice.logprobs and choice.logprobs.content) or ()]
    # How much two that run together draft is a matter of the machine.
    assert details_of(chunks[-1].usage)[0] <= chunks[-1].usage.completion_tokens


def test_a_wrong_and_an_empty_one_change_nothing(sdk: openai.OpenAI) -> None:
    plain = sdk.chat.completions.create(**ASKED)
    for content in ("zebra quokka 12345 " * 20, ""):
        answer = sdk.chat.completions.create(**ASKED, prediction=predicted(content))
        assert answer.choices[0].message.content == plain.choices[0].message.content


@pytest.mark.parametrize(
    ("prediction", "param"),
    [
        ("a text", "prediction"),
        ({"type": "text", "content": "a"}, "prediction.type"),
        ({"type": "content"}, "prediction.content"),
        ({"type": "content", "content": 5}, "prediction.content"),
        ({"type": "content", "content": [{"type": "image_url"}]}, "prediction.content"),
        ({"type": "content", "content": [{"type": "text"}]}, "prediction.content[0].text"),
        ({"type": "content", "content": "a", "weight": 1}, "prediction.weight"),
    ],
)
def test_what_is_no_prediction_is_refused_by_name(sdk: openai.OpenAI, prediction: Any, param: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        sdk.chat.completions.create(**ASKED, prediction=prediction)
    assert refused.value.param == param
