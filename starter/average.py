"""The mean of two networks: `python -m starter.average RUN BEGUN_WITH.gguf FILE.gguf`.

A run that began with an exported file ends not far from it, and the network halfway between both is often better than
either: what one of them gets wrong by chance the other does not (Wortsman et al. 2022, https://arxiv.org/abs/2203.05482).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from starter.checkpoint import load_model
from starter.export import Card, commit_of, export
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
    model, state = load_model(options.run / "checkpoint.pt")
    both = mean(model, restore(options.begun_with)[0], options.share)
    card = Card(state.seed, commit_of(Path(__file__).parent), state.step, state.tokens)
    export(both, load(options.run / "tokenizer.json"), card, options.file)


if __name__ == "__main__":
    main()
