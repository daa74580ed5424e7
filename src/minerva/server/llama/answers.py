"""The answer shapes of llama-server (README of llama.cpp's `tools/server`), as they are encoded."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

StopType = Literal["eos", "word", "limit"]


class TokenPiece(msgspec.Struct, frozen=True):
    """A token and what it stands for: text, or the bytes of a part of a character."""

    id: int
    piece: str | list[int]


class TokenList(msgspec.Struct, frozen=True):
    """The tokens of a text: ids, or with their pieces if those were asked for."""

    tokens: list[int | TokenPiece]


class TokensText(msgspec.Struct, frozen=True):
    """The text of tokens; what is no UTF-8 in it is U+FFFD."""

    content: str


class TokenProbability(msgspec.Struct, frozen=True):
    """A token that might have stood there; `bytes` is exact where `token` holds part of a character."""

    id: int
    token: str
    bytes: list[int]
    logprob: float


class ChosenProbability(TokenProbability, frozen=True):
    """A token of the answer, with what might have stood in its place."""

    top_logprobs: list[TokenProbability]


class InfillTimings(msgspec.Struct, frozen=True):
    """Where the time went. `prompt_n` counts the tokens that were computed, `cache_n` those that were there."""

    cache_n: int
    prompt_n: int
    prompt_ms: float
    prompt_per_token_ms: float | None
    prompt_per_second: float | None
    predicted_n: int
    predicted_ms: float
    predicted_per_token_ms: float | None
    predicted_per_second: float | None


class InfillChunk(msgspec.Struct, frozen=True):
    """More of an answer: the data of one server-sent event but the last."""

    index: int
    content: str
    tokens: list[int]
    stop: Literal[False] = False
    completion_probabilities: list[ChosenProbability] | UnsetType = UNSET


class InfillAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an answer, or the data of the last event, which then has no text.

    `tokens_evaluated` are those of the prompt, and of these `tokens_cached` were there. `truncated`: the oldest tokens
    were dropped for the answer to go on past the window.
    """

    index: int
    content: str
    tokens: list[int]
    id_slot: int
    stop: Literal[True]
    model: str
    tokens_predicted: int
    tokens_evaluated: int
    has_new_line: bool
    truncated: bool
    stop_type: StopType
    stopping_word: str
    tokens_cached: int
    timings: InfillTimings
    completion_probabilities: list[ChosenProbability] | UnsetType = UNSET
