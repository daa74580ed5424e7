"""Texts as vectors: what is asked for, and what comes of it. Reranking is the same, with a query beside each text."""

from __future__ import annotations

import sys
from array import array

import msgspec

from minerva.core.event import Timings


class EmbedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Texts, or token ids of the model's vocabulary, to read. `model=None` asks for the default model.

    `query`: the inputs are documents, to be scored by a reranker as to how well they answer it.
    `dimensions`: so many of each vector's first numbers are wanted, `None` for all. `normalize` scales a vector to
    length 1, after that. `truncate`: of an input that is too long the end is cut off; otherwise it is refused.
    `field` is what the caller calls `inputs`, for errors. `context_length`: so many tokens an input may have; `None`
    and most is the model's own window. `keep_alive_s` and `timeout_s` as in `GenerateRequest`.
    """

    request_id: str
    inputs: tuple[str | tuple[int, ...], ...]
    model: str | None = None
    query: str | None = None
    dimensions: int | None = None
    normalize: bool = True
    truncate: bool = False
    field: str = "input"
    context_length: int | None = None
    keep_alive_s: float | None = None
    timeout_s: float | None = None


class Embedding(msgspec.Struct, frozen=True):
    """What the model makes of one input: `vector` in float32, little-endian; of a reranker, the scores of its classes.

    `tokens` were read, and `cut` more of them were not.
    """

    vector: bytes
    tokens: int
    cut: int = 0

    def numbers(self) -> list[float]:
        """The vector's numbers."""
        found = array("f")
        found.frombytes(self.vector)
        if sys.byteorder == "big":
            found.byteswap()
        return found.tolist()


class Embeddings(msgspec.Struct, frozen=True):
    """The whole answer: one embedding for each input, in order. `model` is the full name of the model or preset."""

    request_id: str
    model: str
    items: tuple[Embedding, ...]
    timings: Timings

    @property
    def tokens(self) -> int:
        """Tokens that were read, of all inputs."""
        return sum(item.tokens for item in self.items)

    @property
    def cut_tokens(self) -> int:
        """Tokens that were cut off, of all inputs."""
        return sum(item.cut for item in self.items)
