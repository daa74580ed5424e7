"""Sliding windows: what others took behind a window is not used as if it were there, and what is there is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from minerva.core.model import LoadOptions, MemoryPlan, ModelSpec
from minerva.engine.backend import Outcome
from minerva.engine.batch import Batch
from minerva.engine.llama.backend import LlamaBackend
from minerva.engine.llama.load import load
from tests.support.tiny_sliding import write_tiny_sliding

WINDOW, GONE = 64, 50
"""The window, tokens; and how many of the first tokens of slot 1 the layers with a window have given up."""


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[LlamaBackend]:
    """Slot 1 has 200 tokens, and slot 2 came later and found no other cells than those behind that one's window."""
    path = write_tiny_sliding(tmp_path / "sliding.gguf", window=WINDOW)
    spec = ModelSpec(
        name=path.stem,
        paths=(str(path),),
        context_length=512,
        kv_cells=512,
        gpu_layers=0,
        options=LoadOptions(max_sequences=4, threads=1),
        memory=MemoryPlan(0, 0, 0),
    )
    loaded = load(spec, lambda _fraction: None, lambda _level, _line: None).backend
    assert isinstance(loaded, LlamaBackend)
    fill(loaded, 0, 200)
    fill(loaded, 1, 200)
    loaded.truncate(0, 0)
    fill(loaded, 2, 200 + GONE)
    yield loaded
    loaded.close()


def fill(backend: LlamaBackend, slot: int, count: int) -> None:
    """Compute `count` tokens of an empty slot."""
    batch = Batch()
    batch.add(slot, [300 + place % 100 for place in range(count)], 0, last_output=True)
    assert backend.decode(batch) is Outcome.DONE


def test_a_prefix_is_shared_where_all_that_its_window_sees_is_there(backend: LlamaBackend) -> None:
    for length, is_there in ((200, True), (GONE + WINDOW, True), (GONE + WINDOW - 2, False), (GONE, False)):
        assert backend.share(1, 3, length) is is_there
        assert backend.length(3) == (length if is_there else 0)
        backend.truncate(3, 0)


def test_a_block_with_a_hole_is_not_saved(backend: LlamaBackend) -> None:
    assert backend.save(1, 0, 40) is None
    assert backend.save(1, GONE - 1, 100) is None
    assert backend.save(1, GONE, 100) is not None


def test_a_block_is_restored_behind_a_prefix_that_has_lost_its_beginning(backend: LlamaBackend) -> None:
    data = backend.save(1, 150, 200)
    assert data is not None
    assert backend.share(1, 3, 150)
    backend.truncate(2, 0)
    assert backend.restore(3, data, 150, 200)
    assert backend.length(3) == 200


def test_what_does_not_fit_behind_a_slot_leaves_it_as_it_was(backend: LlamaBackend) -> None:
    data = backend.save(1, 150, 200)
    assert data is not None
    backend.truncate(2, 0)
    # Behind nothing, the window of the next token would be empty.
    assert not backend.restore(3, data, 180, 200)
    assert backend.length(3) == 0
