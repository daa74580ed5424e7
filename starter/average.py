"""The mean of a run, as a file: `python -m starter.average RUN FILE.gguf`; see `starter.trail`."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from starter.checkpoint import load_model, load_trail
from starter.export import card_of, export
from starter.tokenizer import load


def average(run: Path, file: Path, begun: float | None = None) -> None:
    """Write the mean of a run to `file`, with the run's card.

    `begun` is the share of what it began with: half if not given, nothing for a run that began with random weights.

    Raises:
        ValueError: the run has not come to its last half, or `begun` is not between 0 and 1.
    """
    model, state = load_model(run / "checkpoint.pt")
    share = begun if begun is not None else 0.5 * state.further
    model.load_state_dict(load_trail(run / "checkpoint.pt").mean(share))
    export(model, load(run / "tokenizer.json"), card_of(state), file)


def main() -> None:
    """Export the mean of what a run began with and of its last half."""
    parser = argparse.ArgumentParser(prog="python -m starter.average", description=main.__doc__)
    parser.add_argument("run", type=Path, help="folder of a training run")
    parser.add_argument("file", type=Path, help="the GGUF file to write")
    parser.add_argument(
        "--begun", type=float, help="share of what the run began with; 0.5 if that was an exported file"
    )
    options = parser.parse_args()
    torch.set_grad_enabled(False)
    average(options.run, options.file, options.begun)


if __name__ == "__main__":
    main()
