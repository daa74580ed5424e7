"""`SamplingParams` to a llama.cpp sampler chain, in the order of llama.cpp's own `common_sampler`."""

from __future__ import annotations

import ctypes
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minerva.core.sampling import SamplingParams
from minerva.engine.backend import Logits
from minerva.engine.llama.library import lib
from minerva.engine.llama.vocabulary import LlamaVocabulary

_RANDOM_SEED = 0xFFFFFFFF
"""LLAMA_DEFAULT_SEED: llama.cpp draws a seed of its own when it sees this one."""

_BANNED = float("-inf")

_NEXT_TO_NOTHING = 1e-37
"""A grammar leaves tokens of probability 0; mirostat 1 would divide by it, and typical_p take its logarithm. Dropping
what is this much less likely than the likeliest drops those, and nothing that would ever be drawn."""

_COLDEST = 1e-6
"""Below this temperature logits divided by it overflow llama.cpp's 32-bit numbers, and any token might be chosen."""


class GreedySampler:
    """Takes the likeliest token straight from the logits."""

    is_argmax = True

    def __init__(self, logits: Callable[[int], Logits]) -> None:
        """`logits` gives the row of a batch index."""
        self._logits = logits

    def sample(self, row: int) -> int:
        """Return the token with the largest logit, the first of equals."""
        return int(np.argmax(self._logits(row)))

    def accept(self, token: int) -> None:
        """Nothing to remember."""

    def close(self) -> None:
        """Nothing to free."""


class ChainSampler:
    """A llama.cpp sampler chain.

    `llama_sampler_sample` may be called for several chains at the same time, once somebody has asked for the batch's
    logits (`LlamaBackend.logits`): after that it reads the context, and writes into the chain's own memory.
    """

    is_argmax = False

    def __init__(self, context: Any, chain: Any) -> None:
        """Take over `chain`; `context` is the `llama_context *` to sample from."""
        self._context = context
        self._chain = chain

    def sample(self, row: int) -> int:
        """Return the token chosen at batch index `row`, and let penalties and random state take note of it."""
        return int(lib.llama_sampler_sample(self._chain, self._context, row))

    def accept(self, token: int) -> None:
        """Let penalties take note of a token that was chosen elsewhere."""
        lib.llama_sampler_accept(self._chain, token)

    def close(self) -> None:
        """Free the chain."""
        lib.llama_sampler_free(self._chain)
        self._chain = None


def build_chain(params: SamplingParams, vocabulary: LlamaVocabulary, window: int, prompt: list[int]) -> Any:
    """Return a sampler chain for one sequence, which has seen the end of `prompt` already.

    `window` replaces a penalty window of -1. The caller frees the chain.
    """
    chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
    for part in [*_shift_logits(params, vocabulary, window), *_choose(params, vocabulary.size)]:
        lib.llama_sampler_chain_add(chain, part)
    remembered = _remembered(params, window)
    for token in prompt[-remembered:] if remembered else []:
        lib.llama_sampler_accept(chain, token)
    return chain


def _remembered(params: SamplingParams, window: int) -> int:
    """Return how many tokens of the past the chain looks at."""
    dry = _window(params.dry_penalty_last_n, window) if params.dry_multiplier > 0.0 else 0
    return max(dry, _window(params.repeat_last_n, window) if params.penalises else 0)


def _shift_logits(params: SamplingParams, vocabulary: LlamaVocabulary, window: int) -> Iterator[Any]:
    bias = dict(params.logit_bias)
    if params.ignore_eos:
        bias.update(dict.fromkeys(vocabulary.ends(), _BANNED))
    if bias:
        rows = (lib.llama_logit_bias * len(bias))(*bias.items())
        yield lib.llama_sampler_init_logit_bias(vocabulary.size, len(bias), rows)
    last = _window(params.repeat_last_n, window)
    yield lib.llama_sampler_init_penalties(
        vocabulary.size, last, params.repeat_penalty, params.frequency_penalty, params.presence_penalty
    )
    if params.dry_multiplier > 0.0:
        breakers = [text.encode() for text in params.dry_sequence_breakers]
        yield lib.llama_sampler_init_dry(
            vocabulary.handle,
            params.dry_multiplier,
            params.dry_base,
            params.dry_allowed_length,
            _window(params.dry_penalty_last_n, window),
            (ctypes.c_char_p * len(breakers))(*breakers),
            len(breakers),
        )


def _choose(params: SamplingParams, vocabulary_size: int) -> Iterator[Any]:
    if params.is_greedy:
        yield lib.llama_sampler_init_greedy()
        return
    seed = _seed(params.seed)
    temperature = max(params.temperature, _COLDEST) if params.temperature else 0.0
    if params.mirostat:
        # Mirostat does its own truncation: it controls surprise by moving the cut-off.
        yield lib.llama_sampler_init_temp(temperature)
        if params.mirostat == 1:
            yield lib.llama_sampler_init_min_p(_NEXT_TO_NOTHING, 1)
            yield lib.llama_sampler_init_mirostat(vocabulary_size, seed, params.mirostat_tau, params.mirostat_eta, 100)
        else:
            yield lib.llama_sampler_init_mirostat_v2(seed, params.mirostat_tau, params.mirostat_eta)
        return
    yield lib.llama_sampler_init_top_k(params.top_k)
    if params.typical_p < 1.0:
        yield lib.llama_sampler_init_min_p(_NEXT_TO_NOTHING, 1)
        yield lib.llama_sampler_init_typical(params.typical_p, 1)
    yield lib.llama_sampler_init_top_p(params.top_p, 1)
    yield lib.llama_sampler_init_min_p(params.min_p, 1)
    yield lib.llama_sampler_init_xtc(params.xtc_probability, params.xtc_threshold, 1, seed)
    yield lib.llama_sampler_init_temp(temperature)
    yield lib.llama_sampler_init_dist(seed)


def _window(last_n: int, window: int) -> int:
    return window if last_n < 0 else min(last_n, window)


def _seed(seed: int | None) -> int:
    """Fold a 64-bit seed into llama.cpp's 32 bits; a request without one gets a seed of its own."""
    if seed is None:
        return secrets.randbelow(_RANDOM_SEED)
    folded = (seed ^ (seed >> 32)) & 0xFFFFFFFF if seed > 0xFFFFFFFF else seed & 0xFFFFFFFF
    return folded if folded != _RANDOM_SEED else 0x7FFFFFFF
