"""What a run began with, and the mean of its weights over its last half.

The mean of a path is better than its end where the path swings from one side of a valley to the other, as that of small
batches does (Izmailov et al. 2018, "Averaging weights leads to wider optima", https://arxiv.org/abs/1803.05407). And a
run that trained an exported file further ends not far from it: a network between both is often better than either
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", https://arxiv.org/abs/2109.01903).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from starter.model import Llama

LAST = 0.5
"""The mean is of the part of a run that begins with this share of it."""

Weights = dict[str, Tensor]


@dataclass(slots=True)
class Trail:
    """`begun` is what the run began with, `total` the sum of its weights after each of `count` updates."""

    begun: Weights
    total: Weights
    count: int = 0

    def add(self, model: Llama, progress: float) -> None:
        """Take in the weights after an update, if it belongs to the last half."""
        if progress < LAST:
            return
        for name, weights in model.state_dict().items():
            self.total[name] += weights
        self.count += 1

    def mean(self, begun: float) -> Weights:
        """Return `begun`, a share, of what the run began with, and for the rest the mean of its last half.

        Raises:
            ValueError: the run is not there yet, or `begun` is no share.
        """
        if not 0.0 <= begun <= 1.0:
            raise ValueError(f"{begun} is no share: it is to be 0 to 1.")
        if not self.count:
            raise ValueError("This run has no mean yet: it has not come to its last half.")
        return {
            name: begun * self.begun[name] + (1.0 - begun) / self.count * total for name, total in self.total.items()
        }


def begin(model: Llama) -> Trail:
    """Return the trail of a run that begins with `model`."""
    weights = model.state_dict()
    return Trail(
        {name: value.clone() for name, value in weights.items()},
        {name: torch.zeros_like(value) for name, value in weights.items()},
    )
