"""What is already computed: match · lock · advance · shift · unlock · evict, and check, over token ids and slots.

A slot is a llama sequence id. Every slot that holds tokens has an entry, running ones included, so a request can share
a prefix with a sequence that is still being computed. An entry is *locked* while its sequence runs. The search is
linear in the number of slots (at most 256) and vectorised in the number of tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from minerva.engine.cells import KvCells

Tokens = npt.NDArray[np.int32]


class LengthOf(Protocol):
    """Tells how many tokens a slot really holds; the backend's `length`."""

    def __call__(self, slot: int) -> int:
        """Return the number of tokens in memory."""
        ...


@dataclass(slots=True)
class Entry:
    """Tokens of a slot: `known` are those that were announced, the first `computed` of them are in memory.

    Those from `movable_from` on may be moved while it runs (`shift`), so nobody else may hold them; `None`: none may.
    `private`: no disk is to see them.
    """

    slot: int
    known: Tokens
    computed: int
    locked: bool
    used_s: float
    movable_from: int | None = None
    private: bool = False

    @property
    def tokens(self) -> Tokens:
        """Those that are in memory as a prompt would leave them."""
        return self.known[: self.computed][: self.movable_from]


@dataclass(slots=True, frozen=True)
class Match:
    """The longest shared prefix: `length` tokens of `slot` are there now; `promised` will be, once it has run on.

    `whole` says that the entry is retained and all of it is shared, so its slot can be taken over as it is.
    """

    slot: int
    length: int
    promised: int
    whole: bool


NO_MATCH = Match(slot=-1, length=0, promised=0, whole=False)


class PrefixCache:
    """The entries, and the cells they hold."""

    def __init__(self, cells: KvCells, *, can_truncate: bool) -> None:
        """With `can_truncate` false only a whole retained sequence is ever shared, by taking its slot over."""
        self.cells = cells
        self._can_truncate = can_truncate
        self._entries: dict[int, Entry] = {}

    def match(self, tokens: Tokens) -> Match:
        """Return the best match for `tokens`; the last token never counts, its logits are needed anew."""
        wanted = tokens[:-1]
        best = NO_MATCH
        for entry in self._entries.values():
            best = max(best, self._match_entry(entry, wanted), key=lambda match: (match.length, match.whole))
        promised = max((self._promise(entry, wanted) for entry in self._entries.values() if entry.locked), default=0)
        return Match(best.slot, best.length, max(promised, best.length), best.whole)

    def lock(
        self,
        slot: int,
        tokens: Tokens,
        match: Match,
        now_s: float,
        *,
        movable_from: int | None = None,
        private: bool = False,
    ) -> None:
        """Enter a running slot with the prompt `tokens`, of which it starts with what `match` found.

        A slot other than `match.slot` shares the cells of that; the same slot is taken over. With `movable_from`,
        which `match` does not reach past, its tokens from there on are shared with nobody until it is unlocked.
        """
        if match.length and match.slot != slot:
            self.cells.share(match.slot, slot, match.length)
        self._entries[slot] = Entry(
            slot, tokens, match.length, locked=True, used_s=now_s, movable_from=movable_from, private=private
        )
        self.cells.pin(slot)

    def advance(self, slot: int, tokens: list[int], computed: int) -> None:
        """Record that the first `computed` of `tokens` are in memory; cells are taken or given back accordingly."""
        entry = self._entries[slot]
        if computed > entry.computed:
            self.cells.append(slot, computed - entry.computed)
        else:
            self.cells.truncate(slot, computed)
        entry.known = _extended(entry.known, tokens, computed)
        entry.computed = computed

    def shift(self, slot: int, start: int, dropped: int, computed: int) -> None:
        """Record that `dropped` tokens from `start`, `movable_from`, on are gone; `computed` of the others are there.

        What is behind them was computed with those in sight: the tokens there are not what a prompt would leave.
        """
        entry = self._entries[slot]
        self.cells.cut(slot, start, entry.computed - computed)
        entry.known = np.delete(entry.known, np.s_[start : start + dropped])
        entry.computed = computed

    def unlock(self, slot: int, now_s: float) -> None:
        """Retain a slot whose sequence ended; it may be shared, taken over or evicted from now on."""
        entry = self._entries[slot]
        entry.known = entry.known[: entry.computed].copy()
        entry.locked, entry.used_s, entry.movable_from = False, now_s, None
        self.cells.unpin(slot)

    def evict(self, slot: int) -> None:
        """Forget a slot and what it held."""
        del self._entries[slot]
        self.cells.drop(slot)

    def entry(self, slot: int) -> Entry | None:
        """Return what a slot holds; `None` if that is nothing."""
        return self._entries.get(slot)

    def retained(self) -> list[Entry]:
        """Return the unlocked entries, the least recently used first: the order of eviction."""
        return sorted((entry for entry in self._entries.values() if not entry.locked), key=lambda entry: entry.used_s)

    def check(self, length_of: LengthOf) -> None:
        """Prove the mirror: raise `AssertionError` where it disagrees with itself or with what memory holds."""
        for slot, entry in self._entries.items():
            facts = (entry.computed, self.cells.length(slot), length_of(slot))
            if len(set(facts)) != 1 or entry.computed > len(entry.known):
                raise AssertionError(f"slot {slot}: computed, cells, memory = {facts} of {len(entry.known)} tokens")

    def _match_entry(self, entry: Entry, wanted: Tokens) -> Match:
        shared = common_prefix(entry.tokens, wanted)
        whole = not entry.locked and shared == entry.computed
        usable = shared if whole or self._can_truncate else 0
        return Match(entry.slot, usable, usable, whole) if usable else NO_MATCH

    def _promise(self, entry: Entry, wanted: Tokens) -> int:
        return common_prefix(entry.known[: entry.movable_from], wanted) if self._can_truncate else 0


def common_prefix(one: Tokens, other: Tokens) -> int:
    """Return how many leading tokens the two have in common."""
    length = min(len(one), len(other))
    if length == 0 or one[0] != other[0]:
        return 0
    differ = np.flatnonzero(one[:length] != other[:length])
    return int(differ[0]) if differ.size else length


def _extended(known: Tokens, tokens: list[int], computed: int) -> Tokens:
    """Return `known` long enough to cover the first `computed` of `tokens`."""
    if computed <= len(known):
        return known
    ahead = tokens[len(known) : computed]
    return np.concatenate([known, np.asarray(ahead, dtype=np.int32)])
