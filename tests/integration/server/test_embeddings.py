"""Embeddings and reranking through the official clients, from models that write and from those that only read."""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import httpx
import numpy as np
import ollama
import openai
import pytest

from tests.integration.server.conftest import EXACT
from tests.integration.server.live import LiveServer, live_server, wait_until
from tests.support.tiny_encoder import SIZE, write_tiny_encoder

TEXTS = ["the cat and the dog", "once upon a time", "a big red bird", "mom said no"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("embedding")
    shutil.copy(tiny_model, folder / "tiny.gguf")
    write_tiny_encoder(folder / "encoder.gguf", context=512)
    write_tiny_encoder(folder / "ranker.gguf", pooling=gguf.PoolingType.RANK)
    with live_server(folder, default_model="encoder", load=EXACT) as server:
        yield server


@pytest.fixture(scope="module")
def sdk(server: LiveServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as client:
        yield client


@pytest.fixture(scope="module")
def local(server: LiveServer) -> Iterator[ollama.Client]:
    with ollama.Client(server.url, timeout=60, trust_env=False) as client:
        yield client


def post(server: LiveServer, path: str, **body: Any) -> httpx.Response:
    return httpx.post(f"{server.url}{path}", json=body, timeout=60, trust_env=False)


@pytest.mark.parametrize(("model", "size"), [("encoder", SIZE), ("tiny", 64)])
def test_openais_client(sdk: openai.OpenAI, model: str, size: int) -> None:
    # The client asks for base64 by itself, and turns it into numbers.
    answer = sdk.embeddings.create(model=model, input=TEXTS)
    assert (answer.object, answer.model) == ("list", model)
    assert [(item.object, item.index, len(item.embedding)) for item in answer.data] == [
        ("embedding", index, size) for index in range(4)
    ]
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 12
    for item in answer.data:
        assert np.linalg.norm(item.embedding) == pytest.approx(1, abs=1e-5)
    numbers = sdk.embeddings.create(model=model, input=TEXTS[1], encoding_format="float", user="somebody")
    np.testing.assert_allclose(numbers.data[0].embedding, answer.data[1].embedding, atol=1e-4)
    short = sdk.embeddings.create(model=model, input=TEXTS[1], dimensions=8).data[0].embedding
    expected = np.array(answer.data[1].embedding[:8])
    np.testing.assert_allclose(short, expected / np.linalg.norm(expected), atol=1e-4)


def test_token_ids(sdk: openai.OpenAI) -> None:
    one = sdk.embeddings.create(model="encoder", input=[2, 60, 70, 3])
    two = sdk.embeddings.create(model="encoder", input=[[2, 60, 70, 3], [2, 60, 3]])
    assert (one.usage.prompt_tokens, two.usage.prompt_tokens) == (4, 7)
    np.testing.assert_allclose(one.data[0].embedding, two.data[0].embedding, atol=1e-4)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"input": ""}, "`input`"),
        ({"input": ["Hi", ""]}, "`input[1]`"),
        ({"input": [5, 100_000]}, "token id 100000"),
        ({"input": "Hi", "dimensions": SIZE + 1}, "1 to 32"),
        ({"input": "Hi", "dimensions": 0}, "`dimensions`"),
        ({"input": "Hi", "model": "ranker"}, "gives no embeddings"),
    ],
)
def test_a_mistake_is_the_clients_own_error(sdk: openai.OpenAI, fields: dict[str, Any], words: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.embeddings.create(**({"model": "encoder"} | fields))
    assert words in caught.value.message
    assert caught.value.param in {"input", "input[1]", "dimensions", "model"}


def test_a_model_that_is_not_there(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        sdk.embeddings.create(model="nobody", input="Hi")


def test_what_is_too_long_is_an_error_unless_it_may_be_cut(sdk: openai.OpenAI, server: LiveServer) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.embeddings.create(model="encoder", input=["Hi", "tree " * 600])
    assert caught.value.code == "context_length_exceeded"
    assert isinstance(caught.value.body, dict)
    assert (caught.value.body["maximum"], caught.value.body["required"]) == (512, 602)
    answer = sdk.embeddings.create(model="encoder", input=["Hi", "tree " * 600], extra_body={"truncate": True})
    assert answer.model_extra == {"truncated": [{"index": 1, "tokens": 512, "dropped_tokens": 90}]}

    def logged() -> list[dict[str, Any]]:
        # Others on this server cut one text each.
        return [line for line in server.log("request") if line.get("cut_tokens") == 90 and line["inputs"] == 2]

    wait_until(lambda: bool(logged()), 5)
    (line,) = logged()
    assert (line["outcome"], line["prompt_tokens"]) == ("finished", answer.usage.prompt_tokens)


def test_a_model_that_only_reads_is_not_asked_to_write(sdk: openai.OpenAI) -> None:
    for model in ("encoder", "ranker"):
        with pytest.raises(openai.BadRequestError, match="writes no text") as caught:
            sdk.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hi"}])
        assert caught.value.param == "model"


def test_what_each_can_do_is_listed(sdk: openai.OpenAI, local: ollama.Client) -> None:
    listed = {model.id: model.model_extra or {} for model in sdk.models.list()}
    assert listed["encoder"] == {"context_length": 512, "capabilities": ["embedding"]}
    assert listed["ranker"]["capabilities"] == ["rerank"]
    assert listed["tiny"]["capabilities"] == ["completion", "embedding"]
    assert local.show("encoder").capabilities == ["embedding"]
    assert local.show("tiny").capabilities == ["completion"]


def test_ollamas_client(local: ollama.Client, sdk: openai.OpenAI) -> None:
    answer = local.embed("encoder", TEXTS)
    same = sdk.embeddings.create(model="encoder", input=TEXTS)
    assert answer.model == "encoder"
    assert answer.prompt_eval_count == same.usage.prompt_tokens
    assert answer.total_duration is not None
    assert answer.load_duration is not None
    assert answer.total_duration > answer.load_duration >= 0
    np.testing.assert_allclose(answer.embeddings, [item.embedding for item in same.data], atol=1e-4)
    few = local.embed("encoder", TEXTS[0], dimensions=4, options={"temperature": 0.5}, keep_alive="5m").embeddings
    assert [len(one) for one in few] == [4]
    assert np.linalg.norm(few[0]) == pytest.approx(1, abs=1e-5)


def test_ollama_cuts_unless_told_not_to(local: ollama.Client, server: LiveServer) -> None:
    answer = post(server, "/api/embed", model="encoder", input=["tree " * 600]).json()
    assert answer["truncated"] == [{"index": 0, "tokens": 512, "dropped_tokens": 90}]
    assert answer["prompt_eval_count"] == 512
    assert local.embed("encoder", "tree " * 600, options={"num_ctx": 20}).prompt_eval_count == 20
    with pytest.raises(ollama.ResponseError, match="has 602 tokens") as caught:
        local.embed("encoder", "tree " * 600, truncate=False)
    assert caught.value.status_code == 400
    with pytest.raises(ollama.ResponseError, match="context window"):
        local.embed("encoder", "tree", options={"num_ctx": 1000})


def test_ollamas_older_route_scales_nothing(local: ollama.Client) -> None:
    raw = np.array(local.embeddings("encoder", TEXTS[0]).embedding)
    assert abs(np.linalg.norm(raw) - 1) > 0.1
    np.testing.assert_allclose(raw / np.linalg.norm(raw), local.embed("encoder", TEXTS[0]).embeddings[0], atol=1e-4)


def test_ollama_loads_without_anything_to_read(server: LiveServer) -> None:
    assert post(server, "/api/embed", model="encoder").json() == {"model": "encoder", "embeddings": []}
    assert post(server, "/api/embed", model="encoder", input=[]).json() == {"model": "encoder", "embeddings": []}
    assert post(server, "/api/embeddings", model="encoder", prompt="").json() == {"embedding": []}


def test_rerank(server: LiveServer) -> None:
    raw = post(server, "/v1/rerank", model="ranker", query="my cat", documents=TEXTS, raw_scores=True).json()["results"]
    body = {"model": "ranker", "query": "my cat", "documents": [TEXTS[0], {"text": TEXTS[1]}, *TEXTS[2:]]}
    answer = post(server, "/v1/rerank", **body, top_n=3, return_documents=True).json()
    assert [result["index"] for result in answer["results"]] == [result["index"] for result in raw][:3]
    assert [result["document"]["text"] for result in answer["results"]] == [TEXTS[one["index"]] for one in raw[:3]]
    scores = [result["relevance_score"] for result in answer["results"]]
    expected = [1 / (1 + math.exp(-result["relevance_score"])) for result in raw[:3]]
    assert scores == sorted(scores, reverse=True) == pytest.approx(expected, abs=1e-3)
    assert answer["usage"]["total_tokens"] > 16


@pytest.mark.parametrize("path", ["/rerank", "/reranking", "/v1/reranking", "/v2/rerank"])
def test_rerank_has_more_paths(server: LiveServer, path: str) -> None:
    body = {"model": "ranker", "query": "my cat", "documents": TEXTS}
    usual, other = (post(server, one, **body).json() for one in ("/v1/rerank", path))
    assert other | {"id": ""} == usual | {"id": ""}
    refused = post(server, path, **body | {"documents": []})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "documents")


def test_rerank_by_a_model_that_is_no_reranker(server: LiveServer) -> None:
    for model in ("encoder", "tiny"):
        refused = post(server, "/v1/rerank", model=model, query="my cat", documents=TEXTS)
        assert refused.status_code == 400
        assert refused.json()["error"]["param"] == "model"
        assert "Name a reranker" in refused.json()["error"]["message"]
    long = post(server, "/v1/rerank", model="ranker", query="my cat", documents=["a", "tree " * 200]).json()["error"]
    assert long["code"] == "context_length_exceeded"
    assert "`documents[1]`" in long["message"]


def test_a_client_who_leaves_stops_the_work(server: LiveServer) -> None:
    body = {"model": "encoder", "input": ["tree " * 500] * 2000}
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{server.url}/v1/embeddings", json=body, timeout=httpx.Timeout(60, read=0.5), trust_env=False)
    wait_until(lambda: any(_is_cancelled(line) for line in server.log("request")), 20)


def _is_cancelled(line: dict[str, Any]) -> bool:
    return bool(line["outcome"] == "cancelled" and line["inputs"] == 2000)


def test_metrics_count_it(server: LiveServer) -> None:
    names = ('requests_total{model="encoder",outcome="finished"}', 'embedded_inputs_total{model="encoder"}')
    before = [metric(server, name) for name in names]
    post(server, "/v1/embeddings", model="encoder", input=TEXTS)
    after = [metric(server, name) for name in names]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, len(TEXTS)]


def metric(server: LiveServer, name: str) -> float:
    text = httpx.get(f"{server.url}/metrics", timeout=60, trust_env=False).text
    name = f"minerva_{name} "
    return sum(float(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name))
