"""Means of the weights over stretches of a run, one file for each: any later part of a run is a mean of some of them.

The mean of a path is better than its end where the path swings from one side of a valley to the other, as that of small
batches does (Izmailov et al. 2018, "Averaging weights leads to wider optima", https://arxiv.org/abs/1803.05407).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor

from starter.model import Llama

LENGTH = 100
"""Updates in a stretch."""


class Stretches:
    """Adds up the weights of a model after each update, and writes their mean at the end of each stretch."""

    def __init__(self, model: Llama, folder: Path, length: int = LENGTH) -> None:
        """Means go to `folder`, which is made if there is none."""
        self._model, self._folder, self._length = model, folder, length
        self._sum: dict[str, Tensor] = {}
        self._count = 0
        folder.mkdir(parents=True, exist_ok=True)

    @torch.no_grad()
    def add(self, step: int) -> None:
        """Take in the weights after update `step`; a stretch that a restart cut off is not written."""
        weights = self._model.state_dict()
        if not self._count:
            self._sum = {name: torch.zeros_like(value) for name, value in weights.items()}
        for name, value in weights.items():
            self._sum[name] += value
        self._count += 1
        if step % self._length == 0:
            whole = self._count == self._length
            if whole:
                torch.save(
                    {name: value / self._count for name, value in self._sum.items()}, self._folder / f"{step:06}.pt"
                )
            self._count = 0


def mean_of(files: list[Path]) -> dict[str, Tensor]:
    """Return the mean of the weights in `files`."""
    read = [torch.load(file, map_location="cpu", weights_only=True) for file in files]
    return {name: sum(weights[name] for weights in read) / len(read) for name in read[0]}
