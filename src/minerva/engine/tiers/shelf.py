"""Which blocks a tier has, the least recently used first, and how many bytes they take. Pure."""

from __future__ import annotations

from collections import OrderedDict

from minerva.engine.prefix_cache import common_prefix
from minerva.engine.tiers.block import BLOCK_TOKENS, Block, Tokens


class Shelf:
    """Blocks by digest. The order of eviction: of two that were used together, the one behind leaves first."""

    def __init__(self, limit_bytes: int, block_tokens: int = BLOCK_TOKENS) -> None:
        """`limit_bytes`: most that the data of all blocks takes; `block_tokens`: the size of a full one."""
        self.limit_bytes = limit_bytes
        self._block_tokens = block_tokens
        self.used_bytes = 0
        self._blocks: OrderedDict[bytes, Block] = OrderedDict()
        self._behind: dict[bytes, list[Block]] = {}
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
        best: tuple[Block, int] | None = None
        for block in self._behind.get(parent, ()):
            shared = common_prefix(block.tokens, wanted)
            if shared > (best[1] if best else 0) and (shared == len(block.tokens) or not whole):
                best = block, shared
        return best

    def use(self, block: Block) -> None:
        """Note that `block` was used just now."""
        if block.digest in self._blocks:
            self._blocks.move_to_end(block.digest)

    def add(self, block: Block) -> list[Block]:
        """Take in `block`; return those that are to go for it, which are forgotten: it may be the block itself."""
        gone = [self._blocks[block.digest]] if block.digest in self._blocks else []
        gone += [each for each in self._behind.get(block.parent, ()) if self._covers(block, each)]
        for each in gone:
            self.remove(each)
        self._blocks[block.digest] = block
        self._behind.setdefault(block.parent, []).append(block)
        self.used_bytes += block.size
        return [each for each in gone if each.digest != block.digest] + self._surplus()

    def remove(self, block: Block) -> None:
        """Forget `block`, if it is here."""
        if self._blocks.pop(block.digest, None) is None:
            return
        self.used_bytes -= block.size
        beside = [each for each in self._behind[block.parent] if each.digest != block.digest]
        if beside:
            self._behind[block.parent] = beside
        else:
            del self._behind[block.parent]

    def _surplus(self) -> list[Block]:
        gone: list[Block] = []
        while self.used_bytes > self.limit_bytes:
            oldest = next(iter(self._blocks.values()))
            self.remove(oldest)
            gone.append(oldest)
        return gone

    def _covers(self, longer: Block, shorter: Block) -> bool:
        """Whether `shorter`, which is not a full block, is the beginning of `longer`, of which parts are of use."""
        if len(shorter.tokens) >= len(longer.tokens) or len(longer.tokens) > self._block_tokens:
            return False
        return common_prefix(longer.tokens, shorter.tokens) == len(shorter.tokens)
