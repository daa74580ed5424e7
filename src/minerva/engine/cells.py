"""A mirror of the KV cells in llama.cpp's unified cache: who holds how many, and what dropping somebody would free.

`llama_memory_seq_cp` shares cells by tagging them with one more sequence, so the sum of the sequences' lengths says
nothing about space. Each cell here has a number of our own (llama.cpp's placement is its affair) and a count of
holders.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Cells = npt.NDArray[np.int32]


class KvCells:
    """Cells by slot (llama sequence id). A *pinned* slot is running; an unpinned one is merely retained."""

    def __init__(self, total: int) -> None:
        """`total` is the number of cells in the context (`n_ctx` of a unified cache)."""
        self.total = total
        self._free: list[int] = list(range(total - 1, -1, -1))
        self._holders: Cells = np.zeros(total, dtype=np.int32)
        self._runners: Cells = np.zeros(total, dtype=np.int32)
        self._rows: dict[int, list[int]] = {}
        self._pinned: set[int] = set()
        self._pinned_used = 0

    @property
    def used(self) -> int:
        """Cells that hold something."""
        return self.total - len(self._free)

    @property
    def free(self) -> int:
        """Cells that hold nothing."""
        return len(self._free)

    def length(self, slot: int) -> int:
        """Cells that `slot` holds, shared ones included: its number of computed tokens."""
        return len(self._rows.get(slot, ()))

    @property
    def pinned_used(self) -> int:
        """Cells held by at least one running slot."""
        return self._pinned_used

    @property
    def retained_used(self) -> int:
        """Cells held by retained slots alone."""
        return self.used - self._pinned_used

    def pin(self, slot: int) -> None:
        """Mark `slot` as running; it starts empty if it is new."""
        if slot not in self._pinned:
            self._pinned.add(slot)
            row = self._rows.setdefault(slot, [])
            self._runners[row] += 1
            self._pinned_used += int(np.count_nonzero(self._runners[row] == 1))

    def unpin(self, slot: int) -> None:
        """Mark `slot` as retained."""
        if slot in self._pinned:
            self._pinned.discard(slot)
            self._unrun(self._rows[slot])

    def append(self, slot: int, count: int) -> None:
        """Give `slot`, which is pinned, `count` new cells. Raises `ValueError` if there are not as many free."""
        if count > len(self._free) or slot not in self._pinned:
            raise ValueError(f"{count} cells asked for slot {slot}, {len(self._free)} free")
        row = self._rows[slot]
        for _ in range(count):
            cell = self._free.pop()
            self._holders[cell] = self._runners[cell] = 1
            row.append(cell)
        self._pinned_used += count

    def share(self, source: int, target: int, count: int) -> None:
        """Let `target`, which is empty, hold the first `count` cells of `source` too."""
        row = self._rows[source][:count]
        if len(row) < count or self._rows.get(target):
            raise ValueError(f"slot {source} has {len(row)} of {count} cells, or slot {target} is not empty")
        self._rows[target] = row
        self._holders[row] += 1

    def truncate(self, slot: int, length: int) -> None:
        """Take from `slot` all cells past the first `length`."""
        row = self._rows[slot]
        tail = row[length:]
        del row[length:]
        if slot in self._pinned:
            self._unrun(tail)
        self._release(tail)

    def cut(self, slot: int, start: int, count: int) -> None:
        """Take from `slot`, which is pinned, the `count` cells from `start` on; those behind close up.

        Raises `ValueError` if another slot holds one of those behind: they cannot be at two places.
        """
        row = self._rows[slot]
        behind = row[start + count :]
        if slot not in self._pinned or np.any(self._holders[behind] > 1):
            raise ValueError(f"slot {slot} is not running, or does not hold its cells from {start + count} on alone")
        gone = row[start : start + count]
        del row[start : start + count]
        self._unrun(gone)
        self._release(gone)

    def drop(self, slot: int) -> None:
        """Forget `slot` altogether."""
        self.unpin(slot)
        self._release(self._rows.pop(slot, []))

    def freed_by(self, slot: int) -> int:
        """Cells that dropping `slot` would free: those that nobody else holds."""
        return int(np.count_nonzero(self._holders[self._rows.get(slot, [])] == 1))

    def _unrun(self, row: list[int]) -> None:
        self._runners[row] -= 1
        self._pinned_used -= int(np.count_nonzero(self._runners[row] == 0))

    def _release(self, row: list[int]) -> None:
        if not row:
            return
        cells = np.asarray(row, dtype=np.int32)
        self._holders[cells] -= 1
        self._free.extend(cells[self._holders[cells] == 0].tolist())
