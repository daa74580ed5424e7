"""The disk tier on a real disk: what was written is there for the next process, and nothing else is believed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from minerva.core import log as logs
from minerva.engine.tiers import block_file
from minerva.engine.tiers.block import ROOT, Block, digest
from minerva.engine.tiers.disk import Disk, DiskOptions
from tests.unit.engine.tiers.making import blocks_of, data_of, tokens_of

KEY, OTHER_KEY = b"k" * 16, b"o" * 16
TEXT = tokens_of((5, 8), (6, 8), (7, 4))


def make_disk(root: Path, key: bytes = KEY, limit_bytes: int = 10**6, keep_s: float = 3600.0) -> Disk:
    disk = Disk(DiskOptions(root, limit_bytes, keep_s), lambda: key, logs.get_logger("test"))
    disk.flush(10.0)
    disk.collect()
    return disk


def written(root: Path, key: bytes = KEY) -> list[Block]:
    disk, blocks = make_disk(root, key), blocks_of(TEXT)
    for block in blocks:
        disk.write(block, data_of(block))
    disk.flush(10.0)
    disk.collect()
    assert len(disk.shelf) == len(blocks)
    return blocks


def files_of(root: Path) -> list[Path]:
    return [path for path in root.glob("*/*") if path.is_file()]


def test_another_process_finds_what_was_written(tmp_path: Path) -> None:
    blocks = written(tmp_path)
    disk = make_disk(tmp_path)
    for block in blocks:
        found = disk.shelf.find(block.parent, block.tokens)
        assert found is not None
        assert found[1] == len(block.tokens)
        data = disk.read(found[0])
        assert data is not None
        np.testing.assert_array_equal(data, data_of(block))


def test_another_model_finds_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    assert len(make_disk(tmp_path, OTHER_KEY).shelf) == 0


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def clear(path: Path) -> None:
    path.write_bytes(b"")


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")


def rename(path: Path) -> None:
    path.rename(path.with_name("0" * 32 + block_file.SUFFIX))


def damage_head(path: Path) -> None:
    path.write_bytes(b"GGUF" + path.read_bytes()[4:])


@pytest.mark.parametrize("spoil", [cut, clear, lengthen, rename, damage_head])
def test_a_file_that_is_no_whole_block_is_removed(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    blocks = written(tmp_path)
    spoil(block_file.file_of(tmp_path / KEY.hex(), blocks[1]))
    disk = make_disk(tmp_path)
    assert len(disk.shelf) == len(files_of(tmp_path)) == len(blocks) - 1
    assert disk.is_on


def test_a_block_of_no_tokens_is_no_block(tmp_path: Path) -> None:
    written(tmp_path)
    nothing = np.array([], dtype=np.int32)
    empty = Block(ROOT, 0, nothing, digest(ROOT, nothing), 3)
    block_file.write(tmp_path / KEY.hex(), KEY, empty, np.zeros(3, dtype=np.uint8))
    assert empty.digest not in make_disk(tmp_path).shelf
    assert not block_file.file_of(tmp_path / KEY.hex(), empty).exists()


@pytest.mark.parametrize("place", [-1, 90])
def test_damage_within_a_file_is_found_when_it_is_read(tmp_path: Path, place: int) -> None:
    blocks = written(tmp_path)
    path = block_file.file_of(tmp_path / KEY.hex(), blocks[0])
    raw = bytearray(path.read_bytes())
    raw[place] ^= 1
    path.write_bytes(raw)
    disk = make_disk(tmp_path)
    assert disk.read(blocks[0]) is None
    disk.flush(10.0)
    assert not path.exists()
    assert disk.shelf.find(blocks[0].parent, blocks[0].tokens) is None
    assert disk.read(blocks[1]) is not None


def test_a_file_that_another_process_removed_is_no_error(tmp_path: Path) -> None:
    blocks = written(tmp_path)
    disk = make_disk(tmp_path)
    block_file.file_of(tmp_path / KEY.hex(), blocks[0]).unlink()
    assert disk.read(blocks[0]) is None
    assert disk.is_on


def test_foreign_content_under_our_name_is_not_believed(tmp_path: Path) -> None:
    blocks = written(tmp_path)
    folder = tmp_path / KEY.hex()
    block_file.file_of(folder, blocks[1]).replace(block_file.file_of(folder, blocks[0]))
    disk = make_disk(tmp_path)
    assert disk.shelf.find(blocks[0].parent, blocks[0].tokens) is None


def test_what_is_old_or_half_written_is_cleared(tmp_path: Path) -> None:
    blocks = written(tmp_path)
    old = block_file.file_of(tmp_path / KEY.hex(), blocks[0])
    os.utime(old, (0, time.time() - 7200))
    partial = tmp_path / KEY.hex() / "ab.1.partial"
    partial.write_bytes(b"half")
    os.utime(partial, (0, time.time() - 7200))
    fresh = tmp_path / OTHER_KEY.hex() / "cd.2.partial"
    fresh.parent.mkdir()
    fresh.write_bytes(b"being written")
    make_disk(tmp_path)
    assert not old.exists()
    assert not partial.exists()
    assert fresh.exists()


def test_all_models_together_stay_within_the_limit(tmp_path: Path) -> None:
    written(tmp_path)
    written(tmp_path, OTHER_KEY)
    room = sum(path.stat().st_size for path in (tmp_path / OTHER_KEY.hex()).iterdir())
    for path in (tmp_path / KEY.hex()).iterdir():
        os.utime(path, (0, time.time() - 60))
    assert len(make_disk(tmp_path, OTHER_KEY, limit_bytes=room).shelf) == 3
    assert list((tmp_path / KEY.hex()).iterdir()) == []


def test_a_disk_that_cannot_be_written_turns_the_tier_off(tmp_path: Path) -> None:
    disk, blocks = make_disk(tmp_path), blocks_of(TEXT)
    disk.write(blocks[0], data_of(blocks[0]))
    disk.flush(10.0)
    (tmp_path / KEY.hex()).rename(tmp_path / "away")
    (tmp_path / KEY.hex()).write_text("a file, where a folder was")
    disk.write(blocks[1], data_of(blocks[1]))
    disk.flush(10.0)
    assert not disk.is_on
    disk.write(blocks[2], data_of(blocks[2]))
    disk.flush(10.0)
    assert len(list((tmp_path / "away").iterdir())) == 1
