"""Blocks are found by what is before them and by their own tokens, and leave in the order of use."""

from __future__ import annotations

from minerva.engine.tiers.block import ROOT, Block, digest
from minerva.engine.tiers.shelf import Shelf
from tests.unit.engine.tiers.making import SIZE, blocks_of, tokens_of


def test_a_text_is_found_block_by_block_and_in_part() -> None:
    first, second, tail = blocks_of(tokens_of((5, 12), (6, 8)))
    shelf = Shelf(1000, SIZE)
    for block in (first, second, tail):
        assert shelf.add(block) == []
    assert shelf.find(first.parent, tokens_of((5, 20))) == (first, SIZE)
    assert shelf.find(second.parent, tokens_of((5, 4), (6, 1), (9, 9))) == (second, 5)
    assert shelf.find(tail.parent, tokens_of((6, 2))) == (tail, 2)
    assert shelf.find(first.parent, tokens_of((9, 20))) is None
    assert shelf.used_bytes == 300


def test_the_same_tokens_behind_others_are_another_block() -> None:
    one, other = blocks_of(tokens_of((5, 8), (7, 8))), blocks_of(tokens_of((6, 8), (7, 8)))
    shelf = Shelf(1000, SIZE)
    shelf.add(one[1])
    assert shelf.find(other[1].parent, tokens_of((7, 8))) is None


def test_a_text_that_goes_on_takes_the_place_of_its_beginning() -> None:
    short, longer = blocks_of(tokens_of((5, 3)))[0], blocks_of(tokens_of((5, 3), (6, 2)))[0]
    other = blocks_of(tokens_of((5, 2), (9, 2)))[0]
    shelf = Shelf(1000, SIZE)
    shelf.add(short)
    shelf.add(other)
    assert shelf.add(longer) == [short]
    assert len(shelf) == 2
    assert shelf.used_bytes == 200
    assert shelf.add(longer) == []
    assert shelf.used_bytes == 200


def test_the_longest_unused_block_leaves_first() -> None:
    shelf = Shelf(250, SIZE)
    first, second = blocks_of(tokens_of((5, 16)))
    (third,) = blocks_of(tokens_of((9, 8)))
    shelf.add(first)
    shelf.add(second)
    shelf.use(first)
    assert shelf.add(third) == [second]
    assert first.digest in shelf
    assert second.digest not in shelf
    assert shelf.find(second.parent, second.tokens) is None


def test_a_block_that_is_too_large_is_not_kept() -> None:
    shelf = Shelf(50, SIZE)
    (block,) = blocks_of(tokens_of((5, 8)))
    assert shelf.add(block) == [block]
    assert len(shelf) == shelf.used_bytes == 0


def test_what_is_of_use_only_whole_is_found_whole_and_stays() -> None:
    tokens = tokens_of((5, 12), (6, 8))
    start, longer = (Block(ROOT, 0, tokens[:end], digest(ROOT, tokens[:end]), 100) for end in (12, 20))
    shelf = Shelf(1000, SIZE)
    shelf.add(start)
    assert shelf.add(longer) == []
    wanted = tokens_of((5, 12), (6, 3), (9, 9))
    assert shelf.find(ROOT, wanted) == (longer, 15)
    assert shelf.find(ROOT, wanted, whole=True) == (start, 12)
