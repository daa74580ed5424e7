"""The mean of two networks: `python -m starter.average RUN BEGUN_WITH.gguf FILE.gguf`.

A run that began with an exported file ends not far from it, and a network between both is often better than either
(Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", https://arxiv.org/abs/2109.01903).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from starter.checkpoint import load_model
from starter.export import card_of, export
from starter.model import Llama
from starter.restore import restore
from starter.tokenizer import load


def mean(one: Llama, other: Llama, share: float = 0.5) -> Llama:
    """Return the network whose weights are `share` of those of `one`, and of `other` the rest.

    Raises:
        ValueError: the two are not of one shape.
    """
    if one.shape != other.shape:
        raise ValueError(f"The networks differ in shape: {one.shape} and {other.shape}.")
    theirs = other.state_dict()
    both = Llama(one.shape)
    both.load_state_dict(
        {name: share * weights + (1.0 - share) * theirs[name] for name, weights in one.state_dict().items()}
    )
    return both


def main() -> None:
    """Export the mean of a run's weights and of those that it began with."""
    parser = argparse.ArgumentParser(prog="python -m starter.average", description=main.__doc__)
    parser.add_argument("run", type=Path, help="folder of a training run")
    parser.add_argument("begun_with", type=Path, help="the exported file that it began with")
    parser.add_argument("file", type=Path, help="the GGUF file to write")
    parser.add_argument("--share", type=float, default=0.5, help="of the run's weights")
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    average(options.run, options.begun_with, options.file, options.share)


def average(run: Path, begun_with: Path, file: Path, share: float = 0.5) -> None:
    """Write to `file` the mean of a run's weights and of those in the exported file that it began with.

    Raises:
        ValueError: the two differ in shape or in their tokens.
    """
    model, state = load_model(run / "checkpoint.pt")
    tokenizer, (other, other_tokenizer) = load(run / "tokenizer.json"), restore(begun_with)
    if tokenizer.get_vocab() != other_tokenizer.get_vocab():
        raise ValueError(f"{run} and {begun_with} differ in their tokens.")
    export(mean(model, other, share), tokenizer, card_of(state), file)


if __name__ == "__main__":
    main()
