"""The whole pipeline, with a budget of a few steps: train, go on, export, evaluate."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("tokenizers")

from starter.checkpoint import load_model

SMALL = ("--width=64", "--layers=2", "--heads=2", "--kv-heads=2", "--feed-forward=96", "--budget=2048")


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *map(str, arguments)]
    return subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=170)


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_train_export_evaluate(tmp_path: Path) -> None:
    run, file, report = tmp_path / "run", tmp_path / "starter.gguf", tmp_path / "scores.json"
    for steps in ("3", "6"):
        done = _run("starter.train", run, "--steps", steps, "--processes", "2", *SMALL)
        assert done.returncode == 0, done.stderr
    state = load_model(run / "checkpoint.pt")[1]
    assert (state.step, state.starts) == (6, 2)
    assert state.losses[-1] < state.losses[0]
    assert (run / "loss.png").stat().st_size > 0
    done = _run("starter.export", run, file)
    assert done.returncode == 0, done.stderr
    done = _run("starter.evaluate", file, "--count=2", "--free=1", "--split=validation", "--json", report)
    assert done.returncode == 0, done.stderr
    assert "copying" in done.stdout
    assert len(json.loads(report.read_text())["scores"]) == 11
    further = ("--steps=1", "--processes=2", "--budget=2048", "--start-from", file, "--layers=3", "--rate=0.25")
    done = _run("starter.train", tmp_path / "next", *further)
    assert done.returncode == 0, done.stderr
    network, begun = load_model(tmp_path / "next" / "checkpoint.pt")
    assert (state.rate, begun.rate) == (1.0, 0.25)
    assert (network.shape.width, network.shape.layers) == (64, 3)
    assert begun.losses[0] < state.losses[0]


def test_a_file_to_start_from_brings_its_sizes_with_it(tmp_path: Path) -> None:
    done = _run("starter.train", tmp_path / "run", "--steps=1", "--start-from", tmp_path / "any.gguf", "--width=64")
    assert done.returncode == 2
    assert "only --layers may say more" in done.stderr
