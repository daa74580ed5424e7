import pytest

from minerva.core.model import LoadOptions, ModelShape
from minerva.models.estimate import compute_bytes, kv_bytes, overhead_bytes, pad_cells
from tests.unit.models.shapes import MAMBA, QWEN, STORIES, TINY_STORIES

MIB = 1 << 20

# Model, cells, flash attention; then what llama.cpp logged when it loaded it for 32 sequences (80 slots), in MiB:
# the KV buffer, the compute buffer and the output buffer.
MEASURED = [
    (QWEN, 4_096, None, 48.00, 50.74, 46.37),
    (QWEN, 32_768, None, 384.00, 73.84, 46.37),
    (QWEN, 131_072, None, 1_536.00, 178.84, 46.37),
    (QWEN, 32_768, False, 384.00, 1_060.13, 46.37),
    (STORIES, 512, None, 0.31, 2.21, 0.16),
    (STORIES, 16_384, None, 10.00, 19.16, 0.16),
    (TINY_STORIES, 512, None, 0.25, 4.11, 0.70),
    (TINY_STORIES, 16_384, None, 8.00, 21.07, 0.70),
]


@pytest.mark.parametrize(("shape", "cells", "flash", "kv", "compute", "output"), MEASURED)
def test_agrees_with_what_was_measured(
    shape: ModelShape, cells: int, flash: bool | None, kv: float, compute: float, output: float
) -> None:
    options = LoadOptions(flash_attention=flash)
    assert kv_bytes(shape, cells, options) / MIB == pytest.approx(kv, abs=0.01)
    assert compute_bytes(shape, cells, options) / MIB == pytest.approx(compute + output, rel=0.05, abs=1)


def test_a_quantised_cache_is_smaller() -> None:
    options = LoadOptions(kv_type_k="q8_0", kv_type_v="q8_0")
    # As llama.cpp logged it.
    assert kv_bytes(QWEN, 32_768, options) == 204 * MIB


def test_cells_are_rounded_up() -> None:
    assert [pad_cells(cells) for cells in (1, 256, 257)] == [256, 256, 512]
    assert kv_bytes(QWEN, 257, LoadOptions()) == kv_bytes(QWEN, 512, LoadOptions())


def test_a_recurrent_model_has_a_state_for_each_slot_and_no_cache() -> None:
    one_state = 4 * MAMBA.state_size
    assert kv_bytes(MAMBA, 256, LoadOptions(max_sequences=1)) == 18 * one_state
    assert kv_bytes(MAMBA, 1 << 20, LoadOptions(max_sequences=32)) == 80 * one_state
    assert compute_bytes(MAMBA, 1 << 20, LoadOptions()) == compute_bytes(MAMBA, 512, LoadOptions())


def test_the_vocabulary_counts_in_the_overhead() -> None:
    assert overhead_bytes(QWEN) - overhead_bytes(STORIES) == 320 * (151_936 - 512)
