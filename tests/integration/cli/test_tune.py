"""`minerva bench --tune`: measured, kept, used by the next load, shown, forgotten."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import psutil
import pytest

from minerva.cli.bench import tune
from minerva.core.model import Tuning
from minerva.engine.threads import best_thread_count
from minerva.models.registry import Registry
from minerva.models.tuned import TunedFiles
from tests.integration.cli.program import minerva, serving
from tests.support.tiny_encoder import write_tiny_encoder

TUNING = Tuning(threads=1, threads_batch=2, batch_tokens=128, usual_threads=best_thread_count(), gpu_layers=0)


@pytest.fixture
def own(tmp_path: Path, tiny_model: Path) -> Path:
    """A home with the tiny model, for one test."""
    (tmp_path / "models").mkdir()
    shutil.copy(tiny_model, tmp_path / "models" / "tiny.gguf")
    return tmp_path


@pytest.fixture
def tuned(own: Path) -> Path:
    """The same, with something that holds for it."""
    kept_in(own).save(Registry((own / "models",)).find("tiny"), TUNING)
    return own


def kept_in(home: Path) -> TunedFiles:
    return TunedFiles(home / "cache" / "tuned")


def loaded(home: Path, url: str) -> dict[str, Any]:
    """Load the model by asking it something, and return what `ps` says of it."""
    minerva(home, "run", "tiny", "Hi", "--set", "max_tokens=2", "--url", url)
    (model,) = json.loads(minerva(home, "ps", "--json", "--url", url).stdout)["models"]
    return dict(model)


def test_the_model_is_measured_and_what_was_found_is_kept(
    own: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MINERVA_HOME", str(own))
    monkeypatch.setattr(tune, "BUDGET_S", 2.0)
    monkeypatch.setattr(psutil, "cpu_percent", lambda _seconds: 90.0)
    tune.run_tune("tiny", None, [], forget=False, as_json=False)
    printed, remarks = capsys.readouterr()
    assert "90 % of the processors" in remarks
    assert "writing, one answer" in printed
    assert "best" in printed
    found = kept_in(own).find(Registry((own / "models",)).find("tiny"))
    assert found is not None
    assert found.threads is not None
    assert f"threads {found.threads}" in printed


def test_the_next_load_has_it_and_says_so(tuned: Path) -> None:
    with serving(tuned) as url:
        assert "threads 1, threads_batch 2, batch_tokens 128" in minerva(tuned, "show", "tiny", "--url", url).stdout
        model = loaded(tuned, url)
        assert "1 tuned" in minerva(tuned, "ps", "--url", url).stdout
    assert model["tuned"] == ["threads", "threads_batch", "batch_tokens"]
    assert (model["threads"], model["threads_batch"], model["batch_tokens"]) == (1, 2, 128)


def test_a_setting_stands_above_it(tuned: Path) -> None:
    with serving(tuned, "--threads", "2") as url:
        model = loaded(tuned, url)
    assert model["tuned"] == ["batch_tokens"]
    assert (model["threads"], model["threads_batch"], model["batch_tokens"]) == (2, 2, 128)


def test_it_can_be_forgotten(tuned: Path) -> None:
    done = minerva(tuned, "bench", "--tune", "--forget", "tiny")
    assert done.returncode == 0, done.stderr
    assert list((tuned / "cache" / "tuned").iterdir()) == []
    assert "Nothing is kept" in minerva(tuned, "bench", "--tune", "--forget", "tiny").stderr


def test_the_doctor_tells_of_it_and_when_it_does_not_hold_any_more(tuned: Path) -> None:
    assert "tiny: threads 1, threads_batch 2, batch_tokens 128" in minerva(tuned, "doctor").stdout
    (tuned / "models" / "tiny.gguf").touch()
    assert "measure again: minerva bench --tune tiny" in minerva(tuned, "doctor").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--forget", "tiny"), "--tune"),
        (("--tune", "--threads", "2", "tiny"), "--threads"),
        (("--tune", "-p", "5", "-r", "2", "tiny"), "--prompt, --repetitions"),
    ],
)
def test_flags_that_would_have_no_effect_are_refused(own: Path, arguments: tuple[str, ...], words: str) -> None:
    done = minerva(own, "bench", *arguments)
    assert done.returncode == 2
    assert words in done.stderr


def test_a_model_that_only_reads_is_refused(own: Path) -> None:
    write_tiny_encoder(own / "models" / "reader.gguf")
    done = minerva(own, "bench", "--tune", "reader")
    assert done.returncode != 0
    assert "nothing to tune" in done.stderr
