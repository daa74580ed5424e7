"""What tuning found holds for the file, the machine and the engine that it was measured with."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from minerva.core.model import LoadOptions, ModelFile, Tuning
from minerva.models.tuned import Machine, TunedFiles, this_machine

MACHINE = Machine("A processor", 8, "0.1")
MODEL = ModelFile(name="a", paths=("/models/a.gguf",), kind="model", size_bytes=10, modified_s=5.0)
TUNING = Tuning(threads=4, threads_batch=8, batch_tokens=256, usual_threads=6, gpu_layers=0)


def test_what_is_kept_is_found_by_another_process(tmp_path: Path) -> None:
    TunedFiles(tmp_path / "tuned", MACHINE).save(MODEL, TUNING)
    assert TunedFiles(tmp_path / "tuned", MACHINE).find(MODEL) == TUNING


@pytest.mark.parametrize(
    "change", [{"size_bytes": 11}, {"modified_s": 6.0}], ids=["another size", "another time of change"]
)
def test_another_file_of_the_same_name_is_another_model(tmp_path: Path, change: dict[str, float]) -> None:
    files = TunedFiles(tmp_path, MACHINE)
    files.save(MODEL, TUNING)
    other = msgspec.structs.replace(MODEL, **change)
    assert files.find(other) is None
    assert files.is_stale(other)
    assert not files.is_stale(MODEL)


@pytest.mark.parametrize("change", [{"processor": "Another"}, {"cpus": 4}, {"binding": "0.2"}])
def test_it_holds_on_one_machine_with_one_build(tmp_path: Path, change: dict[str, str | int]) -> None:
    TunedFiles(tmp_path, MACHINE).save(MODEL, TUNING)
    elsewhere = TunedFiles(tmp_path, msgspec.structs.replace(MACHINE, **change))
    assert elsewhere.find(MODEL) is None
    assert elsewhere.is_stale(MODEL)


def test_models_do_not_share(tmp_path: Path) -> None:
    files = TunedFiles(tmp_path, MACHINE)
    files.save(MODEL, TUNING)
    other = msgspec.structs.replace(MODEL, paths=("/models/b.gguf",))
    assert files.find(other) is None
    assert not files.is_stale(other)


def test_it_can_be_forgotten(tmp_path: Path) -> None:
    files = TunedFiles(tmp_path, MACHINE)
    files.save(MODEL, TUNING)
    assert files.forget(MODEL)
    assert files.find(MODEL) is None
    assert not files.forget(MODEL)


@pytest.mark.parametrize("data", [b"", b"{", b'{"model": 1}', b"\xff\xfe"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, data: bytes) -> None:
    files = TunedFiles(tmp_path, MACHINE)
    files.save(MODEL, TUNING)
    (path,) = tmp_path.iterdir()
    path.write_bytes(data)
    assert files.find(MODEL) is None
    files.save(MODEL, TUNING)
    assert files.find(MODEL) == TUNING


def test_without_a_folder_nothing_is_kept() -> None:
    files = TunedFiles(None, MACHINE)
    files.save(MODEL, TUNING)
    assert files.find(MODEL) is None
    assert not files.forget(MODEL)


def test_this_machine_has_a_name_and_processors() -> None:
    here = this_machine()
    assert here.processor
    assert here.cpus >= 1


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (LoadOptions(), {"threads": 4, "threads_batch": 8, "batch_tokens": 256}),
        (LoadOptions(threads=2), {"batch_tokens": 256}),
        (LoadOptions(threads_batch=2), {"threads": 4, "batch_tokens": 256}),
        (LoadOptions(batch_tokens=512), {"threads": 4, "threads_batch": 8}),
        (LoadOptions(threads=1, batch_tokens=1), {}),
    ],
)
def test_what_a_person_sets_stands_above_it(options: LoadOptions, left: dict[str, int]) -> None:
    assert TUNING.without(options).values() == left
