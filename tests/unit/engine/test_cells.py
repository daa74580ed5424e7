"""Cells are conserved: used is what the sequences hold together, whatever they share."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from minerva.engine.cells import KvCells

TOTAL = 60


class CellsMachine(RuleBasedStateMachine):
    """Compares `KvCells` with sets of cell numbers."""

    def __init__(self) -> None:
        """Start with an empty cache and an empty model of it."""
        super().__init__()
        self.cells = KvCells(TOTAL)
        self.model: dict[int, list[int]] = {}
        self.pinned: set[int] = set()
        self.fresh = 0

    def used(self) -> set[int]:
        """Return the cells that anybody holds, in the model."""
        return {cell for row in self.model.values() for cell in row}

    @rule(slot=st.integers(0, 5))
    def pin(self, slot: int) -> None:
        """Start a sequence."""
        self.cells.pin(slot)
        self.model.setdefault(slot, [])
        self.pinned.add(slot)

    @precondition(lambda self: self.pinned)
    @rule(data=st.data(), count=st.integers(0, 20))
    def append(self, data: st.DataObject, count: int) -> None:
        """Compute tokens, as far as there is room."""
        slot = data.draw(st.sampled_from(sorted(self.pinned)))
        count = min(count, TOTAL - len(self.used()))
        self.cells.append(slot, count)
        self.model[slot] += range(self.fresh, self.fresh + count)
        self.fresh += count

    @precondition(lambda self: self.model)
    @rule(data=st.data(), heir=st.integers(6, 9))
    def share(self, data: st.DataObject, heir: int) -> None:
        """Start a sequence from another's prefix."""
        source = data.draw(st.sampled_from(sorted(self.model)))
        if heir not in self.model:
            count = data.draw(st.integers(0, len(self.model[source])))
            self.cells.share(source, heir, count)
            self.cells.pin(heir)
            self.model[heir] = self.model[source][:count]
            self.pinned.add(heir)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def truncate(self, data: st.DataObject) -> None:
        """Cut a sequence."""
        slot = data.draw(st.sampled_from(sorted(self.model)))
        length = data.draw(st.integers(0, len(self.model[slot])))
        self.cells.truncate(slot, length)
        del self.model[slot][length:]

    @precondition(lambda self: self.pinned)
    @rule(data=st.data())
    def cut(self, data: st.DataObject) -> None:
        """Cut something out of a sequence that runs; what is behind must be its own."""
        slot = data.draw(st.sampled_from(sorted(self.pinned)))
        row = self.model[slot]
        start = data.draw(st.integers(0, len(row)))
        count = data.draw(st.integers(0, len(row) - start))
        others = {cell for other, held in self.model.items() if other != slot for cell in held}
        if others.intersection(row[start + count :]):
            with pytest.raises(ValueError, match="alone"):
                self.cells.cut(slot, start, count)
        else:
            self.cells.cut(slot, start, count)
            del row[start : start + count]

    @precondition(lambda self: self.model)
    @rule(data=st.data(), keep=st.booleans())
    def end(self, data: st.DataObject, keep: bool) -> None:
        """Retain or drop a sequence."""
        slot = data.draw(st.sampled_from(sorted(self.model)))
        self.pinned.discard(slot)
        if keep:
            self.cells.unpin(slot)
        else:
            self.cells.drop(slot)
            del self.model[slot]

    @invariant()
    def counts_agree(self) -> None:
        """Everything that can be asked agrees with the model."""
        running = {cell for slot in self.pinned for cell in self.model[slot]}
        assert self.cells.used == len(self.used()) == TOTAL - self.cells.free
        assert self.cells.pinned_used == len(running)
        assert self.cells.retained_used == len(self.used() - running)
        for slot, row in self.model.items():
            others = {cell for other, held in self.model.items() if other != slot for cell in held}
            assert self.cells.length(slot) == len(row)
            assert self.cells.freed_by(slot) == len(set(row) - others)


TestCells = CellsMachine.TestCase
