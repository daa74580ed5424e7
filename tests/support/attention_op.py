"""One GGML_OP_FLASH_ATTN_EXT of the compiled ggml, without a model, and the same in numpy."""

from __future__ import annotations

import ctypes
import os
from ctypes import c_bool, c_float, c_int, c_int64, c_size_t, c_void_p
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import llama_cpp
import numpy as np
from gguf import GGMLQuantizationType as Kind
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_ARENA_BYTES = 256 << 20


@dataclass(frozen=True)
class Attention:
    """What is asked: `q` [streams, heads, tokens, dk], `k` and `v` [streams, kv_heads, cells, dk or dv].

    `mask`: [streams or 1, tokens or more, cells], added to the scores, -inf where a token does not see a cell.
    `sinks`: [heads]. `max_bias` makes a slope of each head's number, by which the mask is multiplied (ALiBi).
    `kinds`: those that k and v are kept as.
    """

    q: Floats
    k: Floats
    v: Floats
    mask: Floats | None = None
    sinks: Floats | None = None
    max_bias: float = 0.0
    softcap: float = 0.0
    kinds: tuple[Kind, Kind] = (Kind.F16, Kind.F16)

    @property
    def scale(self) -> float:
        """What scores are multiplied by."""
        return float(1.0 / np.sqrt(self.q.shape[-1]))


class _Arena(ctypes.Structure):
    """`ggml_init_params`, ggml.h."""

    _fields_ = (("mem_size", c_size_t), ("mem_buffer", c_void_p), ("no_alloc", c_bool))


def _library(name: str) -> ctypes.CDLL:
    folder = Path(os.environ.get("LLAMA_CPP_LIB_PATH", Path(llama_cpp.__file__).parent / "lib"))
    names = [f"lib{name}.so", f"lib{name}.dylib", f"{name}.dll"]
    return ctypes.CDLL(str(next(folder / name for name in names if (folder / name).exists())))


class Ggml:
    """The functions of ggml that one operation takes."""

    def __init__(self) -> None:
        """Load them."""
        base, cpu = _library("ggml-base"), _library("ggml-cpu")
        self._init = _function(base.ggml_init, c_void_p, _Arena)
        self._free = _function(base.ggml_free, None, c_void_p)
        self._new = _function(base.ggml_new_tensor_4d, c_void_p, c_void_p, c_int, *[c_int64] * 4)
        self._data = _function(base.ggml_get_data, c_void_p, c_void_p)
        self._permute = _function(base.ggml_permute, c_void_p, c_void_p, c_void_p, *[c_int] * 4)
        self._attend = _function(base.ggml_flash_attn_ext, c_void_p, *[c_void_p] * 5, *[c_float] * 3)
        self._sinks = _function(base.ggml_flash_attn_ext_add_sinks, None, c_void_p, c_void_p)
        self._graph = _function(base.ggml_new_graph, c_void_p, c_void_p)
        self._expand = _function(base.ggml_build_forward_expand, None, c_void_p, c_void_p)
        self._compute = _function(cpu.ggml_graph_compute_with_ctx, c_int, c_void_p, c_void_p, c_int)

    def attend(self, asked: Attention, threads: int) -> Floats:
        """Return [streams, tokens, heads, dv], computed by so many threads."""
        arena = self._init(_Arena(_ARENA_BYTES, None, False))
        mask = None if asked.mask is None else self._mask(arena, asked.mask)
        rows = zip((asked.q, asked.k, asked.v), (Kind.F32, *asked.kinds), strict=True)
        tensors = [self._rows(arena, *each) for each in rows]
        out = self._attend(arena, *tensors, mask, asked.scale, asked.max_bias, asked.softcap)
        if asked.sinks is not None:
            shape = (1, 1, 1, len(asked.sinks))
            self._sinks(out, self._tensor(arena, asked.sinks.reshape(shape), Kind.F32))
        graph = self._graph(arena)
        self._expand(graph, out)
        assert self._compute(arena, graph, threads) == 0
        streams, heads, tokens, _ = asked.q.shape
        shape = (streams, tokens, heads, asked.v.shape[-1])
        result = np.ctypeslib.as_array((c_float * int(np.prod(shape))).from_address(self._data(out))).copy()
        self._free(arena)
        return result.reshape(shape)

    def _rows(self, arena: int, rows: Floats, kind: Kind) -> int:
        """Return rows as llama.cpp has them: a cell's heads lie side by side, seen as [streams, heads, cells, size]."""
        return int(self._permute(arena, self._tensor(arena, rows.swapaxes(1, 2), kind), 0, 2, 1, 3))

    def _mask(self, arena: int, mask: Floats) -> int:
        return self._tensor(arena, mask[:, None], Kind.F16)

    def _tensor(self, arena: int, values: Floats, kind: Kind) -> int:
        tensor = self._new(arena, int(kind), *reversed(values.shape))
        raw = gguf.quants.quantize(np.ascontiguousarray(values), kind).tobytes()
        ctypes.memmove(self._data(tensor), raw, len(raw))
        return int(tensor)


def in_numpy(asked: Attention) -> Floats:
    """Return [streams, tokens, heads, dv], in 64 bits, from keys and values as they are kept."""
    heads = asked.q.shape[1]
    kept = [_kept(rows, kind) for rows, kind in zip((asked.k, asked.v), asked.kinds, strict=True)]
    k, v = (rows.repeat(heads // rows.shape[1], axis=1) for rows in kept)
    scores = asked.q.astype(np.float64) @ k.swapaxes(2, 3) * asked.scale
    if asked.softcap:
        scores = asked.softcap * np.tanh(scores / asked.softcap)
    if asked.mask is not None:
        mask = asked.mask.astype(np.float16)[:, None, : asked.q.shape[2]]
        scores += _slopes(heads, asked.max_bias)[:, None, None] * mask
    if asked.sinks is not None:
        column = np.broadcast_to(asked.sinks[:, None, None], (*scores.shape[:3], 1))
        scores = np.concatenate([scores, column], axis=3)
    most = scores.max(axis=3, keepdims=True)
    powers = np.exp(scores - np.where(np.isinf(most), 0.0, most))
    sums = powers.sum(axis=3, keepdims=True)
    weights = (powers / np.where(sums == 0.0, 1.0, sums))[..., : v.shape[2]]
    return (weights @ v).swapaxes(1, 2).astype(np.float32)


def _kept(rows: Floats, kind: Kind) -> NDArray[np.float64]:
    raw = gguf.quants.quantize(np.ascontiguousarray(rows), kind)
    return np.asarray(gguf.quants.dequantize(raw, kind), np.float64).reshape(rows.shape)


def _slopes(heads: int, max_bias: float) -> NDArray[np.float64]:
    """Return each head's slope: `ggml_compute_forward_soft_max_f32`, ggml-cpu/ops.cpp."""
    if not max_bias:
        return np.ones(heads)
    half = 2 ** int(np.log2(heads))
    steps = [
        -max_bias / half * (n + 1) if n < half else -max_bias / 2 / half * (2 * (n - half) + 1) for n in range(heads)
    ]
    return np.exp2(steps)


def _function(function: Any, result: type | None, *arguments: type) -> Any:
    function.restype, function.argtypes = result, arguments
    return function
