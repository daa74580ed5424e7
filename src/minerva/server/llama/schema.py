"""The request shapes of llama-server (README of llama.cpp's `tools/server`), with `model`, as there are several here.

Ranges of generation parameters are in `core/parameters.py`, which the schema, the errors and the documents all read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from minerva.core.parameters import PARAMETERS
from minerva.server.body import Body, Shape
from minerva.server.durations import Duration

MAX_TOKENS = 1_048_576
"""Token ids of one body."""

NO_OPS: dict[str, str] = {
    "samplers": "Each sampler is on or off by its own parameter, and all run in one order.",
    "n_indent": "A line of less indentation does not end the answer; set `stop` or `n_predict`.",
    "t_max_prompt_ms": "A prompt is computed as a whole; `timeout` limits the whole request.",
    "t_max_predict_ms": "An answer ends by its length, not by the clock; `timeout` limits the whole request.",
    "id_slot": "There are no slots to choose from: prefixes are found wherever they are.",
    "n_cache_reuse": "Prefixes are found by their tokens, without a hint.",
}
"""Fields of `/infill` that are taken and change nothing, as editors send them with every request, and why."""

NOT_YET: dict[str, tuple[Any, ...]] = {
    "dynatemp_range": (0,),
    "dynatemp_exponent": (1,),
    "top_n_sigma": (-1,),
    "min_keep": (0,),
    "n_keep": (0,),
    "n_cmpl": (1,),
    "lora": ([],),
    "post_sampling_probs": (False,),
    "return_progress": (False,),
    "timings_per_token": (False,),
    "sse_ping_interval": (),
}
"""Fields that are refused, but for `null` and the values here, which ask for nothing that is not done anyway."""


def _bias(value: object) -> object:
    """A list of pairs is brought to the form of an object; what false means is then a number."""
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        raise PydanticCustomError("bias", "an object of token id to number, or a list of pairs of these")
    return {str(token): _BANNED if bias is False else bias for token, bias in pairs}


_BANNED = -100.0
_Pairs = list[tuple[int, float | Literal[False]]]
_Bias = Annotated[
    dict[str, float],
    BeforeValidator(_bias, json_schema_input_type=dict[str, float | Literal[False]] | _Pairs),
]
_Token = Annotated[int, Field(ge=0, lt=2**31)]


class TokenizeRequest(Body):
    """The body of POST /tokenize."""

    content: str
    model: str | None = None
    add_special: bool | None = Field(
        None, description="True puts the tokens around that the model expects of a prompt."
    )
    parse_special: bool | None = Field(None, description="False takes control tokens that are spelled out for text.")
    with_pieces: bool | None = Field(None, description="True tells of each token also what it stands for.")


class DetokenizeRequest(Body):
    """The body of POST /detokenize."""

    tokens: Annotated[list[_Token], Field(max_length=MAX_TOKENS, fail_fast=True)]
    model: str | None = None


class ExtraFile(Shape):
    """A file that belongs to the one with the gap."""

    text: str
    filename: str | None = None


class InfillRequest(Body):
    """The body of POST /infill. The gap is between `input_prefix`, with `prompt` behind it, and `input_suffix`."""

    parameters: ClassVar[Mapping[str, str]] = {
        row.openai: row.name
        for row in PARAMETERS
        if row.openai and row.name not in ("max_tokens", "logit_bias", "seed")
    }
    not_yet: ClassVar[Mapping[str, tuple[Any, ...]]] = NOT_YET

    input_prefix: str
    input_suffix: str
    input_extra: Annotated[list[ExtraFile], Field(fail_fast=True)] | None = None
    prompt: str | None = None
    model: str | None = None
    stream: bool | None = None
    n_predict: int | None = Field(None, description="Most tokens to generate; -1 means until the window is full.")
    temperature: float | None = None
    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    typical_p: float | None = None
    repeat_penalty: float | None = None
    repeat_last_n: int | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    dry_multiplier: float | None = None
    dry_base: float | None = None
    dry_allowed_length: int | None = None
    dry_penalty_last_n: int | None = None
    dry_sequence_breakers: list[str] | None = None
    xtc_probability: float | None = None
    xtc_threshold: float | None = None
    mirostat: int | None = None
    mirostat_tau: float | None = None
    mirostat_eta: float | None = None
    ignore_eos: bool | None = None
    seed: int | None = Field(None, description="The same seed and request give the same text; -1 draws one.")
    logit_bias: _Bias | None = Field(
        None, description="By token id, or as pairs of one and a number; false bans the token."
    )
    stop: list[str] | None = None
    grammar: str | None = Field(None, description="GBNF that the answer must fit.")
    json_schema: dict[str, Any] | None = Field(None, description="JSON Schema that the answer must fit.")
    n_probs: Annotated[int, Field(ge=0, le=20)] | None = Field(
        None, description="Report so many alternatives for each token."
    )
    return_tokens: bool | None = Field(None, description="True reports the ids of the answer's tokens.")
    response_fields: list[str] | None = Field(
        None, description="The fields that the answer is to have; `a/b` is the field b of the field a."
    )
    cache_prompt: bool | None = Field(None, description="False computes the whole prompt anew.")
    keep_alive: Duration | None = Field(None, description="How long the model stays loaded; 0 not at all, -1 always.")
    timeout: Annotated[Duration, Field(gt=0)] | None = Field(None, description="Most time this request may take.")
    samplers: list[str] | str | None = None
    n_indent: int | None = None
    t_max_prompt_ms: float | None = None
    t_max_predict_ms: float | None = None
    id_slot: int | None = None
    n_cache_reuse: int | None = None
