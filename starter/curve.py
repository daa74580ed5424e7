"""The picture of a run: loss over steps, and for each ability the share of held-out answers foreseen whole."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

from starter.checkpoint import State
from starter.corpus.example import ABILITIES

mpl.use("Agg")

from matplotlib import pyplot

_SMOOTH = 0.97


def draw(state: State, path: Path) -> None:
    """Write the picture as PNG."""
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(13, 5))
    left.plot(smoothed(state.losses), linewidth=1)
    left.set(xlabel="step", ylabel="training loss, nats per token", yscale="log", title="Loss (smoothed)")
    steps = [record["step"] for record in state.validations]
    for ability in ABILITIES:
        right.plot(steps, [record.get(f"{ability}.whole", 0.0) for record in state.validations], label=ability)
    right.set(xlabel="step", ylabel="share", ylim=(0, 1.02), title="Validation answers foreseen whole")
    right.legend(fontsize="small")
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    pyplot.close(figure)


def smoothed(values: list[float]) -> list[float]:
    """Return an exponential mean of `values`, without bias at its beginning."""
    mean, weight, result = 0.0, 0.0, []
    for value in values:
        mean = _SMOOTH * mean + (1 - _SMOOTH) * value
        weight = _SMOOTH * weight + (1 - _SMOOTH)
        result.append(mean / weight)
    return result
