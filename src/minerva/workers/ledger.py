"""Memory and places as measured now, brought before the policy: may this model be loaded, and how?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from minerva.core.errors import OutOfMemory
from minerva.core.model import Device, ModelSpec
from minerva.workers import policy
from minerva.workers.entry import Plan


class Candidate(msgspec.Struct, frozen=True):
    """A model that waits for its load: how to plan it, for which GPUs, and when its back-off ends."""

    name: str
    plan: Plan
    devices: tuple[Device, ...]
    not_before_s: float


class Room(msgspec.Struct, frozen=True):
    """What is left of the RAM, and of what: bytes that a new model could use now, and that all together may use.

    `limit_bytes` is a person's, `None` if there is none. `devices` are the GPUs as they were when last asked.
    """

    free_bytes: int
    limit_bytes: int | None
    devices: tuple[Device, ...]


class Ledger:
    """The one place where bytes are compared."""

    def __init__(self, available: Callable[[], int], limit_bytes: int | None, max_loaded: int | None) -> None:
        """`available` measures the RAM this process may still use; the limits are on all models together."""
        self._available = available
        self._limit_bytes = limit_bytes
        self._max_loaded = max_loaded

    def room(self, held: Sequence[policy.Held], devices: tuple[Device, ...]) -> Room:
        """Return what is left beside the models that are `held`."""
        budget = policy.Budget(self._available(), self._limit_bytes, self._max_loaded)
        return Room(_free(held, budget, frozenset()), self._limit_bytes, devices)

    def consider(
        self, candidate: Candidate, held: Sequence[policy.Held], now_s: float
    ) -> ModelSpec | policy.Evict | policy.Wait:
        """Return how to load `candidate` if it fits now, else what to do first.

        Raises `OutOfMemory` when no eviction and no waiting would make it fit.
        """
        budget = policy.Budget(self._available(), self._limit_bytes, self._max_loaded)
        spec = _plan(candidate, held, budget)
        needed_bytes = spec.needed_bytes if isinstance(spec, OutOfMemory) else spec.memory.ram_bytes
        wanted = policy.Wanted(candidate.name, needed_bytes, candidate.not_before_s)
        decision = policy.decide(wanted, held, budget, now_s)
        if isinstance(decision, policy.Wait):
            return decision
        if isinstance(spec, OutOfMemory):
            # The plan knows better than the policy why even the smallest way to load it is too large.
            raise spec
        match decision:
            case policy.Load():
                return spec
            case policy.Evict():
                return decision
            case policy.Refuse(error):
                raise error


def _plan(candidate: Candidate, held: Sequence[policy.Held], budget: policy.Budget) -> ModelSpec | OutOfMemory:
    """Plan for what is free now; if that means less than was asked for, for what eviction can make free."""
    leaving = frozenset(model.name for model in held if model.state == "stopping")
    try:
        spec = candidate.plan(_free(held, budget, leaving), candidate.devices)
    except OutOfMemory:
        spec = None
    if spec is not None and not spec.notes:
        return spec
    try:
        return candidate.plan(_free(held, budget, leaving.union(policy.idle_names(held))), candidate.devices)
    except OutOfMemory as error:
        return error


def _free(held: Sequence[policy.Held], budget: policy.Budget, without: frozenset[str]) -> int:
    return max(0, policy.free_bytes(held, budget, without))
