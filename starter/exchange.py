"""Sums over the processes of one run, through shared memory: each writes its numbers, all read everyone's."""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.synchronize import Barrier

import torch
from torch import Tensor, multiprocessing

PATIENCE_S = 900.0
"""How long a process waits for the others before it gives up with `BrokenBarrierError`."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One process's access. `numbers` is shared, [processes, capacity]; `barrier` is passed by all of them."""

    rank: int
    numbers: Tensor
    barrier: Barrier

    @property
    def processes(self) -> int:
        """How many take part."""
        return self.numbers.shape[0]

    def sum(self, own: Tensor) -> Tensor:
        """Return the sum of what every process gives; all give a vector of the same length, on the CPU."""
        if self.processes == 1:
            return own
        self.numbers[self.rank, : len(own)] = own
        self.barrier.wait(PATIENCE_S)
        total = self.numbers[:, : len(own)].sum(dim=0)
        self.barrier.wait(PATIENCE_S)
        return total


def make_exchanges(processes: int, capacity: int) -> list[Exchange]:
    """Return the access of each process, for vectors of up to `capacity` numbers; to be handed over when spawning."""
    context = multiprocessing.get_context("spawn")
    numbers = torch.zeros(processes, capacity).share_memory_()  # type: ignore[no-untyped-call]  # torch
    barrier = context.Barrier(processes)
    return [Exchange(rank, numbers, barrier) for rank in range(processes)]
