"""Blocks behind the same tokens, in the order of their own, as words in a dictionary. Pure.

Those that begin most like a text lie beside its place, so one is found among thousands by looking at a dozen. There are
thousands where a model is small: of all conversations the first block is behind nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator

from minerva.engine.prefix_cache import common_prefix
from minerva.engine.tiers.block import Block, Tokens

Siblings = list[Block]
"""Sorted: to be changed by `insert` and `remove` alone."""


def insert(siblings: Siblings, block: Block) -> None:
    """Add a block whose tokens none of them has."""
    insort(siblings, block, key=_key)


def remove(siblings: Siblings, block: Block) -> None:
    """Take out the block with the tokens of `block`, which is one of them."""
    del siblings[bisect_left(siblings, _word(block.tokens), key=_key)]


def nearest(siblings: Siblings, wanted: Tokens) -> tuple[Block, int] | None:
    """Return one that begins most like `wanted`, and how many tokens they share; `None` if none shares any."""
    place = bisect_left(siblings, _word(wanted), key=_key)
    beside = [(block, common_prefix(block.tokens, wanted)) for block in siblings[max(place - 1, 0) : place + 1]]
    best = max(beside, key=lambda each: each[1], default=None)
    return best if best and best[1] else None


def beginnings(siblings: Siblings, text: Tokens) -> Iterator[Block]:
    """Yield those that `text` begins with, the longest first."""
    length = len(text)
    while length > 0 and (place := bisect_right(siblings, _word(text[:length]), key=_key)):
        # Whatever lies between a beginning of the text and the text begins so too: none is longer than what is shared.
        before = siblings[place - 1]
        length = common_prefix(before.tokens, text)
        if length == len(before.tokens):
            yield before
            length -= 1


def _key(block: Block) -> bytes:
    return _word(block.tokens)


def _word(tokens: Tokens) -> bytes:
    """Return bytes that are in order as the tokens are, which are not negative."""
    return tokens.astype(">u4").tobytes()
