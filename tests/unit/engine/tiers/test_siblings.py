"""What lies beside a text in order is what a search of all blocks finds."""

from __future__ import annotations

import random

import numpy as np
import pytest

from minerva.engine.prefix_cache import common_prefix
from minerva.engine.tiers.block import ROOT, Block, Tokens, digest
from minerva.engine.tiers.siblings import Siblings, beginnings, insert, nearest, remove


def _block(tokens: Tokens) -> Block:
    return Block(ROOT, 0, tokens, digest(ROOT, tokens), 1)


def _text(chance: random.Random, longest: int) -> Tokens:
    """Return a text of two tokens, of which one is large: so many begin alike, and the order of bytes is tried too."""
    return np.array([chance.choice((3, 70_000)) for _ in range(chance.randint(1, longest))], dtype=np.int32)


def _filled(chance: random.Random) -> Siblings:
    siblings: Siblings = []
    for block in {
        each.digest: each for each in (_block(_text(chance, 6)) for _ in range(chance.randint(0, 40)))
    }.values():
        insert(siblings, block)
    return siblings


@pytest.mark.parametrize("seed", range(60))
def test_the_nearest_shares_as_much_as_any(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    siblings, wanted = _filled(chance), _text(chance, 8)
    most = max((common_prefix(block.tokens, wanted) for block in siblings), default=0)
    found = nearest(siblings, wanted)
    assert (found[1] if found else 0) == most
    assert found is None or common_prefix(found[0].tokens, wanted) == most


@pytest.mark.parametrize("seed", range(60))
def test_all_that_a_text_begins_with_is_found_the_longest_first(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    siblings, text = _filled(chance), _text(chance, 8)
    whole = [block for block in siblings if common_prefix(block.tokens, text) == len(block.tokens)]
    assert list(beginnings(siblings, text)) == sorted(whole, key=lambda block: -len(block.tokens))


def test_a_block_of_no_tokens_ends_the_search() -> None:
    siblings: Siblings = []
    for tokens in ([], [3]):
        insert(siblings, _block(np.array(tokens, dtype=np.int32)))
    assert [len(block.tokens) for block in beginnings(siblings, np.array([3, 3], dtype=np.int32))] == [1]


def test_only_the_one_that_is_meant_is_removed() -> None:
    chance = random.Random(1)  # noqa: S311
    siblings = _filled(chance)
    kept = list(siblings)
    while kept:
        gone = kept.pop(chance.randrange(len(kept)))
        remove(siblings, gone)
        assert siblings == kept
