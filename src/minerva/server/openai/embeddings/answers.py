"""The answer shapes of embeddings and of reranking, as they are encoded."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType


class EmbeddingUsage(msgspec.Struct, frozen=True):
    """Tokens that were read."""

    prompt_tokens: int
    total_tokens: int


class TruncatedInput(msgspec.Struct, frozen=True):
    """An input that was too long: `tokens` of it were read, `dropped_tokens` at its end were not."""

    index: int
    tokens: int
    dropped_tokens: int


class EmbeddingAnswer(msgspec.Struct, frozen=True, tag_field="object", tag="embedding"):
    """One input's embedding: numbers, or text where base64 was asked for."""

    index: int
    embedding: list[float] | str


class EmbeddingList(msgspec.Struct, frozen=True, tag_field="object", tag="list"):
    """The embeddings of a request, in the order of its inputs. Extension: `truncated`, if any input was cut."""

    data: list[EmbeddingAnswer]
    model: str
    usage: EmbeddingUsage
    truncated: list[TruncatedInput] | UnsetType = UNSET


class RerankDocument(msgspec.Struct, frozen=True):
    """A document's text."""

    text: str


class RerankResult(msgspec.Struct, frozen=True):
    """How well a document answers the query; `index` is its place in the request."""

    index: int
    relevance_score: float
    document: RerankDocument | UnsetType = UNSET


class RerankAnswer(msgspec.Struct, frozen=True, tag_field="object", tag="list"):
    """The documents of a request, the best first."""

    id: str
    model: str
    results: list[RerankResult]
    usage: EmbeddingUsage
