"""Blocks of made-up tokens and data."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from minerva.engine.tiers.block import Block, Chain, Data, Tokens, digest

SIZE = 8


def tokens_of(*parts: tuple[int, int]) -> Tokens:
    """Return a text: each part is a token, and how often."""
    return np.array([token for token, count in parts for _ in range(count)], dtype=np.int32)


def blocks_of(tokens: Tokens, size: int = 100) -> list[Block]:
    """Return a text in blocks of `SIZE` tokens and `size` bytes."""
    chain, edges = Chain(tokens, SIZE), [*range(0, len(tokens), SIZE), len(tokens)]
    return [
        Block(chain.at(start), start, part := tokens[start:end], digest(chain.at(start), part), size)
        for start, end in pairwise(edges)
    ]


def data_of(block: Block) -> Data:
    """Return data of the block's size that no other block has."""
    return np.resize(np.frombuffer(block.digest, dtype=np.uint8), block.size)
