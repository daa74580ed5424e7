"""The answer shapes of embeddings in the Ollama API, as they are encoded."""

from __future__ import annotations

import msgspec
from msgspec import UNSET, UnsetType


class OllamaTruncatedInput(msgspec.Struct, frozen=True):
    """An input that was too long: `tokens` of it were read, `dropped_tokens` at its end were not."""

    index: int
    tokens: int
    dropped_tokens: int


class OllamaEmbedAnswer(msgspec.Struct, frozen=True):
    """The embeddings of a request, in the order of its texts. Durations are in nanoseconds.

    Extension: `truncated`, if any text was cut.
    """

    model: str
    embeddings: list[list[float]]
    total_duration: int | UnsetType = UNSET
    load_duration: int | UnsetType = UNSET
    prompt_eval_count: int | UnsetType = UNSET
    truncated: list[OllamaTruncatedInput] | UnsetType = UNSET


class OllamaEmbeddingsAnswer(msgspec.Struct, frozen=True):
    """The embedding of a prompt, as the model makes it: its length is not 1."""

    embedding: list[float]
