"""Products of 4-bit weights: of many tokens at once, and of one at a time.

The former are what `native` changes, where there is AVX512-VNNI; the latter are llama.cpp's everywhere.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType as Kind

from benchmarks.bare import BareModel
from tests.integration.engine.interleavings import STARTER
from tests.support.reformatted import write_as

TOKENS = list(range(300, 340))
COUNTS = (4, 5, 16, 20, len(TOKENS))
"""Kernels are for 16 tokens, for 4, and for what is left over."""


@pytest.mark.parametrize("kind", [Kind.Q4_0, Kind.MXFP4])
def test_tokens_computed_together_are_as_those_computed_one_by_one(kind: Kind, tmp_path: Path) -> None:
    path = write_as(kind, STARTER, tmp_path / "model.gguf")
    model = BareModel(path, sequences=1, cells=256, threads=1, flash_attention=False)
    alone = _logits(model, 1)
    for count in COUNTS:
        # Whole numbers are multiplied and summed, and then weighted in the same order.
        assert np.abs(_logits(model, count) - alone).max() < 1e-4
    model.close()


def _logits(model: BareModel, count: int) -> np.typing.NDArray[np.float32]:
    """Return the last token's logits, all computed so many at a time."""
    model.clear()
    for start in range(0, len(TOKENS), count):
        model.extend([(0, start, TOKENS[start : start + count])])
    return model.logits(0).copy()
