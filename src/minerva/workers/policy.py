"""What to do about a model that somebody wants: load it, evict others for it, wait, or refuse.

Pure: the state of the pool, the measured memory and the clock come in as values, a decision goes out.
Bytes are RAM throughout; times are seconds of one monotonic clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from minerva.core.errors import OutOfMemory
from minerva.core.request import FOREVER

BACKOFF_MAX_S = 60.0
STABLE_S = 60.0
"""A worker that lived this long after its load was sound: its crash starts a new count."""
PATIENCE_S = 10.0
"""How long a load waits for busy models before those take no new requests, so that it is not starved by them."""


class Held(msgspec.Struct, frozen=True):
    """A model that has a worker. `users` counts leases and requests that wait for its load.

    `size_bytes` is what its end would give back in all. `unseen_bytes` of these are not missing from the measured
    available memory: not allocated yet, or mapped weights, which the system counts as cache that it could drop.
    """

    name: str
    state: Literal["loading", "ready", "stopping"]
    size_bytes: int
    unseen_bytes: int
    users: int
    last_used_s: float


class Wanted(msgspec.Struct, frozen=True):
    """A model to load, what it needs, and when its back-off after crashes ends."""

    name: str
    needed_bytes: int
    not_before_s: float = 0.0


class Budget(msgspec.Struct, frozen=True):
    """What may be used: measured available bytes, and a person's limits on all models together."""

    available_bytes: int
    limit_bytes: int | None = None
    max_loaded: int | None = None


class Load(msgspec.Struct, frozen=True):
    """Load it now: it fits."""


class Evict(msgspec.Struct, frozen=True):
    """End these idle models, least recently used first, then decide again."""

    names: tuple[str, ...]


class Wait(msgspec.Struct, frozen=True):
    """Decide again when something has changed, or at `until_s`. `blockers` are the busy models in the way."""

    blockers: tuple[str, ...] = ()
    until_s: float | None = None


class Refuse(msgspec.Struct, frozen=True):
    """It would not fit even if every other model were gone."""

    error: OutOfMemory


Decision = Load | Evict | Wait | Refuse


class Crashes(msgspec.Struct, frozen=True):
    """A model's history of crashes: in a row, in all, and when it may be loaded again."""

    streak: int = 0
    total: int = 0
    retry_at_s: float = 0.0


def decide(wanted: Wanted, held: Sequence[Held], budget: Budget, now_s: float) -> Decision:
    """Return what to do about `wanted`, which is not among `held`. Never evicts a model that has users."""
    if now_s < wanted.not_before_s:
        return Wait(until_s=wanted.not_before_s)
    leaving = frozenset(model.name for model in held if model.state == "stopping")
    idle = idle_names(held)
    if _fits(wanted, held, budget, frozenset()):
        return Load()
    if _fits(wanted, held, budget, leaving):
        return Wait()
    if victims := _fewest(wanted, held, budget, leaving, idle):
        return Evict(victims)
    free = leaving.union(idle)
    if blockers := _fewest(wanted, held, budget, free, _by_last_use(held, without=free)):
        return Wait(blockers)
    return Refuse(_out_of_memory(wanted, free_bytes(held, budget, frozenset(model.name for model in held))))


def free_bytes(held: Iterable[Held], budget: Budget, without: frozenset[str] = frozenset()) -> int:
    """Return the bytes a new model could use if the models named in `without` were gone; may be negative."""
    free = budget.available_bytes
    promised = 0
    for model in held:
        if model.name in without:
            free += model.size_bytes - model.unseen_bytes
        else:
            free -= model.unseen_bytes
            promised += model.size_bytes
    return free if budget.limit_bytes is None else min(free, budget.limit_bytes - promised)


def idle_names(held: Sequence[Held]) -> tuple[str, ...]:
    """Return the models that may be evicted, least recently used first."""
    busy = frozenset(model.name for model in held if model.state != "ready" or model.users)
    return _by_last_use(held, without=busy)


def holds_back(name: str, waits: Iterable[tuple[float, tuple[str, ...]]], now_s: float) -> bool:
    """Tell whether `name` takes no new request, because a load has waited for it to be idle for `PATIENCE_S`.

    `waits` holds, for each load that waits for memory, since when it does and its `Wait.blockers`.
    """
    return any(name in blockers and now_s - since_s >= PATIENCE_S for since_s, blockers in waits)


def expiry_s(now_s: float, keep_alive_s: float) -> float | None:
    """Return when a model that is idle since `now_s` is to be unloaded; `None` for never."""
    return None if keep_alive_s == FOREVER else now_s + keep_alive_s


def after_crash(crashes: Crashes, lived_s: float, now_s: float) -> Crashes:
    """Return the history with one crash more, of a worker that was ready for `lived_s` (0: it died in its load)."""
    streak = 1 if lived_s >= STABLE_S else crashes.streak + 1
    return Crashes(streak, crashes.total + 1, now_s + backoff_s(streak))


def backoff_s(streak: int) -> float:
    """Return how long to wait before a load after `streak` crashes in a row: 0, 1, 2, 4 … `BACKOFF_MAX_S`."""
    # The exponent is bounded as well: a float overflows where the streak is thousands long.
    return 0.0 if streak <= 1 else min(BACKOFF_MAX_S, 2.0 ** min(streak - 2, 10))


def what_next(crashes: Crashes) -> str:
    """Return, for an error message, what happens after the last of `crashes`."""
    if crashes.streak <= 1:
        return "The next request loads it again."
    return (
        f"It crashed {crashes.streak} times in a row: the next request loads it again, "
        f"{backoff_s(crashes.streak):g} s from now at the earliest."
    )


def _fits(wanted: Wanted, held: Sequence[Held], budget: Budget, without: frozenset[str]) -> bool:
    places = budget.max_loaded is None or len(held) - len(without) < budget.max_loaded
    return places and wanted.needed_bytes <= free_bytes(held, budget, without)


def _fewest(
    wanted: Wanted, held: Sequence[Held], budget: Budget, gone: frozenset[str], candidates: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the first of `candidates` that must go besides `gone`, less those not needed; empty if all are too few."""
    for count in range(1, len(candidates) + 1):
        chosen = candidates[:count]
        if _fits(wanted, held, budget, gone.union(chosen)):
            break
    else:
        return ()
    # A small model taken first may be needless once a large one had to go as well: the most recent are spared first.
    for name in reversed(chosen):
        spared = tuple(other for other in chosen if other != name)
        if _fits(wanted, held, budget, gone.union(spared)):
            chosen = spared
    return chosen


def _by_last_use(held: Iterable[Held], without: frozenset[str]) -> tuple[str, ...]:
    left = (model for model in held if model.name not in without)
    return tuple(model.name for model in sorted(left, key=lambda model: (model.last_used_s, model.name)))


def _out_of_memory(wanted: Wanted, at_most_bytes: int) -> OutOfMemory:
    at_most_bytes = max(0, at_most_bytes)
    message = (
        f"Model '{wanted.name}' needs {wanted.needed_bytes / 2**30:.2f} GiB of memory and at most "
        f"{at_most_bytes / 2**30:.2f} GiB can be made free for it; choose a smaller context, a smaller quantisation "
        "or a smaller model, or close other programs."
    )
    return OutOfMemory(message, wanted.needed_bytes, at_most_bytes)
