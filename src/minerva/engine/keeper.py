"""Between the context and the tiers: which cells are saved, and when; and which come back instead of being computed.

Nothing here changes the prefix cache; `roster.py` does. A sequence that has ended is saved in the steps after it, some
blocks in each, so that nobody waits for it. What is evicted before its turn is saved then, as far as time allows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from minerva.core.errors import InferenceError
from minerva.engine.backend import Backend
from minerva.engine.prefix_cache import Entry, PrefixCache
from minerva.engine.tiers.block import Block, Chain, Data, Tokens, digest
from minerva.engine.tiers.tiers import Found, Tiers

SAVE_S = 0.008
"""Time that a step gives to saving. A block that was begun is finished, which takes longer with a large model."""

EVICT_S = 0.015
"""Time that is spent on saving what is about to be evicted."""

_LEAST, _LEAST_WHOLE = 32, 8
"""What is less than one part in so many of a block is computed as fast as it is fetched. Of tokens alone that is few:
on a processor each of a prompt takes milliseconds (`python -m benchmarks.attention`). It is more where a whole block is
moved for some of its tokens, and of memory that cannot be cut, whose size is the same however few they are."""

_MAX_TASKS = 64


@dataclass(slots=True)
class _Task:
    """What is left to save of a slot: its tokens from `start` on, as they were when its sequence ended.

    `digests` are those of the blocks before.
    """

    slot: int
    chain: Chain
    on_disk: bool
    start: int = 0
    digests: list[bytes] = field(default_factory=list)


class Keeper:
    """Saves and finds the blocks of one context."""

    def __init__(self, backend: Backend, cache: PrefixCache, tiers: Tiers, clock: Callable[[], float]) -> None:
        """`cache` says what the slots of `backend` hold."""
        self.tiers = tiers
        self.restored = 0
        """Tokens that came back instead of being computed."""
        self._size = tiers.block_tokens
        self._least_whole = max(tiers.block_tokens // _LEAST_WHOLE, 1)
        self._least = max(tiers.block_tokens // _LEAST, 1) if backend.can_truncate else self._least_whole
        self._backend = backend
        self._cache = cache
        self._clock = clock
        self._tasks: deque[_Task] = deque(maxlen=_MAX_TASKS)
        self._saved: dict[int, tuple[float, list[bytes]]] = {}
        """When a slot that is saved was last used, and the digests of its blocks."""

    @property
    def is_busy(self) -> bool:
        """Whether there is something left to save."""
        return bool(self._tasks)

    def add(self, slot: int) -> None:
        """Have what `slot` holds saved, soon."""
        if (task := self._task(slot)) is not None:
            self._tasks.append(task)

    def checkpoint(self, slot: int) -> None:
        """Save what `slot` holds now, at once: it is about to become something else."""
        task = self._task(slot)
        while task is not None and not self._advance(task):
            pass

    def work(self, budget_s: float = SAVE_S) -> None:
        """Save some of what is to be saved, one block at least, until `budget_s` is used up."""
        until = self._clock() + budget_s
        while self._tasks:
            if self._advance(self._tasks[0]):
                self._tasks.popleft()
            if self._clock() >= until:
                break

    def finish(self, slot: int) -> None:
        """Save what `slot` holds before it is evicted, as far as there is time."""
        task, until = self._task(slot), self._clock() + EVICT_S
        while task is not None and not self._advance(task) and self._clock() < until:
            pass

    def has_in_ram(self, entry: Entry) -> bool:
        """Whether what a retained slot holds can come back from RAM, but for an end too short for a block."""
        used_s, digests = self._saved.get(entry.slot, (-1.0, []))
        return self._backend.can_truncate and used_s == entry.used_s and all(map(self.tiers.in_ram, digests))

    def chain(self, tokens: Tokens) -> Chain:
        """Return what `find` wants of a prompt."""
        return Chain(tokens, self._size)

    def find(self, chain: Chain, computed: int) -> Found | None:
        """Return the block that spares a prompt most behind its first `computed` tokens; the last never counts."""
        end = len(chain.tokens) - 1
        if end - computed < self._least or not (self._backend.can_truncate or computed == 0):
            return None
        found = self.tiers.find(chain, computed, end, whole=not self._backend.can_truncate)
        if found is None:
            return None
        least = self._least if found.end == found.block.end else self._least_whole
        return found if found.end - computed >= least else None

    def restore(self, slot: int, found: Found, computed: int) -> bool:
        """Put what was found behind the first `computed` tokens of `slot`; whether it worked."""
        data = self.tiers.read(found.block)
        if data is None:
            return False
        if not self._backend.restore(slot, data, computed, found.end):
            self.tiers.forget(found.block)
            return False
        self.restored += found.end - computed
        return True

    def _task(self, slot: int) -> _Task | None:
        """Return what saving `slot` is, in place of what it was to be; `None` if there is nothing to save."""
        self._tasks = deque((task for task in self._tasks if task.slot != slot), maxlen=_MAX_TASKS)
        entry = self._cache.entry(slot)
        if entry is None or len(entry.tokens) < self._least or not self.tiers.keep(on_disk=not entry.private):
            return None
        return _Task(slot, self.chain(entry.tokens.copy()), on_disk=not entry.private)

    def _advance(self, task: _Task) -> bool:
        """Save the next block of `task` that is not kept yet; return whether the task is over."""
        tokens, entry = task.chain.tokens, self._cache.entry(task.slot)
        if entry is None or not np.array_equal(entry.tokens[: len(tokens)], tokens):
            # Others have the slot now.
            return True
        while task.start < len(tokens):
            end = min(task.start + self._size, len(tokens)) if self._backend.can_truncate else len(tokens)
            block, task.start = self._block(task.chain, task.start, end), end
            if end - block.start < self._least:
                # The end of the text: too little to be worth a block.
                break
            task.digests.append(block.digest)
            if not self.tiers.has(block.digest, on_disk=task.on_disk):
                if (data := self._save(task.slot, block.start, end)) is None:
                    # Without this one nothing behind it would be found.
                    return True
                self.tiers.put(_sized(block, data), data, on_disk=task.on_disk)
                break
        if task.start < len(tokens):
            return False
        self.tiers.touch(task.chain, len(tokens))
        self._saved[task.slot] = (entry.used_s, task.digests)
        return True

    def _save(self, slot: int, start: int, end: int) -> Data | None:
        """Return the cells; what cannot be had is not kept, and nobody's request ends for it."""
        try:
            return self._backend.save(slot, start, end)
        except (InferenceError, MemoryError):
            return None

    def _block(self, chain: Chain, start: int, end: int) -> Block:
        parent, tokens = chain.at(start), chain.tokens[start:end]
        return Block(parent, start, tokens, digest(parent, tokens), 0)


def _sized(block: Block, data: Data) -> Block:
    # Of a longer text, these tokens are a view that would keep all of it.
    return Block(block.parent, block.start, block.tokens.copy(), block.digest, len(data))
