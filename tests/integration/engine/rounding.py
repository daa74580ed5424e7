"""How far batches of another shape move a choice, in llama.cpp alone: `python -m tests.integration.engine.rounding`.

First questions of `interleavings` are computed by a bare loop over the binding, whole and cut in two at some places,
then their greedy answers token by token. Where the two likeliest tokens lie within `UNDECIDED`, it tells how far the
distance between them moves from what it is with the whole: there is no cache, tier or speculation here, nor a second
sequence, so what moves is rounding. Once with the file that is shipped, and once with weights, keys and values in 32
bits, with flash attention, which rounds keys and values to 16, and without: `near` of `FLASH` and of `EXACT` in
`interleavings` leaves room for that.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Kind

from benchmarks.bare import BareModel
from tests.integration.engine.interleavings import STARTER, TOKENS, question
from tests.support.reformatted import write_as

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


def moves(model: BareModel, prompt: list[int]) -> list[tuple[float, bool]]:
    """Return of each undecided place of the answer the largest move, and whether another token was chosen."""
    answer = model.greedy(prompt, TOKENS)
    cuts = {8, 16, len(prompt) // 2, len(prompt) - 10, len(prompt) - 1}
    places = sorted(place for place in cuts if 0 < place < len(prompt))
    whole = distances(model, prompt, answer, [])
    others = [distances(model, prompt, answer, [place]) for place in places]
    return [
        (max(abs(other[place] - own) for other in others), min(other[place] for other in others) < 0)
        for place, own in enumerate(whole)
        if own < UNDECIDED
    ]


def main() -> None:
    """Print how far choices moved."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300, help="prompts")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    report("as shipped", BareModel(STARTER, cells=1024, sequences=1), options.count, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        exact = write_as(Kind.F32, STARTER, Path(folder) / STARTER.name)
        for name, kv_type, flash in (("in 32 bits, flash attention", "f16", True), ("in 32 bits", "f32", False)):
            model = BareModel(exact, cells=1024, sequences=1, kv_type=kv_type, flash_attention=flash)
            report(name, model, options.count, options.seed)


def report(name: str, model: BareModel, count: int, seed: int) -> None:
    """Print how far choices of `model` moved, and close it."""
    chance = random.Random(seed)  # noqa: S311 - a workload, not a secret
    found: list[tuple[float, bool]] = []
    for _ in range(count):
        prompt = f"<|im_start|>user\n{question(chance)}<|im_end|>\n<|im_start|>assistant\n"
        found += moves(model, model.tokenize(prompt))
    model.close()
    sizes = sorted((move for move, _ in found), reverse=True)
    largest = ", ".join(f"{size:.2g}" for size in sizes[:5])
    sys.stdout.write(
        f"{name}: {count} answers, {len(found)} undecided places, "
        f"another choice at {sum(other for _, other in found)}; the largest moves: {largest or 'none'}\n"
    )


if __name__ == "__main__":
    main()
