"""Ollama's embeddings: bodies, the neutral request, answers."""

from __future__ import annotations

import json
import struct
from typing import Any

import msgspec
import pytest

from minerva.core.embedding import Embedding, Embeddings, EmbedRequest
from minerva.core.errors import InvalidRequest
from minerva.core.event import Timings
from minerva.core.request import FOREVER
from minerva.server.ollama.embed_convert import embed_answer, embed_request, embeddings_request
from minerva.server.ollama.embed_schema import OllamaEmbeddingsRequest, OllamaEmbedRequest


def new(**fields: Any) -> OllamaEmbedRequest:
    return OllamaEmbedRequest.decode(json.dumps({"model": "m", **fields}).encode())


def old(**fields: Any) -> OllamaEmbeddingsRequest:
    return OllamaEmbeddingsRequest.decode(json.dumps({"model": "m", **fields}).encode())


def test_what_is_asked_for_arrives() -> None:
    usual = EmbedRequest(request_id="r", inputs=("Hi",), model="m", truncate=True)
    assert embed_request(new(input="Hi"), "r") == usual
    assert embed_request(new(input=["Hi"], dimensions=0, options={"temperature": 9}), "r") == usual
    fields = {"input": ["Hi", ""], "truncate": False, "dimensions": 5.0, "options": {"num_ctx": 64}, "keep_alive": -1}
    assert embed_request(new(**fields), "r") == EmbedRequest(
        request_id="r", inputs=("Hi", ""), model="m", dimensions=5, context_length=64, keep_alive_s=FOREVER
    )


@pytest.mark.parametrize("given", [{}, {"input": ""}, {"input": []}, {"input": None}])
def test_without_texts_the_model_alone_is_asked_for(given: dict[str, Any]) -> None:
    assert embed_request(new(**given), "r").inputs == ()


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"input": 3}, "input"),
        ({"input": ["Hi", 3]}, "input[1]"),
        ({"dimensions": -1}, "dimensions"),
        ({"options": {"num_ctx": 0}}, "options.num_ctx"),
        ({"options": {"embedding_only": True}}, "options.embedding_only"),
        ({"prompt": "Hi"}, "prompt"),
        ({"model": ""}, "model"),
    ],
)
def test_every_wrong_field_is_named(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        new(**fields)
    assert caught.value.param == param


def test_the_older_route_takes_one_prompt_and_scales_and_cuts_nothing() -> None:
    assert embeddings_request(old(prompt="Hi"), "r") == EmbedRequest(
        request_id="r", inputs=("Hi",), model="m", normalize=False, field="prompt"
    )
    assert embeddings_request(old(), "r").inputs == embeddings_request(old(prompt=""), "r").inputs == ()


def test_the_answer_has_nanoseconds_and_says_what_was_cut() -> None:
    items = (Embedding(struct.pack("<2f", 0.5, 1), 3), Embedding(struct.pack("<2f", 1, 0), 8, 5))
    made = Embeddings("r", "m", items, Timings(load_s=0.5, total_s=2.0))
    assert msgspec.to_builtins(embed_answer(made, new(input=["a", "b"]))) == {
        "model": "m",
        "embeddings": [],
        "total_duration": 2_000_000_000,
        "load_duration": 500_000_000,
        "prompt_eval_count": 11,
        "truncated": [{"index": 1, "tokens": 8, "dropped_tokens": 5}],
    }
