"""Bytes that llama.cpp allocates for a model, from its dimensions alone. Pure.

Measured against llama.cpp's own log (`KV buffer size`, `compute buffer size`, `output buffer size`): the cache is
exact, the compute buffer within 5 % or 1 MiB; a test holds it there.
"""

from __future__ import annotations

from collections import Counter

from minerva.core.model import LoadOptions, ModelShape
from minerva.models.ggml import TENSOR_TYPES

CELL_STEP = 256
"""llama.cpp rounds the number of KV cells up to a multiple of this (`llama_context`, `GGML_PAD(n_ctx, 256)`)."""

_TYPES = {kind.name.lower(): kind for kind in TENSOR_TYPES.values()}
_MOST_SLOTS = 256
_LEAST_OUTPUT_ROWS = 64
_PROCESS_BYTES = 64 << 20
"""A worker with nothing loaded, and the work memory of its threads."""
_TOKEN_BYTES = 320
"""What libllama's vocabulary takes for each token, with its text and merges (measured: 295 with 151,936 tokens)."""


def pad_cells(cells: int) -> int:
    """Round up to what llama.cpp allocates."""
    return -(-cells // CELL_STEP) * CELL_STEP


def kv_bytes(shape: ModelShape, cells: int, options: LoadOptions) -> int:
    """Return the size of the KV cache of `cells`, and of the recurrent states of all slots.

    Layers with a sliding window hold as many cells as the others (`swa_full`, which lets any prefix be shared).
    Recurrent states are f32.
    """
    type_k, type_v = _TYPES[options.kv_type_k], _TYPES[options.kv_type_v]
    # Most models have the same number in all layers: this is asked often, while the window is searched.
    cell = sum(
        layers * (type_k.bytes_of(heads * shape.key_length) + type_v.bytes_of(heads * shape.value_length))
        for heads, layers in Counter(shape.kv_heads).items()
    )
    return pad_cells(cells) * cell + 4 * shape.state_size * _slots(options)


def compute_bytes(shape: ModelShape, cells: int, options: LoadOptions) -> int:
    """Return the size of the buffers for intermediate results of one batch, and for the logits handed out.

    The compute buffer is reused along the graph; its widest place is one layer, with the attention's mask over all
    cells, or the end, with a row of logits for each output. Without flash attention every head's scores over all cells
    are held as well. With experts a token passes through more than one.
    """
    cells, slots = pad_cells(cells), _slots(options)
    if shape.whole:
        return _reading_bytes(shape, cells, options)
    # `graph_reserve` divides the batch evenly among all slots.
    batch = -(-min(options.batch, cells) // slots) * slots
    per_cell = 2 if options.flash_attention is not False else 4 + 4 * shape.heads
    wide = 2 * shape.feed_forward * (2 if shape.experts else 1) + 10 * shape.embedding
    layer = batch * (4 * wide + (per_cell * cells if any(shape.kv_heads) else 0))
    rows = min(batch, max(_LEAST_OUTPUT_ROWS, slots))
    end = 4 * (rows * shape.vocabulary + 2 * batch * shape.embedding)
    return max(layer, end) + slots * shape.vocabulary * 4


def _reading_bytes(shape: ModelShape, window: int, options: LoadOptions) -> int:
    """The same for a model that reads texts whole: the batch is the window.

    The output buffer grows with the longest text that was read, and llama.cpp has room in it for the logits of each
    token, though there are none (`output_reserve`). Where the feed-forward part has no gate this is a little too much.
    """
    per_token = 2 if options.flash_attention is not False else 4 + 4 * shape.heads
    wide = 2 * shape.feed_forward + 3 * shape.embedding
    return window * (4 * wide + per_token * window) + 4 * window * (shape.vocabulary + shape.embedding)


def _slots(options: LoadOptions) -> int:
    """Sequences that the context is made for, running and retained ones: as `engine/llama/load.py` sets it."""
    return min(2 * min(options.max_sequences, _MOST_SLOTS - 16) + 16, _MOST_SLOTS)


def overhead_bytes(shape: ModelShape) -> int:
    """Return what a worker takes beside weights, cache and compute buffers."""
    return _PROCESS_BYTES + _TOKEN_BYTES * shape.vocabulary
