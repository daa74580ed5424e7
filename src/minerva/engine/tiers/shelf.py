"""Which blocks a tier has, the least recently used first, and how many bytes they take. Pure."""

from __future__ import annotations

from collections import OrderedDict

from minerva.engine.tiers.block import BLOCK_TOKENS, Block, Tokens
from minerva.engine.tiers.siblings import Siblings, beginnings, insert, nearest, remove


class Shelf:
    """Blocks by digest. The order of eviction: of two that were used together, the one behind leaves first."""

    def __init__(self, limit_bytes: int, block_tokens: int = BLOCK_TOKENS) -> None:
        """`limit_bytes`: most that the data of all blocks takes; `block_tokens`: the size of a full one."""
        self.limit_bytes = limit_bytes
        self._block_tokens = block_tokens
        self.used_bytes = 0
        self._longest = 0
        """Tokens of the longest block that was ever here. What a text has beyond that is not looked at."""
        self._blocks: OrderedDict[bytes, Block] = OrderedDict()
        self._behind: dict[bytes, Siblings] = {}
        """Blocks by what is before them."""

    def __len__(self) -> int:
        """Return the number of blocks."""
        return len(self._blocks)

    def __contains__(self, digest: object) -> bool:
        """Return whether there is a block of this digest."""
        return digest in self._blocks

    def find(self, parent: bytes, wanted: Tokens, *, whole: bool = False) -> tuple[Block, int] | None:
        """Return the block behind `parent` that begins most like `wanted`, and how many tokens they share.

        With `whole` all of its tokens are shared. Tokens are compared one by one; of what is before them, the digest.
        """
        siblings, wanted = self._behind.get(parent, []), wanted[: self._longest]
        if not whole:
            return nearest(siblings, wanted)
        block = next(beginnings(siblings, wanted), None)
        return (block, len(block.tokens)) if block else None

    def use(self, block: Block) -> None:
        """Note that `block` was used just now."""
        if block.digest in self._blocks:
            self._blocks.move_to_end(block.digest)

    def add(self, block: Block) -> list[Block]:
        """Take in `block`; return those that are to go for it, which are forgotten: it may be the block itself."""
        gone = [self._blocks[block.digest]] if block.digest in self._blocks else []
        gone += self._covered(block)
        for each in gone:
            self.remove(each)
        self._blocks[block.digest] = block
        self._longest = max(self._longest, len(block.tokens))
        insert(self._behind.setdefault(block.parent, []), block)
        self.used_bytes += block.size
        return [each for each in gone if each.digest != block.digest] + self._surplus()

    def remove(self, block: Block) -> None:
        """Forget `block`, if it is here."""
        if self._blocks.pop(block.digest, None) is None:
            return
        self.used_bytes -= block.size
        siblings = self._behind[block.parent]
        remove(siblings, block)
        if not siblings:
            del self._behind[block.parent]

    def _surplus(self) -> list[Block]:
        gone: list[Block] = []
        while self.used_bytes > self.limit_bytes:
            oldest = next(iter(self._blocks.values()))
            self.remove(oldest)
            gone.append(oldest)
        return gone

    def _covered(self, block: Block) -> list[Block]:
        """Return the blocks that are the beginning of `block`: it takes their place where parts of it are of use."""
        if len(block.tokens) > self._block_tokens:
            return []
        found = list(beginnings(self._behind.get(block.parent, []), block.tokens))
        return [each for each in found if each.digest != block.digest]
