from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.errors import ModelLoadFailed, OutOfMemory
from minerva.core.model import Device, LoadOptions, ModelFile, ModelShape
from minerva.models.fit import fit, plan_memory, say_bytes
from tests.unit.models.shapes import LLAMA_8B, MAMBA, QWEN, STORIES, model_of

MIB, GIB = 1 << 20, 1 << 30
SMALL = model_of(QWEN, 265 * MIB, 494_000_000)
LARGE = model_of(LLAMA_8B, 4_900 * MIB, 8_030_000_000)
TINY = model_of(STORIES, MIB, 260_000)


def gpu(free_bytes: int, name: str = "CUDA0") -> Device:
    return Device(name, "a GPU", free_bytes, free_bytes)


def test_with_plenty_of_memory_nothing_is_reduced() -> None:
    spec = fit(TINY, LoadOptions(), 16 * GIB)
    assert (spec.context_length, spec.kv_cells, spec.gpu_layers, spec.notes) == (512, 512 * 32, 0, ())
    assert spec.paths == TINY.paths
    assert spec.memory.device_bytes == 0


def test_the_cache_takes_a_quarter_of_the_memory_at_most() -> None:
    options = LoadOptions(context_length=1024)
    spec = fit(SMALL, options, 600 * MIB)
    assert 1024 < spec.kv_cells < 16_384
    assert spec.memory.kv_bytes <= 600 * MIB // 4
    assert any("sequences share them" in note for note in spec.notes)


def test_the_cache_is_one_window_at_least_and_usually_no_more_than_16_384_cells() -> None:
    spec = fit(SMALL, LoadOptions(), 8 * GIB)
    assert (spec.context_length, spec.kv_cells, spec.notes) == (32_768, 32_768, ())
    spec = fit(SMALL, LoadOptions(context_length=2_048), 8 * GIB)
    assert (spec.context_length, spec.kv_cells, spec.notes) == (2_048, 16_384, ())


def test_the_window_is_reduced_to_fit_and_said_so() -> None:
    spec = fit(SMALL, LoadOptions(), 800 * MIB)
    assert 512 <= spec.context_length < 32_768
    assert spec.kv_cells >= spec.context_length
    assert spec.memory.total_bytes <= 800 * MIB
    assert f"context window reduced from 32,768 to {spec.context_length:,}" in spec.notes[0]


def test_too_little_memory() -> None:
    with pytest.raises(OutOfMemory) as caught:
        fit(SMALL, LoadOptions(), 300 * MIB)
    assert caught.value.available_bytes == 300 * MIB
    assert caught.value.needed_bytes == plan_memory(SMALL, QWEN, LoadOptions(), 512).total_bytes
    assert "weights 265 MiB" in caught.value.message
    assert "300 MiB are available" in caught.value.message


def test_what_a_person_fixed_is_kept_or_refused() -> None:
    spec = fit(SMALL, LoadOptions(context_length=5_000, kv_cells=6_000), 8 * GIB)
    assert (spec.context_length, spec.kv_cells) == (5_000, 6_144)
    with pytest.raises(OutOfMemory, match=r"A context of [\d,]+ tokens would fit"):
        fit(SMALL, LoadOptions(context_length=32_768), 800 * MIB)
    with pytest.raises(OutOfMemory):
        fit(SMALL, LoadOptions(kv_cells=1 << 20), GIB)


def test_few_cells_bound_the_window() -> None:
    spec = fit(SMALL, LoadOptions(kv_cells=4_096), 8 * GIB)
    assert (spec.context_length, spec.kv_cells) == (4_096, 4_096)


def test_a_window_beyond_the_trained_one_is_noted() -> None:
    spec = fit(TINY, LoadOptions(context_length=1_024), 8 * GIB)
    assert spec.context_length == 1_024
    assert "longer than the 512 tokens" in spec.notes[0]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (LoadOptions(context_length=4_096, kv_cells=512), "one window must fit in the cells"),
        (LoadOptions(flash_attention=False, kv_type_v="q8_0"), "needs flash attention"),
    ],
)
def test_options_that_contradict_one_another(options: LoadOptions, words: str) -> None:
    with pytest.raises(ModelLoadFailed, match=words):
        fit(SMALL, options, 8 * GIB)


def test_only_models_can_be_loaded() -> None:
    with pytest.raises(ModelLoadFailed, match="projector"):
        fit(msgspec.structs.replace(SMALL, kind="projector"), LoadOptions(), 8 * GIB)


