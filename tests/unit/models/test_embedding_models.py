"""What a header says a model is for, and how one that reads texts whole is fitted into memory."""

from pathlib import Path

import pytest

from minerva.core.errors import OutOfMemory
from minerva.core.model import Capability, Device, LoadOptions, ModelShape
from minerva.models.description import describe
from minerva.models.estimate import compute_bytes, kv_bytes
from minerva.models.fit import fit
from minerva.models.gguf import read_header
from tests.unit.models.headers import LLAMA, WEIGHTS, Metadata, Scalar, gguf_bytes
from tests.unit.models.shapes import model_of

MIB, GIB = 1 << 20, 1 << 30


def bert(vocabulary: int, window: int, embedding: int, heads: int, feed_forward: int) -> ModelShape:
    return ModelShape("bert", window, vocabulary, 12, embedding, heads, (0,) * 12, 32, 32, feed_forward, whole=True)


MINI = bert(30_522, 512, 384, 12, 1_536)
BASE = bert(30_522, 2_048, 768, 12, 3_072)
WIDE = bert(250_002, 8_192, 1_024, 16, 4_096)


def header(architecture: str, **keys: Scalar) -> Metadata:
    """A header of `architecture` with these keys of its own; `__` is a dot."""
    usual = {key.replace("llama.", f"{architecture}."): value for key, value in LLAMA.items()}
    named = {f"{architecture}.{key.replace('__', '.')}": value for key, value in keys.items()}
    return {**usual, "general.architecture": architecture, **named}


@pytest.mark.parametrize(
    ("metadata", "capabilities", "whole"),
    [
        (header("llama"), ("completion", "embedding"), False),
        (header("llama", pooling_type=0), ("completion", "embedding"), False),
        (header("bert"), ("embedding",), True),
        (header("nomic-bert", pooling_type=1), ("embedding",), True),
        (header("bert", pooling_type=4), ("rerank",), True),
        (header("qwen3", pooling_type=3), ("embedding",), False),
        (header("qwen3", pooling_type=4), ("rerank",), False),
        (header("qwen2", pooling_type=1), ("embedding",), True),
        (header("qwen2", pooling_type=3, attention__causal=False), ("embedding",), True),
        (header("gemma-embedding", pooling_type=1), ("embedding",), True),
    ],
)
def test_a_header_says_what_a_model_is_for(
    tmp_path: Path, metadata: Metadata, capabilities: tuple[Capability, ...], whole: bool
) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf_bytes(metadata, WEIGHTS))
    description = describe(read_header(path), str(path))
    assert description.capabilities == capabilities
    assert description.shape is not None
    assert description.shape.whole is whole


def test_what_keeps_nothing_has_no_cache(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(gguf_bytes(header("bert"), WEIGHTS))
    shape = describe(read_header(path), str(path)).shape
    assert shape is not None
    assert kv_bytes(shape, 512, LoadOptions()) == 0


# Shape, window, flash attention; then what llama.cpp logged for its compute buffer, in MiB, and by how many the process
# grew when one text of that length was read.
MEASURED = [
    (MINI, 512, None, 5.82, 63.2),
    (MINI, 512, False, 17.57, 77.3),
    (BASE, 2_048, None, 50.27, 289.1),
    (BASE, 2_048, False, 244.27, 483.2),
]


@pytest.mark.parametrize(("shape", "window", "flash", "compute", "grown"), MEASURED)
def test_the_estimate_agrees_with_what_was_measured(
    shape: ModelShape, window: int, flash: bool | None, compute: float, grown: float
) -> None:
    estimate = compute_bytes(shape, window, LoadOptions(flash_attention=flash)) / MIB
    outputs = 4 * window * (shape.vocabulary + shape.embedding) / MIB
    assert compute <= estimate - outputs <= 1.6 * compute
    assert estimate == pytest.approx(grown, rel=0.12)


def test_the_window_is_the_trained_one_and_no_more_exists() -> None:
    spec = fit(model_of(MINI, 45 * MIB, 22_000_000), LoadOptions(context_length=4_096), 16 * GIB)
    assert (spec.context_length, spec.whole, spec.memory.kv_bytes) == (512, True, 0)
    assert spec.options == LoadOptions(context_length=4_096)
    short = fit(model_of(MINI, 45 * MIB, 22_000_000), LoadOptions(context_length=100), 16 * GIB)
    assert short.context_length == 100


def test_the_buffers_of_a_long_window_take_a_quarter_of_the_memory_at_most() -> None:
    model = model_of(WIDE, 1_100 * MIB, 560_000_000)
    spec = fit(model, LoadOptions(), 16 * GIB)
    assert 512 < spec.context_length < 8_192
    assert spec.memory.compute_bytes <= 4 * GIB
    assert any("window reduced from 8,192" in note for note in spec.notes)
    assert fit(model, LoadOptions(), 64 * GIB).context_length == 8_192
    # Unless more is asked for.
    assert fit(model, LoadOptions(context_length=8_192), 16 * GIB).context_length == 8_192


def test_what_does_not_fit_is_an_error() -> None:
    with pytest.raises(OutOfMemory, match="with a context of 512 tokens"):
        fit(model_of(WIDE, 1_100 * MIB, 560_000_000), LoadOptions(), 1 * GIB)


def test_it_goes_to_a_gpu_whole() -> None:
    gpu = Device("CUDA0", "a GPU", 8 * GIB, 8 * GIB)
    spec = fit(model_of(MINI, 45 * MIB, 22_000_000), LoadOptions(), 16 * GIB, (gpu,))
    assert (spec.gpu_layers, spec.whole) == (13, True)
