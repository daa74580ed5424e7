"""LangChain and LiteLLM embed and rerank against a live server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from tests.integration.server.live import LiveServer, live_server
from tests.support.tiny_encoder import SIZE, write_tiny_encoder

# What other projects warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("default")

TEXTS = ["the cat and the dog", "once upon a time"]


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """An embedding model and a reranker."""
    folder: Path = tmp_path_factory.mktemp("readers")
    write_tiny_encoder(folder / "encoder.gguf")
    write_tiny_encoder(folder / "ranker.gguf", pooling=gguf.PoolingType.RANK)
    with live_server(folder, default_model="encoder", load={"threads": 1}) as server:
        yield server


@pytest.fixture
def litellm(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The library, kept from fetching a list of prices when it is imported."""
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
    return pytest.importorskip("litellm", reason="LiteLLM is not installed: make test-clients")


@pytest.mark.parametrize("package", ["openai", "ollama"])
def test_langchain_embeds(package: str, request: pytest.FixtureRequest) -> None:
    module = pytest.importorskip(f"langchain_{package}", reason="LangChain is not installed: make test-clients")
    server: LiveServer = request.getfixturevalue("readers")
    if package == "openai":
        # Otherwise it sends the token ids of OpenAI's tokenizer (docs/guides/openai.md).
        options = {"base_url": f"{server.url}/v1", "api_key": "none", "check_embedding_ctx_length": False}
        embeddings = module.OpenAIEmbeddings(model="encoder", **options)
    else:
        embeddings = module.OllamaEmbeddings(model="encoder", base_url=server.url)
    both = np.array(embeddings.embed_documents(TEXTS))
    assert both.shape == (2, SIZE)
    np.testing.assert_allclose(np.linalg.norm(both, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(embeddings.embed_query(TEXTS[1]), both[1], atol=1e-2)


@pytest.mark.parametrize("provider", ["openai", "ollama"])
def test_litellm_embeds(provider: str, litellm: Any, readers: LiveServer) -> None:
    base = f"{readers.url}/v1" if provider == "openai" else readers.url
    answer = litellm.embedding(model=f"{provider}/encoder", input=TEXTS, api_base=base, api_key="none")
    assert [len(item["embedding"]) for item in answer.data] == [SIZE, SIZE]
    assert answer.usage.prompt_tokens > 4


@pytest.mark.parametrize("provider", ["cohere", "jina_ai", "hosted_vllm"])
def test_litellm_reranks(provider: str, litellm: Any, readers: LiveServer) -> None:
    answer = litellm.rerank(
        model=f"{provider}/ranker", query="my cat", documents=TEXTS, top_n=1, api_base=readers.url, api_key="none"
    )
    (best,) = answer.results
    assert best["index"] in {0, 1}
    assert 0 <= best["relevance_score"] <= 1