def test_all_layers_go_to_a_large_device() -> None:
    spec = fit(LARGE, LoadOptions(), 2 * GIB, (gpu(24 * GIB),))
    assert (spec.gpu_layers, spec.context_length) == (33, 131_072)
    assert spec.memory.device_bytes > 4 * GIB
    assert not any("layers fit" in note for note in spec.notes)


def test_a_shorter_window_rather_than_a_layer_left_out() -> None:
    spec = fit(LARGE, LoadOptions(), 16 * GIB, (gpu(10 * GIB),))
    assert spec.gpu_layers == 33
    assert 8_192 <= spec.context_length < 131_072


def test_as_many_layers_as_fit() -> None:
    spec = fit(LARGE, LoadOptions(), 16 * GIB, (gpu(4 * GIB),))
    assert 0 < spec.gpu_layers < 33
    assert any(f"{spec.gpu_layers} of 33 layers fit" in note for note in spec.notes)
    two = fit(LARGE, LoadOptions(), 16 * GIB, (gpu(4 * GIB), gpu(4 * GIB, "CUDA1")))
    assert two.gpu_layers > spec.gpu_layers


def test_fixed_layers() -> None:
    device = (gpu(24 * GIB),)
    assert fit(LARGE, LoadOptions(gpu_layers=0), 16 * GIB, device).gpu_layers == 0
    assert fit(LARGE, LoadOptions(gpu_layers=7), 16 * GIB, device).gpu_layers == 7
    assert fit(LARGE, LoadOptions(gpu_layers=-1), 16 * GIB, device).gpu_layers == 33
    with pytest.raises(OutOfMemory):
        fit(LARGE, LoadOptions(gpu_layers=-1), 16 * GIB, (gpu(4 * GIB),))
    alone = fit(LARGE, LoadOptions(gpu_layers=-1), 16 * GIB)
    assert alone.gpu_layers == 0
    assert "there is no GPU" in alone.notes[0]


def test_apples_gpu_has_no_memory_of_its_own() -> None:
    with pytest.raises(OutOfMemory):
        fit(LARGE, LoadOptions(), 4 * GIB, (gpu(24 * GIB, "MTL0"),))


def test_a_recurrent_model_keeps_its_window() -> None:
    spec = fit(model_of(MAMBA, 300 * MIB, 130_000_000), LoadOptions(), 4 * GIB)
    assert spec.context_length == 1 << 20


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0.0 MiB"), (3 * MIB // 2, "1.5 MiB"), (700 * MIB, "700 MiB"), (3 * GIB // 2, "1.5 GiB")]
)
def test_bytes_in_words(count: int, words: str) -> None:
    assert say_bytes(count) == words


MODELS = st.sampled_from([(SMALL, QWEN), (TINY, STORIES), (LARGE, LLAMA_8B)])
OPTIONS = st.builds(
    LoadOptions,
    context_length=st.none() | st.integers(1, 200_000),
    max_sequences=st.integers(1, 256),
    gpu_layers=st.none() | st.integers(-1, 40),
    kv_type_k=st.sampled_from(["f16", "q8_0", "f32"]),
)


@given(MODELS, OPTIONS, st.integers(0, 64 * GIB), st.lists(st.integers(0, 48 * GIB), max_size=3))
def test_what_is_planned_fits(
    chosen: tuple[ModelFile, ModelShape], options: LoadOptions, available: int, free: list[int]
) -> None:
    model, shape = chosen
    devices = tuple(gpu(bytes_, f"CUDA{index}") for index, bytes_ in enumerate(free))
    try:
        spec = fit(model, options, available, devices)
    except OutOfMemory:
        return
    assert spec.kv_cells >= spec.context_length >= min(512, shape.context_length, options.context_length or 512)
    assert spec.kv_cells % 256 == 0
    assert spec.memory.ram_bytes <= available
    assert spec.memory.device_bytes <= sum(free)
    assert 0 <= spec.gpu_layers <= shape.layers + 1


@given(st.lists(st.integers(300 * MIB, 32 * GIB), min_size=2, max_size=5))
def test_more_memory_never_gives_less(sizes: list[int]) -> None:
    windows = []
    for size in sorted(sizes):
        try:
            spec = fit(SMALL, LoadOptions(), size)
            windows.append((spec.context_length, spec.kv_cells))
        except OutOfMemory:
            windows.append((0, 0))
    assert all(less[0] <= more[0] and less[1] <= more[1] for less, more in pairwise(windows))
