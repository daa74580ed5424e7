"""A block: the KV cells of up to `BLOCK_TOKENS` tokens of a prompt, as bytes that llama.cpp wrote and reads again.

Prompts are cut at multiples of `BLOCK_TOKENS`, and a block is known by all tokens before it (as a digest) and its own.
So what many prompts begin with is kept once, a long one is moved in pieces that hold nobody up, and of a prompt that
differs in the middle all blocks before are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.int32]
Data = npt.NDArray[np.uint8]

BLOCK_TOKENS = 128
"""Tokens of a full block: 1.5 MB of a 0.5 B model, 16 MB of an 8 B one; a step saves a few. A sliding window that is
shorter would leave holes in one, and no model has one that short."""

ROOT = b"\0" * 16
"""Digest of no tokens."""


@dataclass(slots=True, frozen=True)
class Block:
    """`tokens` from position `start` on, behind tokens of the digest `parent`. `size` is the bytes of its data."""

    parent: bytes
    start: int
    tokens: Tokens
    digest: bytes
    size: int

    @property
    def end(self) -> int:
        """The position behind its last token."""
        return self.start + len(self.tokens)


def digest(parent: bytes, tokens: Tokens) -> bytes:
    """Return the digest, 16 bytes, of the tokens of the digest `parent` with `tokens` behind them (BLAKE2b)."""
    return blake2b(parent + np.ascontiguousarray(tokens, dtype="<i4").tobytes(), digest_size=16).digest()


class Chain:
    """The digests of one text, at each multiple of a block's size, worked out when they are asked for."""

    def __init__(self, tokens: Tokens, size: int) -> None:
        """`tokens` is the whole text, and is not changed any more; `size` is that of a block, tokens."""
        self.tokens = tokens
        self.size = size
        self._digests = [ROOT]

    def at(self, start: int) -> bytes:
        """Return the digest of all tokens before `start`, a multiple of the size."""
        while len(self._digests) <= start // self.size:
            end = len(self._digests) * self.size
            self._digests.append(digest(self._digests[-1], self.tokens[end - self.size : end]))
        return self._digests[start // self.size]
