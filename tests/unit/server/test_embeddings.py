"""Embeddings and reranking in the OpenAI style: bodies, the neutral request, answers."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import msgspec
import pytest

from minerva.core.embedding import Embedding, Embeddings, EmbedRequest
from minerva.core.errors import InvalidRequest
from minerva.core.event import Timings
from minerva.server.openai.embeddings.convert import (
    embed_request,
    embedding_answers,
    embedding_list,
    rerank_answer,
    rerank_request,
)
from minerva.server.openai.embeddings.schema import EmbeddingRequest, RerankRequest


def embedding_body(**fields: Any) -> EmbeddingRequest:
    return EmbeddingRequest.decode(json.dumps({"input": "Hi", **fields}).encode())


def rerank_body(**fields: Any) -> RerankRequest:
    return RerankRequest.decode(json.dumps({"query": "q", "documents": ["a", "b", "c"], **fields}).encode())


def made(*items: tuple[float, ...], cut: int = 0) -> Embeddings:
    found = tuple(Embedding(struct.pack(f"<{len(item)}f", *item), 4, cut) for item in items)
    return Embeddings("r", "m", found, Timings())


@pytest.mark.parametrize(
    ("given", "inputs"),
    [
        ("Hi", ("Hi",)),
        (["Hi", "Ho"], ("Hi", "Ho")),
        ([1, 2], ((1, 2),)),
        ([[1, 2], [3]], ((1, 2), (3,))),
        (["Hi", [3]], ("Hi", (3,))),
    ],
)
def test_every_form_of_input(given: object, inputs: tuple[str | tuple[int, ...], ...]) -> None:
    assert embed_request(embedding_body(input=given), "r").inputs == inputs


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("", "input"),
        ([], "input"),
        (None, "input"),
        (7, "input"),
        (["Hi", ""], "input[1]"),
        (["Hi", []], "input[1]"),
        (["Hi", 3], "input[1]"),
        ([[1, -1]], "input[0]"),
        ([[1, True]], "input[0]"),
        ([2**31], "input[0]"),
        ([{"text": "Hi"}], "input[0]"),
        (["Hi"] * 2049, "input"),
    ],
)
def test_every_wrong_input_is_named(given: object, field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        embedding_body(input=given)
    assert caught.value.param == field


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"dimensions": 0}, "dimensions"),
        ({"dimensions": 2.5}, "dimensions"),
        ({"encoding_format": "int8"}, "encoding_format"),
        ({"truncate": "END"}, "truncate"),
        ({"timeout": 0}, "timeout"),
        ({"inputs": ["Hi"]}, "inputs"),
    ],
)
def test_every_wrong_field_is_named(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        embedding_body(**fields)
    assert caught.value.param == param


def test_what_is_asked_for_arrives() -> None:
    assert embed_request(embedding_body(model="", user="u"), "r") == EmbedRequest(request_id="r", inputs=("Hi",))
    body = embedding_body(model="m", dimensions=2, truncate=True, keep_alive="5m", timeout=3)
    assert embed_request(body, "r") == EmbedRequest(
        request_id="r",
        inputs=("Hi",),
        model="m",
        dimensions=2,
        truncate=True,
        keep_alive_s=300.0,
        timeout_s=3.0,
    )


def test_numbers_and_base64_say_the_same() -> None:
    vectors = made((0.5, -1.25), (1, 0))
    for fields in ({"encoding_format": "float"}, {}):
        plain = list(embedding_answers(vectors, embedding_body(**fields)))
        assert msgspec.to_builtins(plain) == [
            {"object": "embedding", "index": 0, "embedding": [0.5, -1.25]},
            {"object": "embedding", "index": 1, "embedding": [1.0, 0.0]},
        ]
    coded = next(embedding_answers(vectors, embedding_body(encoding_format="base64"))).embedding
    assert isinstance(coded, str)
    assert struct.unpack("<2f", base64.b64decode(coded)) == (0.5, -1.25)


def test_what_was_cut_is_said() -> None:
    usual = {"object": "list", "data": [], "model": "m", "usage": {"prompt_tokens": 4, "total_tokens": 4}}
    assert msgspec.to_builtins(embedding_list(made((1.0,)))) == usual
    cut = {"truncated": [{"index": 0, "tokens": 4, "dropped_tokens": 3}]}
    assert msgspec.to_builtins(embedding_list(made((1.0,), cut=3))) == usual | cut


def test_a_request_to_rerank() -> None:
    body = rerank_body(documents=["a", {"text": "b"}], model="m")
    assert rerank_request(body, "r") == EmbedRequest(
        request_id="r", inputs=("a", "b"), model="m", query="q", normalize=False, field="documents"
    )


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"query": ""}, "query"),
        ({"documents": []}, "documents"),
        ({"documents": ["a", ""]}, "documents[1]"),
        ({"documents": [{"title": "a"}]}, "documents[0]"),
        ({"documents": [{"text": "a", "title": "b"}]}, "documents[0]"),
        ({"top_n": 0}, "top_n"),
        ({"max_tokens_per_doc": 9}, "max_tokens_per_doc"),
        ({"rank_fields": ["title"]}, "rank_fields"),
        ({"texts": ["a"]}, "texts"),
    ],
)
def test_every_wrong_field_of_a_rerank_is_named(fields: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        rerank_body(**fields)
    assert caught.value.param == param


def test_what_asks_for_nothing_is_let_pass() -> None:
    fields: dict[str, Any] = {"max_tokens_per_doc": None, "max_chunks_per_doc": None, "rank_fields": [], "top_n": None}
    assert rerank_request(rerank_body(**fields), "r") == rerank_request(rerank_body(), "r")


def test_the_best_come_first_with_scores_from_0_to_1() -> None:
    answer = msgspec.to_builtins(rerank_answer(made((-2.0,), (800.0,), (-800.0,)), rerank_body()))
    assert answer == {
        "object": "list",
        "id": "rerank-r",
        "model": "m",
        "results": [
            {"index": 1, "relevance_score": 1.0},
            {"index": 0, "relevance_score": pytest.approx(0.1192029)},
            {"index": 2, "relevance_score": pytest.approx(0.0)},
        ],
        "usage": {"prompt_tokens": 12, "total_tokens": 12},
    }


def test_raw_scores_and_those_of_several_classes_stay_as_they_are() -> None:
    raw = rerank_answer(made((-2.0,), (3.5,), (0.0,)), rerank_body(raw_scores=True))
    assert [(result.index, result.relevance_score) for result in raw.results] == [(1, 3.5), (2, 0.0), (0, -2.0)]
    classes = rerank_answer(made((0.25, 0.75), (0.5, 0.5), (0.5, 0.5)), rerank_body())
    assert [(result.index, result.relevance_score) for result in classes.results] == [(1, 0.5), (2, 0.5), (0, 0.25)]


def test_the_best_few_with_their_texts() -> None:
    body = rerank_body(documents=["a", {"text": "b"}, "c"], top_n=2, return_documents=True)
    answer = msgspec.to_builtins(rerank_answer(made((0.0,), (3.0,), (1.0,)), body))
    assert [(one["index"], one["document"]) for one in answer["results"]] == [(1, {"text": "b"}), (2, {"text": "c"})]
