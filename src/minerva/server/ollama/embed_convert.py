"""Requests for embeddings of the Ollama API into the neutral one, and what comes of it into answers. Pure."""

from __future__ import annotations

from msgspec import UNSET

from minerva.core.embedding import Embeddings, EmbedRequest
from minerva.server.ollama.embed_answers import OllamaEmbedAnswer, OllamaTruncatedInput
from minerva.server.ollama.embed_schema import OllamaEmbeddingBody, OllamaEmbeddingsRequest, OllamaEmbedRequest

_NS = 1_000_000_000


def embed_request(body: OllamaEmbedRequest, request_id: str) -> EmbedRequest:
    """Return what /api/embed asks for; without texts, the model alone."""
    texts = tuple(body.input or ())
    return EmbedRequest(
        request_id=request_id,
        inputs=() if texts == ("",) else texts,
        model=body.model,
        dimensions=body.dimensions or None,
        truncate=body.truncate is not False,
        context_length=context_length(body),
        keep_alive_s=body.keep_alive,
    )


def embeddings_request(body: OllamaEmbeddingsRequest, request_id: str) -> EmbedRequest:
    """Return what /api/embeddings asks for: as in Ollama the vector is not scaled, and nothing is cut."""
    return EmbedRequest(
        request_id=request_id,
        inputs=(body.prompt,) if body.prompt else (),
        model=body.model,
        normalize=False,
        field="prompt",
        context_length=context_length(body),
        keep_alive_s=body.keep_alive,
    )


def context_length(body: OllamaEmbeddingBody) -> int | None:
    """Return the most tokens that a text may have, where the request says so."""
    return None if body.options is None else body.options.num_ctx


def embed_answer(made: Embeddings, body: OllamaEmbedRequest) -> OllamaEmbedAnswer:
    """Return the answer of /api/embed, but for its `embeddings`."""
    cut = [OllamaTruncatedInput(index, item.tokens, item.cut) for index, item in enumerate(made.items) if item.cut]
    return OllamaEmbedAnswer(
        model=body.model,
        embeddings=[],
        total_duration=int(made.timings.total_s * _NS),
        load_duration=int(made.timings.load_s * _NS),
        prompt_eval_count=made.tokens,
        truncated=cut or UNSET,
    )
