"""Loads by what tuning found, where it holds and fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from minerva.core.model import LoadOptions, ModelFile, Tuning
from minerva.models.estimate import compute_bytes
from minerva.models.fit import fit
from minerva.models.template_files import TemplateFiles
from minerva.models.tuned import Machine, TunedFiles
from minerva.service.loading import Loader
from tests.unit.models.shapes import QWEN, model_of

GIB = 2**30
TUNING = Tuning(threads=3, threads_batch=5, batch_tokens=1024, usual_threads=4, gpu_layers=0)


@pytest.fixture
def model() -> ModelFile:
    return model_of(QWEN, 350_000_000, 494_000_000)


def loader(folder: Path, model: ModelFile, tuning: Tuning | None, options: LoadOptions | None = None) -> Loader:
    files = TunedFiles(folder, Machine("here", 4, "1"))
    if tuning is not None:
        files.save(model, tuning)
    return Loader(options or LoadOptions(), TemplateFiles({}), files)


def test_what_was_tuned_holds_for_the_next_load(tmp_path: Path, model: ModelFile) -> None:
    spec = loader(tmp_path, model, TUNING).plan(model)(64 * GIB, ())
    assert spec.tuning == TUNING
    assert spec.options.batch_tokens == 1024
    assert spec.memory.compute_bytes == compute_bytes(QWEN, spec.kv_cells, LoadOptions(batch_tokens=1024))


def test_without_tuning_nothing_changes(tmp_path: Path, model: ModelFile) -> None:
    spec = loader(tmp_path, model, None).plan(model)(64 * GIB, ())
    assert spec == fit(model, LoadOptions(), 64 * GIB)
    assert spec.tuning is None


def test_settings_stand_above_it(tmp_path: Path, model: ModelFile) -> None:
    options = LoadOptions(threads=2, batch_tokens=64)
    spec = loader(tmp_path, model, TUNING, options).plan(model)(64 * GIB, ())
    assert spec == fit(model, options, 64 * GIB)


def test_one_that_is_set_leaves_the_others(tmp_path: Path, model: ModelFile) -> None:
    spec = loader(tmp_path, model, TUNING, LoadOptions(threads=2)).plan(model)(64 * GIB, ())
    assert spec.tuning is not None
    assert spec.tuning.values() == {"batch_tokens": 1024}


def test_what_was_measured_with_other_layers_on_the_gpu_does_not_hold(tmp_path: Path, model: ModelFile) -> None:
    elsewhere = Tuning(threads=3, threads_batch=5, batch_tokens=1024, usual_threads=4, gpu_layers=7)
    assert loader(tmp_path, model, elsewhere).plan(model)(64 * GIB, ()) == fit(model, LoadOptions(), 64 * GIB)


def test_a_batch_whose_buffers_do_not_fit_is_not_taken(tmp_path: Path, model: ModelFile) -> None:
    huge = Tuning(threads=3, threads_batch=5, batch_tokens=65_536, usual_threads=4, gpu_layers=0)
    options = LoadOptions(context_length=32_768, kv_cells=32_768)
    plain = fit(model, options, 64 * GIB)
    available_bytes = plain.memory.total_bytes + 1
    spec = loader(tmp_path, model, huge, options).plan(model)(available_bytes, ())
    assert spec == fit(model, options, available_bytes)
