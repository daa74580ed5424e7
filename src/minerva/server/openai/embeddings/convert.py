"""Bodies of embeddings and reranking into the neutral request, and what comes of it into answers. Pure."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator

from msgspec import UNSET

from minerva.core.embedding import Embedding, Embeddings, EmbedRequest
from minerva.server.openai.embeddings.answers import (
    EmbeddingAnswer,
    EmbeddingList,
    EmbeddingUsage,
    RerankAnswer,
    RerankDocument,
    RerankResult,
    TruncatedInput,
)
from minerva.server.openai.embeddings.schema import EmbeddingRequest, RerankRequest


def embed_request(body: EmbeddingRequest, request_id: str) -> EmbedRequest:
    """Return what a request for embeddings asks for."""
    return EmbedRequest(
        request_id=request_id,
        inputs=tuple(one if isinstance(one, str) else tuple(one) for one in body.input),
        model=body.model or None,
        dimensions=body.dimensions,
        truncate=bool(body.truncate),
        keep_alive_s=body.keep_alive,
        timeout_s=body.timeout,
    )


def rerank_request(body: RerankRequest, request_id: str) -> EmbedRequest:
    """Return what a request to rerank asks for."""
    return EmbedRequest(
        request_id=request_id,
        inputs=tuple(body.documents),
        model=body.model or None,
        query=body.query,
        normalize=False,
        field="documents",
        keep_alive_s=body.keep_alive,
        timeout_s=body.timeout,
    )


def embedding_list(made: Embeddings) -> EmbeddingList:
    """Return the answer to a request for embeddings, but for its `data`."""
    cut = [TruncatedInput(index, item.tokens, item.cut) for index, item in enumerate(made.items) if item.cut]
    return EmbeddingList([], made.model, _usage(made), cut or UNSET)


def embedding_answers(made: Embeddings, body: EmbeddingRequest) -> Iterator[EmbeddingAnswer]:
    """Yield the `data` of that answer, which may be long."""
    as_text = body.encoding_format == "base64"
    for index, item in enumerate(made.items):
        yield EmbeddingAnswer(index, base64.b64encode(item.vector).decode() if as_text else item.numbers())


def rerank_answer(made: Embeddings, body: RerankRequest) -> RerankAnswer:
    """Return the answer to a request to rerank; documents of one score stand in the order of the request."""
    scores = [_score(item, raw=bool(body.raw_scores)) for item in made.items]
    order = sorted(range(len(scores)), key=lambda index: -scores[index])
    results = [
        RerankResult(index, scores[index], RerankDocument(body.documents[index]) if body.return_documents else UNSET)
        for index in order[: body.top_n]
    ]
    return RerankAnswer(f"rerank-{made.request_id}", made.model, results, _usage(made))


def _score(item: Embedding, *, raw: bool) -> float:
    """Return how relevant a document is: 0 to 1, unless the score is to be `raw`.

    A classifier with one output gives a logit. Of several outputs the first counts, and llama.cpp has made a
    probability of it already.
    """
    first, *others = item.numbers()
    if raw or others:
        return first
    return 1 / (1 + math.exp(-first)) if first >= 0 else math.exp(first) / (1 + math.exp(first))


def _usage(made: Embeddings) -> EmbeddingUsage:
    return EmbeddingUsage(made.tokens, made.tokens)
