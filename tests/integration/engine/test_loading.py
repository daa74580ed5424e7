"""What a worker says of the model it loaded, and of one that it cannot load."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from minerva.core.errors import ModelLoadFailed
from minerva.core.model import LoadOptions
from minerva.core.sampling import SamplingOptions
from tests.support.engine_process import EngineProcess, admitted, end_of
from tests.support.tiny_encoder import write_tiny_encoder
from tests.support.tiny_model import write_tiny_model


def test_sampling_defaults_stored_in_the_file_are_reported(tmp_path: Path) -> None:
    stored = {"temp": 0.25, "top_k": 3, "top_p": 0.5, "penalty_repeat": 1.5}
    path = write_tiny_model(tmp_path / "model.gguf", sampling=stored)
    with EngineProcess(path) as engine:
        assert engine.model.sampling == SamplingOptions(temperature=0.25, top_k=3, top_p=0.5, repeat_penalty=1.5)


def test_the_model_is_described(tiny_model: Path) -> None:
    with EngineProcess(tiny_model, context=300, cells=1024) as engine:
        model = engine.model
        assert (model.context_length, model.kv_cells, model.device, model.gpu_layers) == (300, 1024, "CPU", 0)
        assert (model.bos, model.eos) == ("<s>", "</s>")
        assert model.chat_template is not None
        assert model.pid == engine.process.pid
        # llama.cpp's own figure for two layers of keys and values in f16, and the sizes of the two buffers beside it.
        assert model.memory.kv_bytes > 0
        assert model.memory.compute_bytes > 0
        assert 0 < model.memory.weights_bytes <= tiny_model.stat().st_size


def test_a_file_cut_short_is_refused_with_llama_cpps_own_words(tiny_model: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.gguf"
    short.write_bytes(tiny_model.read_bytes()[:-4096])
    with pytest.raises(ModelLoadFailed, match="not within the file bounds"):
        EngineProcess(short)


@pytest.mark.parametrize("kind", ["q8_0", "q4_0", "f32"])
def test_kv_types_are_used(tmp_path: Path, kind: str) -> None:
    # Quantised rows are blocks of 32 values, so the heads must be that wide.
    path = write_tiny_model(tmp_path / "wide.gguf", heads=2, kv_heads=1)
    with EngineProcess(path, cells=1024) as plain:
        usual = plain.model.memory.kv_bytes
    options = LoadOptions(kv_type_k=kind, kv_type_v=kind)  # type: ignore[arg-type]  # the cases are such types
    with EngineProcess(path, cells=1024, options=options) as engine:
        end_of(engine.generate("Once upon a time", max_tokens=5))
        ratio = engine.model.memory.kv_bytes / usual
    assert ratio == pytest.approx({"q8_0": 34 / 64, "q4_0": 18 / 64, "f32": 2.0}[kind], rel=0.05)


def test_the_end_of_its_input_ends_the_worker_in_the_middle_of_anything(tiny_model: Path) -> None:
    engine = EngineProcess(tiny_model, context=60_000, cells=60_160)
    engine.submit("Once upon a time", SamplingOptions(temperature=0.0, ignore_eos=True))
    engine.receive()
    engine.close()
    assert engine.process.returncode == 0


def test_a_broken_frame_ends_the_worker(tiny_model: Path) -> None:
    engine = EngineProcess(tiny_model)
    assert engine.process.stdin is not None
    os.write(engine.process.stdin.fileno(), struct.pack(">I", 5) + b"\xc1\xc1\xc1\xc1\xc1")
    with pytest.raises(EOFError):
        engine.receive()
    engine.close()


def test_a_request_that_opts_out_of_the_cache_neither_takes_nor_leaves(tiny_model: Path) -> None:
    with EngineProcess(tiny_model) as engine:
        for cache_prompt, cached in ((False, 0), (True, 0), (False, 0)):
            news = engine.generate([7] * 50, max_tokens=3, cache_prompt=cache_prompt)
            assert admitted(news).cached_tokens == cached
        assert admitted(engine.generate([7] * 50, max_tokens=3)).cached_tokens == 49


def test_an_embedding_model_is_not_loaded_to_write(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadFailed, match="not a model that generates text"):
        EngineProcess(write_tiny_encoder(tmp_path / "encoder.gguf"))
