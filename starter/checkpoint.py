"""What a training run keeps on disk, so that it can go on after any end."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from starter.model import Llama, Shape
from starter.trail import Trail

Record = dict[str, float]


@dataclass(slots=True)
class State:
    """How far a run has come.

    Attributes:
        seed: of the corpus, the weights and the order.
        step: updates of the weights.
        tokens: tokens read, padding aside.
        elapsed_s: seconds of training, over all starts.
        progress: share of the budget that is used, 0 to 1.
        starts: how often the run was started; each start reads a stretch of the corpus of its own.
        losses: per update, in nats per token (weighted as trained).
        further: whether it began with the weights of an exported file.
        rate: the highest learning rate, as a part of a first run's.
        validations: per validation the step, and for each ability the loss and the share of answers foreseen whole.
    """

    seed: int
    step: int = 0
    tokens: int = 0
    elapsed_s: float = 0.0
    progress: float = 0.0
    starts: int = 0
    further: bool = False
    rate: float = 1.0
    losses: list[float] = field(default_factory=list)
    validations: list[Record] = field(default_factory=list)


def save(path: Path, model: Llama, optimisers: list[torch.optim.Optimizer], state: State, trail: Trail) -> None:
    """Write a checkpoint in one piece, or not at all."""
    partial = path.with_suffix(".partial")
    content = {
        "shape": dataclasses.asdict(model.shape),
        "state": dataclasses.asdict(state),
        "model": model.state_dict(),
        "optimisers": [optimiser.state_dict() for optimiser in optimisers],
        "trail": {"begun": trail.begun, "total": trail.total, "count": trail.count},
    }
    torch.save(content, partial)
    partial.replace(path)


def load_model(path: Path) -> tuple[Llama, State]:
    """Return the network of a checkpoint and how far it has come."""
    content = _read(path)
    model = Llama(Shape(**content["shape"]))
    model.load_state_dict(content["model"])
    return model, State(**content["state"])


def load_optimisers(path: Path, optimisers: list[torch.optim.Optimizer]) -> None:
    """Give `optimisers` the state that they had when the checkpoint was written."""
    for optimiser, state in zip(optimisers, _read(path)["optimisers"], strict=True):
        optimiser.load_state_dict(state)


def load_trail(path: Path) -> Trail:
    """Return what a checkpoint knows of the way to it."""
    return Trail(**_read(path)["trail"])


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return content
