"""The request shapes of the OpenAI API's embeddings (API reference, "Embeddings"), and of reranking.

OpenAI has no reranking: the shape is the one that Jina, Cohere and llama.cpp's own server have in common.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.server.body import Body
from minerva.server.durations import Duration

MAX_INPUTS = 2048
"""Texts in one request; OpenAI's limit."""

NO_OPS: dict[str, str] = {"user": "There are no accounts to tell apart."}
"""Fields that are taken and change nothing, and why that is right."""

RERANK_NOT_YET: dict[str, tuple[Any, ...]] = {"max_chunks_per_doc": (), "max_tokens_per_doc": (), "rank_fields": ([],)}
"""Fields of Cohere's API that are refused, beside the values that ask for nothing: its clients send them as null."""


def _inputs(value: object) -> object:
    """One text, or token ids of one, or a list of either → a list. What is wrong with an item is said of the item."""
    if isinstance(value, str) and value:
        return [value]
    if isinstance(value, list) and value:
        return [value] if _are_tokens(value) else value
    raise PydanticCustomError("input", "a text, a list of token ids, or a list of either, and not empty")


def _input(value: object) -> object:
    if (isinstance(value, str) and value) or _are_tokens(value):
        return value
    raise PydanticCustomError("input", "a text or a list of token ids, and not empty")


def _are_tokens(value: object) -> bool:
    """Token ids are 32-bit, and `true` is none."""
    return isinstance(value, list) and bool(value) and all(type(item) is int and 0 <= item < 2**31 for item in value)


def _document(value: object) -> object:
    text = value.get("text") if isinstance(value, dict) and value.keys() == {"text"} else value
    if isinstance(text, str) and text:
        return text
    raise PydanticCustomError("document", "a text that is not empty, or an object with such a `text` alone")


_Input = Annotated[str | list[int], BeforeValidator(_input, json_schema_input_type=str | list[int])]
_Inputs = Annotated[
    list[_Input],
    Field(max_length=MAX_INPUTS, fail_fast=True),
    BeforeValidator(_inputs, json_schema_input_type=str | list[int] | list[str | list[int]]),
]
_Document = Annotated[str, BeforeValidator(_document, json_schema_input_type=str | dict[Literal["text"], str])]


class EmbeddingBody(Body):
    """What both kinds of request take."""

    model: str | None = None
    keep_alive: Duration | None = Field(None, description="How long the model stays loaded; 0 not at all, -1 always.")
    timeout: Annotated[Duration, Field(gt=0)] | None = Field(None, description="Most time this request may take.")


class EmbeddingRequest(EmbeddingBody):
    """The body of POST /v1/embeddings."""

    input: _Inputs
    dimensions: Annotated[int, Field(ge=1)] | None = Field(
        None, description="So many numbers of each embedding, scaled to length 1 again; at most those that it has."
    )
    encoding_format: Literal["float", "base64"] | None = Field(
        None, description="`base64` is that of 32-bit floats, little-endian."
    )
    user: str | None = None
    truncate: bool | None = Field(
        None,
        description="Extension: true cuts the end off an input that is too long, and the answer's `truncated` says so.",
    )


class RerankRequest(EmbeddingBody):
    """The body of POST /v1/rerank."""

    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = RERANK_NOT_YET

    query: Annotated[str, Field(min_length=1)]
    documents: Annotated[list[_Document], Field(min_length=1, max_length=MAX_INPUTS, fail_fast=True)]
    top_n: Annotated[int, Field(ge=1)] | None = Field(None, description="So many of the best; without it, all.")
    return_documents: bool | None = Field(None, description="True repeats the text of each document.")
    raw_scores: bool | None = Field(
        None, description="True gives scores as the model makes them, which may be any number; else they are 0 to 1."
    )
