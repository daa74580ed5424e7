"""Whether a model can do what is asked of it. Pure."""

from __future__ import annotations

from collections.abc import Collection

from minerva.core.embedding import EmbedRequest
from minerva.core.errors import InvalidRequest
from minerva.core.model import Capability, LoadedModel

_DOES: dict[Capability, str] = {
    "completion": "writes text",
    "embedding": "gives embeddings (/v1/embeddings, /api/embed)",
    "rerank": "scores documents (/v1/rerank)",
}
_LACKS: dict[Capability, str] = {
    "completion": "writes no text",
    "embedding": "gives no embeddings",
    "rerank": "is no reranker",
}
_ADVICE: dict[Capability, str] = {
    "completion": "Name a model that writes.",
    "embedding": "Name an embedding model, or one that writes text.",
    "rerank": "Name a reranker: a model whose file has the pooling type `rank`. Or compare embeddings of the texts.",
}

MAX_NUMBERS = 1 << 25
"""Numbers of all embeddings of an answer: 128 MiB, and several times that as JSON."""


def require(wanted: Capability, model: str, capabilities: Collection[Capability]) -> None:
    """Raise `InvalidRequest` if `model` has `capabilities` and `wanted` is none of them."""
    if not capabilities or wanted in capabilities:
        return
    does = " and ".join(words for capability, words in _DOES.items() if capability in capabilities)
    raise InvalidRequest(f"Model '{model}' {_LACKS[wanted]}; it {does}. {_ADVICE[wanted]}", "model")


def check_dimensions(asked: int | None, model: LoadedModel) -> None:
    """Raise `InvalidRequest` if more numbers are `asked` for than an embedding of `model` has."""
    if asked is not None and not 1 <= asked <= model.embedding_length:
        raise InvalidRequest(
            f"`dimensions` is {asked}; embeddings of {model.name} have {model.embedding_length} numbers, "
            f"so it must be 1 to {model.embedding_length}.",
            "dimensions",
        )


def check_size(request: EmbedRequest, model: LoadedModel) -> None:
    """Raise `InvalidRequest` if what `model` makes of all inputs is more than an answer may hold."""
    each = request.dimensions or model.embedding_length
    most = MAX_NUMBERS // max(each, 1)
    if len(request.inputs) > most:
        raise InvalidRequest(
            f"`{request.field}` has {len(request.inputs):,} texts, of each of which {model.name} makes {each} numbers; "
            f"an answer has at most {MAX_NUMBERS:,}. Send at most {most:,} texts at once.",
            request.field,
        )
