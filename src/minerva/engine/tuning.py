"""Which threads and batches to try, for how long, and which of them to take. Pure but for the meter it is given."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Protocol

from minerva.core.model import USUAL_BATCH_TOKENS, Tuning
from minerva.wire.tuning import Rate, Tuned

_ROUNDS = 3
"""Each is measured so often, in turn, so that a slow moment of the machine hits all alike."""

_ALL_UP_TO = 8
_SHARES = (0.25, 0.5, 0.75)
_SMALLEST_BATCH, _LARGEST_BATCH = 32, 2048
_READING_BATCHES = (8, 16, 32, 64, 128)
"""Tokens of a batch that threads are compared with: the largest that there is time for."""

_LONGEST_SLICE_S = 0.6
"""More than this at a time tells nothing new, however fast the model is."""

_THREADS_MARGIN, _BATCH_MARGIN = 0.02, 0.03
"""What is slower by no more than this is as fast: then it is what would be taken anyway, or the smallest."""

_WRITING_SHARE, _READING_SHARE, _BATCH_SHARE = 0.3, 0.25, 0.45
"""How the time is divided."""


class Meter(Protocol):
    """Computes on the model that is to be tuned, from an empty memory each time, and returns the seconds it took."""

    def write(self, threads: int, seconds: float) -> tuple[int, float]:
        """Write token after token for `seconds`, one at least; return how many, and the seconds they took."""
        ...

    def read(self, threads: int, tokens: int, batch: int) -> float:
        """Read a prompt of `tokens` tokens in batches of `batch`."""
        ...


def thread_candidates(usual: int, most: int) -> list[int]:
    """Return the numbers of threads to try: all there are of few, some of many."""
    if most <= _ALL_UP_TO:
        return list(range(1, most + 1))
    wanted = {*(max(1, round(usual * share)) for share in _SHARES), usual, (usual + most) // 2, most}
    return sorted(wanted)


def batch_candidates(most: int) -> list[int]:
    """Return the sizes of batches to try: powers of two."""
    sizes, size = [], _SMALLEST_BATCH
    while size <= min(most, _LARGEST_BATCH):
        sizes.append(size)
        size *= 2
    return sizes


def choose(rates: Sequence[Rate], usual: int, margin: float) -> int:
    """Return the size to take of `rates`, which are in order: `usual` if nothing is faster by more than `margin`."""
    enough = (1 - margin) * max(rate.tokens_per_s for rate in rates)
    fast = [rate.size for rate in rates if rate.tokens_per_s >= enough]
    return usual if usual in fast else fast[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What there is to choose from: numbers of threads, what the engine takes by itself and all that there are."""

    usual: int
    most: int
    largest_batch: int
    gpu_layers: int


def tune(meter: Meter, machine: Machine, budget_s: float, say: Callable[[str], None]) -> Tuned:
    """Measure with `meter` for about `budget_s` at most, and decide. `say` is told what is being done."""
    candidates = thread_candidates(machine.usual, machine.most)
    say(f"writing with {_listed(candidates)} threads")
    writing = _rates(candidates, budget_s * _WRITING_SHARE, functools.partial(_write, meter))
    say(f"reading with {_listed(candidates)} threads")
    tokens, reading = _read_by_threads(meter, machine, candidates, budget_s * _READING_SHARE)
    threads_batch = choose(reading, machine.usual, _THREADS_MARGIN)
    say("reading in batches of several sizes")
    prompt, batches = _read_in_batches(meter, machine.largest_batch, threads_batch, budget_s * _BATCH_SHARE)
    return Tuned(
        writing=writing,
        reading=reading,
        reading_batch=tokens,
        batches=batches,
        batch_prompt=prompt,
        tuning=Tuning(
            threads=choose(writing, machine.usual, _THREADS_MARGIN),
            threads_batch=threads_batch,
            batch_tokens=choose(batches, USUAL_BATCH_TOKENS, _BATCH_MARGIN) if batches else None,
            usual_threads=machine.usual,
            gpu_layers=machine.gpu_layers,
        ),
    )


def _read_by_threads(
    meter: Meter, machine: Machine, candidates: Sequence[int], budget_s: float
) -> tuple[int, tuple[Rate, ...]]:
    """Return the size of the batch that was read, and the rates."""
    sizes = [size for size in _READING_BATCHES if size <= machine.largest_batch] or [machine.largest_batch]
    tokens = _affordable(meter, machine.usual, sizes, budget_s, len(candidates))
    return tokens, _rates(candidates, budget_s, lambda threads, slice_s: _read(meter, threads, tokens, tokens, slice_s))


def _read_in_batches(meter: Meter, largest: int, threads: int, budget_s: float) -> tuple[int, tuple[Rate, ...]]:
    """Return the length of the prompt that was read, and the rates; nothing if the usual batch would take too long."""
    sizes = batch_candidates(largest)
    if not sizes:
        return 0, ()
    prompt = _affordable(meter, threads, sizes, budget_s, len(sizes))
    if prompt < min(USUAL_BATCH_TOKENS, sizes[-1]):
        return 0, ()
    sizes = [size for size in sizes if size <= prompt]
    return prompt, _rates(sizes, budget_s, lambda size, slice_s: _read(meter, threads, prompt, size, slice_s))


def _write(meter: Meter, threads: int, slice_s: float) -> tuple[float, float]:
    """Return the rate, and the seconds that it took to measure it."""
    tokens, taken_s = meter.write(threads, slice_s)
    return tokens / taken_s, taken_s


def _read(meter: Meter, threads: int, tokens: int, batch: int, slice_s: float) -> tuple[float, float]:
    """Return the median rate of as many runs as `slice_s` has time for, one at least, and the seconds they took."""
    taken: list[float] = []
    while not taken or sum(taken) + taken[-1] <= slice_s:
        taken.append(meter.read(threads, tokens, batch))
    return tokens / median(taken), sum(taken)


def _rates(
    sizes: Sequence[int], budget_s: float, measure: Callable[[int, float], tuple[float, float]]
) -> tuple[Rate, ...]:
    """Return the median rate of each size. What takes too long is measured in fewer rounds, one at least."""
    found: dict[int, list[float]] = {size: [] for size in sizes}
    slice_s = min(_LONGEST_SLICE_S, budget_s / (len(sizes) * _ROUNDS))
    spent_s = 0.0
    for number in range(_ROUNDS):
        if number * budget_s < (number + 1) * spent_s:
            break
        # Back and forth, so that none is always the first.
        for size in sizes if number % 2 == 0 else reversed(sizes):
            rate, taken_s = measure(size, slice_s)
            found[size].append(rate)
            spent_s += taken_s
    return tuple(Rate(size, median(rates)) for size, rates in found.items())


def _affordable(meter: Meter, threads: int, sizes: Sequence[int], budget_s: float, candidates: int) -> int:
    """Return the largest of `sizes`, in order, that can be read by all candidates in all rounds within `budget_s`."""
    largest = sizes[0]
    # The first run pages weights in, or starts threads, and tells nothing.
    meter.read(threads, largest, largest)
    per_token_s = meter.read(threads, largest, largest) / largest
    for size in sizes[1:]:
        if per_token_s * size * candidates * _ROUNDS > budget_s:
            break
        largest = size
        # The larger the batch the less a token takes.
        per_token_s = meter.read(threads, size, size) / size
    return largest


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
