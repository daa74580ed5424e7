"""A run's mean is that of its weights over its last half, and of what it began with."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from minerva.models.gguf import read_header
from tests.starter.conftest import Trained

torch = pytest.importorskip("torch")


def _walk(trained: Trained, run: Path, steps: int, of: int, *, further: bool) -> None:
    """Make a run of so many updates of its budget, each of which adds one to the last norm; stopped after each."""
    from starter import checkpoint, trail

    model, path = copy.deepcopy(trained.model), run / "checkpoint.pt"
    state, seen = checkpoint.State(5, further=further), trail.begin(model)
    for step in range(1, steps + 1):
        with torch.no_grad():
            model.norm.weight += 1.0
        state.step, state.progress = step, step / of
        seen.add(model, state.progress)
        checkpoint.save(path, model, [], state, seen)
        seen = checkpoint.load_trail(path)
    trained.tokenizer.save(str(run / "tokenizer.json"))


@pytest.mark.parametrize(
    ("begun", "further", "distance"), [(None, True, 3.0), (None, False, 6.0), (0.25, True, 4.5), (0.0, True, 6.0)]
)
def test_the_mean_is_of_what_a_run_began_with_and_of_its_last_half(
    trained: Trained, tmp_path: Path, begun: float | None, further: bool, distance: float
) -> None:
    from starter.average import average
    from starter.restore import restore

    _walk(trained, tmp_path, 8, of=8, further=further)  # from 4 to 8 away in its last half
    average(tmp_path, tmp_path / "mean.gguf", begun)
    written, _ = restore(tmp_path / "mean.gguf")
    assert torch.allclose(written.norm.weight, trained.model.norm.weight + distance, atol=1e-4)
    assert read_header(tmp_path / "mean.gguf").metadata["minerva.starter.steps"] == 8


@pytest.mark.parametrize("begun", [-0.1, 1.5])
def test_what_is_no_share_is_refused(trained: Trained, tmp_path: Path, begun: float) -> None:
    from starter.average import average

    _walk(trained, tmp_path, 8, of=8, further=True)
    with pytest.raises(ValueError, match="no share"):
        average(tmp_path, tmp_path / "mean.gguf", begun)


def test_a_run_in_its_first_half_has_no_mean(trained: Trained, tmp_path: Path) -> None:
    from starter.average import average

    _walk(trained, tmp_path, 3, of=8, further=True)
    with pytest.raises(ValueError, match="not come to its last half"):
        average(tmp_path, tmp_path / "mean.gguf")
