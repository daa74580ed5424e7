"""How far batches of another shape move a choice, in llama.cpp alone: `python -m tests.integration.engine.rounding`.

Prompts of `interleavings` are computed by a bare loop over the binding, whole and cut at several places, and then their
greedy answers token by token. Where the two likeliest tokens lie within `UNDECIDED`, it counts how far the distance
between them moves from one way to another: there is no cache, tier or speculation here, so what moves is rounding.
`interleavings.NEAR` is above it.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from collections.abc import Sequence

import numpy as np

from benchmarks.bare import BareModel
from tests.integration.engine.interleavings import STARTER, TOKENS, question

UNDECIDED = 1.0
"""In natural logarithms of probability, as all distances here."""


def distances(model: BareModel, prompt: Sequence[int], answer: Sequence[int], cuts: Sequence[int]) -> list[float]:
    """Return at each token of `answer` how far its logit lies above the largest other; negative if it is not chosen."""
    model.clear()
    for start, end in itertools.pairwise([0, *cuts, len(prompt)]):
        model.extend([(0, start, list(prompt[start:end]))])
    found = []
    for place, token in enumerate(answer):
        logits = model.logits(0).copy()
        own, logits[token] = float(logits[token]), -np.inf
        found.append(own - float(logits.max()))
        model.extend([(0, len(prompt) + place, [token])])
    return found


def moves(model: BareModel, prompt: list[int]) -> list[tuple[float, float]]:
    """Return of each undecided place of the answer how far it was from another one, and the largest move."""
    answer = model.greedy(prompt, TOKENS)
    places = sorted({8, 16, len(prompt) // 2, len(prompt) - 10, len(prompt) - 1} & set(range(1, len(prompt))))
    whole = distances(model, prompt, answer, [])
    others = [distances(model, prompt, answer, [place]) for place in places]
    return [
        (own, max((abs(other[place] - own) for other in others), default=0.0))
        for place, own in enumerate(whole)
        if own < UNDECIDED
    ]


def main() -> None:
    """Print how far choices moved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="prompts")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - a workload, not a secret
    model = BareModel(STARTER, cells=1024, sequences=1)
    found: list[tuple[float, float]] = []
    for _ in range(options.count):
        prompt = f"<|im_start|>user\n{question(chance)}<|im_end|>\n<|im_start|>assistant\n"
        found += moves(model, model.tokenize(prompt))
    model.close()
    by = sorted(move for _, move in found)
    sys.stdout.write(
        f"{options.count} answers, {len(found)} undecided places; moved by {by[len(by) // 2]:.3f} in the median, "
        f"{by[-1]:.3f} at most; another choice at {sum(move > own for own, move in found)} of them\n"
    )


if __name__ == "__main__":
    main()
