"""Both tiers as one: blocks in RAM, and on disk if that is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from minerva.engine.tiers.block import BLOCK_TOKENS, Block, Chain, Data
from minerva.engine.tiers.disk import Disk
from minerva.engine.tiers.shelf import Shelf


@dataclass(slots=True, frozen=True)
class Found:
    """A block that goes on where a text is, of which the tokens before `end` are those of the text."""

    block: Block
    end: int


class Tiers:
    """What was computed once. Called by the engine's thread alone."""

    def __init__(self, ram_bytes: int, disk: Disk | None = None, *, block_tokens: int = BLOCK_TOKENS) -> None:
        """`ram_bytes`: most that blocks in RAM take; 0 keeps none."""
        self.block_tokens = block_tokens
        self.disk = disk
        self._ram = Shelf(ram_bytes, block_tokens)
        self._data: dict[bytes, Data] = {}

    @property
    def ram_bytes(self) -> int:
        """Bytes of the blocks in RAM."""
        return self._ram.used_bytes

    @property
    def disk_bytes(self) -> int:
        """Bytes of this model's blocks on disk."""
        return self.disk.shelf.used_bytes if self.disk else 0

    def keep(self, *, on_disk: bool) -> bool:
        """Whether there is any place for a block, one that may go `on_disk` or not."""
        return self._ram.limit_bytes > 0 or (on_disk and self.disk is not None and self.disk.is_on)

    def collect(self) -> None:
        """Take in what was found on disk meanwhile."""
        if self.disk:
            self.disk.collect()

    def settle(self, patience_s: float) -> None:
        """Wait until it is known what is on disk, `patience_s` at most."""
        if self.disk:
            self.disk.flush(patience_s)

    def has(self, digest: bytes, *, on_disk: bool) -> bool:
        """Whether the block of `digest` is kept as it would be: on disk if it may go there, and else in RAM."""
        if on_disk and self.disk is not None and self.disk.is_on:
            return self.disk.holds(digest)
        return digest in self._ram

    def in_ram(self, digest: bytes) -> bool:
        """Whether the block of `digest` is in RAM."""
        return digest in self._ram

    def find(self, chain: Chain, computed: int, end: int, *, whole: bool = False) -> Found | None:
        """Return what brings a text furthest whose first `computed` tokens are there, up to `end`; RAM before disk.

        With `whole` no part of a block is of use.
        """
        start = computed - computed % chain.size
        wanted, parent = chain.tokens[start:end], chain.at(start)
        found = [shelf.find(parent, wanted, whole=whole) for shelf in self._shelves()]
        best = max((each for each in found if each), key=lambda each: each[1], default=None)
        return Found(best[0], start + best[1]) if best and start + best[1] > computed else None

    def read(self, block: Block) -> Data | None:
        """Return the data of a block that was found; from the disk it comes into RAM. `None` if it is gone."""
        data = self._data.get(block.digest)
        if data is None and self.disk:
            data = self.disk.read(block)
            if data is not None:
                self._keep(block, data)
        return data

    def put(self, block: Block, data: Data, *, on_disk: bool = True) -> None:
        """Keep a block; with `on_disk` false in RAM alone."""
        self._keep(block, data)
        if self.disk and on_disk:
            self.disk.write(block, data)

    def forget(self, block: Block) -> None:
        """Keep a block no longer: it was of no use."""
        self._ram.remove(block)
        self._data.pop(block.digest, None)
        if self.disk:
            self.disk.forget(block)

    def touch(self, chain: Chain, end: int) -> None:
        """Note that the blocks of a text up to `end` were used: those at its beginning are to stay longest."""
        for shelf in self._shelves():
            for start in range(end - end % chain.size, -1, -chain.size):
                if found := shelf.find(chain.at(start), chain.tokens[start:end]):
                    shelf.use(found[0])

    def _keep(self, block: Block, data: Data) -> None:
        if block.size > self._ram.limit_bytes:
            return
        self._data[block.digest] = data
        for gone in self._ram.add(block):
            self._data.pop(gone.digest, None)

    def _shelves(self) -> list[Shelf]:
        return [self._ram, self.disk.shelf] if self.disk else [self._ram]
