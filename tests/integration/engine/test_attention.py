"""Attention as it is compiled for Minerva (`native`), beside numpy: every shape a model may ask for."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind

from tests.support.attention_op import Attention, Floats, Ggml, in_numpy
from tools.bootstrap.identity import cpu_features

OURS = sys.platform == "linux" and {"avx2", "fma", "f16c"} <= set(cpu_features())
"""It is for x86, and not compiled by MSVC."""
KINDS = (Kind.F32, Kind.F16, Kind.BF16, Kind.Q8_0, Kind.Q5_1, Kind.Q5_0, Kind.Q4_1, Kind.Q4_0)


@pytest.fixture(scope="module")
def ggml() -> Ggml:
    return Ggml()


def _asked(
    tokens: int = 5,
    cells: int = 300,
    heads: int = 14,
    kv_heads: int = 2,
    size: tuple[int, int] = (64, 64),
    streams: int = 1,
) -> tuple[np.random.Generator, Attention]:
    chance = np.random.default_rng(1)
    shapes = ((heads, tokens, size[0]), (kv_heads, cells, size[0]), (kv_heads, cells, size[1]))
    q, k, v = (chance.standard_normal((streams, *shape)).astype(np.float32) for shape in shapes)
    return chance, Attention(q, k, v)


def _of_sequences(chance: np.random.Generator, tokens: int, cells: int, sequences: int) -> Floats:
    """Return a mask of one memory: tokens of several sequences, each of which sees its cells and those all share."""
    owners = chance.integers(-1, sequences, cells)
    asking = np.sort(chance.integers(0, sequences, tokens))
    sees = (owners[None] == asking[:, None]) | (owners[None] == -1)
    return np.where(sees, 0.0, -np.inf).astype(np.float32)[None]


def _check(ggml: Ggml, asked: Attention, *threads: int) -> None:
    """Compare by ours, which sums in 32 bits, or where that is not used by ggml's own, which sums in 16."""
    is_alone = asked.q.shape[1:3] == (asked.k.shape[1], 1)
    farthest = 2e-5 if OURS and not is_alone else 2e-2
    wanted = in_numpy(asked)
    for count in threads or (1, 2):
        assert np.abs(ggml.attend(asked, count) - wanted).max() < farthest


@pytest.mark.parametrize("tokens", [1, 2, 7, 9, 10, 24, 63, 64, 70, 200])
@pytest.mark.parametrize("cells", [1, 64, 100, 1300])
def test_tokens_of_one_sequence(ggml: Ggml, tokens: int, cells: int) -> None:
    _, asked = _asked(tokens, cells)
    seen = np.arange(cells)[None] <= np.arange(tokens)[:, None] + cells - min(tokens, cells)
    _check(ggml, replace(asked, mask=np.where(seen, 0.0, -np.inf).astype(np.float32)[None]), 1, 2, 5, 16)


@pytest.mark.parametrize("sequences", [2, 8, 40])
@pytest.mark.parametrize("tokens", [2, 8, 40, 130])
def test_sequences_in_one_memory(ggml: Ggml, tokens: int, sequences: int) -> None:
    chance, asked = _asked(tokens, 700)
    _check(ggml, replace(asked, mask=_of_sequences(chance, tokens, 700, sequences)), 1, 2, 3)


@pytest.mark.parametrize(
    ("heads", "kv_heads", "size"),
    [(4, 4, (80, 80)), (3, 1, (72, 40)), (130, 1, (64, 64)), (8, 2, (192, 128)), (2, 1, (576, 512)), (6, 6, (8, 8))],
)
def test_heads_of_any_size_that_share_keys_or_do_not(
    ggml: Ggml, heads: int, kv_heads: int, size: tuple[int, int]
) -> None:
    for tokens in (1, 12, 70):
        chance, asked = _asked(tokens, 600, heads, kv_heads, size)
        _check(ggml, replace(asked, mask=_of_sequences(chance, tokens, 600, 3)))


@pytest.mark.parametrize(
    "kinds",
    [
        *((kind, kind) for kind in KINDS),
        (Kind.F16, Kind.Q8_0),
        (Kind.Q4_0, Kind.F16),
    ],
)
def test_any_kinds_of_keys_and_values(ggml: Ggml, kinds: tuple[Kind, Kind]) -> None:
    for tokens in (1, 8, 66):
        chance, asked = _asked(tokens)
        _check(ggml, replace(asked, mask=_of_sequences(chance, tokens, 300, 2), kinds=kinds))


def test_streams_have_cells_of_their_own_and_a_mask_of_their_own_or_of_all(ggml: Ggml) -> None:
    for tokens, cells, streams in ((1, 300, 3), (1, 1300, 3), (9, 300, 3), (70, 300, 3), (2, 1300, 2)):
        chance, asked = _asked(tokens, cells, streams=streams)
        masks = [_of_sequences(chance, tokens, cells, 2) for _ in range(streams)]
        _check(ggml, replace(asked, mask=np.concatenate(masks)), 1, 2, 4, 16)
        _check(ggml, replace(asked, mask=masks[0]), 1, 2, 4, 16)


def test_a_mask_may_have_more_rows_than_there_are_tokens(ggml: Ggml) -> None:
    chance, asked = _asked(5, streams=2)
    masks = [_of_sequences(chance, 64, 300, 64) for _ in range(2)]
    _check(ggml, replace(asked, mask=np.concatenate(masks)))


def test_cells_are_divided_where_threads_are_many(ggml: Ggml) -> None:
    for tokens, heads, kv_heads in ((1, 130, 1), (1, 32, 8), (3, 14, 2), (10, 32, 1)):
        chance, asked = _asked(tokens, 1500, heads, kv_heads)
        _check(ggml, replace(asked, mask=_of_sequences(chance, tokens, 1500, 2)), 3, 6, 9, 10, 12)


def test_without_a_mask_everything_is_seen(ggml: Ggml) -> None:
    for cells in (64, 65, 900):
        _check(ggml, _asked(11, cells)[1])


@pytest.mark.parametrize("heads", [4, 12, 14])
def test_distances_weigh_by_the_slope_of_a_head(ggml: Ggml, heads: int) -> None:
    _, asked = _asked(6, 200, heads)
    distance = -np.abs(np.arange(200)[None] - 190 - np.arange(6)[:, None]).astype(np.float32)
    distance[:, 196:] = -np.inf
    _check(ggml, replace(asked, mask=distance[None], max_bias=8.0))


def test_capped_scores(ggml: Ggml) -> None:
    for softcap in (0.5, 30.0):
        chance, asked = _asked(20)
        asked.q[:] *= 40
        _check(ggml, replace(asked, mask=_of_sequences(chance, 20, 300, 3), softcap=softcap))


def test_sinks_take_their_share(ggml: Ggml) -> None:
    for tokens, cells in ((1, 1300), (8, 300)):
        chance, asked = _asked(tokens, cells)
        sinks = chance.standard_normal(14).astype(np.float32) * 4
        _check(ggml, replace(asked, mask=_of_sequences(chance, tokens, cells, 2), sinks=sinks), 1, 2, 16)


def test_who_sees_nothing_gets_nothing(ggml: Ggml) -> None:
    for tokens, cells in ((1, 1300), (9, 130)):
        _, asked = _asked(tokens, cells)
        mask = np.zeros((1, tokens, cells), np.float32)
        mask[0, tokens // 2] = -np.inf
        asked = replace(asked, mask=mask)
        assert np.all(ggml.attend(asked, 2)[0, tokens // 2] == 0)
        _check(ggml, asked, 1, 2, 16)
