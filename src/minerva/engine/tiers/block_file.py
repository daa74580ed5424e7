"""The file of one block on disk.

Format, version 1: 8 bytes `MAGIC`; a header (`_HEADER`, little-endian): the key of the model and its settings, the
digest before the block, its position, its number of tokens, the bytes of data, a CRC-32 of tokens and data; the
tokens, 4 bytes each; the data as llama.cpp wrote it. A file is written beside its place and moved there, so what has
the name of a block is whole unless the disk is not.
"""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import numpy as np

from minerva.engine.tiers.block import Block, Data, digest

SUFFIX = ".kv"
MAGIC = b"MNRVKV1\n"
_HEADER = struct.Struct("<8s16s16sIIQI")


def file_of(folder: Path, block: Block) -> Path:
    """Return the path of a block in the folder of its key."""
    return folder / (block.digest.hex() + SUFFIX)


def write(folder: Path, key: bytes, block: Block, data: Data) -> None:
    """Write a block. Raises `OSError`, and leaves nothing behind then."""
    tokens = np.ascontiguousarray(block.tokens, dtype="<i4").tobytes()
    check = zlib.crc32(data.data, zlib.crc32(tokens))
    header = _HEADER.pack(MAGIC, key, block.parent, block.start, len(block.tokens), len(data), check)
    path = file_of(folder, block)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    try:
        with open(partial, "wb", opener=_own) as file:
            file.write(header + tokens)
            file.write(data.data)
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def _own(path: str, flags: int) -> int:
    """Prompts can be read from such a file: by its owner alone."""
    return os.open(path, flags, 0o600)


def read_block(path: Path, key: bytes) -> Block | None:
    """Return the block that a file says it holds, unread, or `None` if it is no whole block of this key."""
    with path.open("rb") as file:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return None
        magic, written_key, parent, start, count, size, _ = _HEADER.unpack(header)
        size_on_disk = path.stat().st_size
        if (magic, written_key) != (MAGIC, key) or count == 0 or size_on_disk != _HEADER.size + 4 * count + size:
            return None
        tokens = np.frombuffer(file.read(4 * count), dtype="<i4").astype(np.int32)
    block = Block(parent, start, tokens, digest(parent, tokens), size)
    return block if path.name == file_of(path.parent, block).name else None


def read_data(folder: Path, key: bytes, block: Block) -> Data | None:
    """Return the data of a block, or `None` if the file is not, or no longer, what it was. Raises `OSError`."""
    raw = np.fromfile(file_of(folder, block), dtype=np.uint8)
    start = _HEADER.size + 4 * len(block.tokens)
    if len(raw) != start + block.size:
        return None
    magic, written_key, parent, position, _, _, check = _HEADER.unpack(raw[: _HEADER.size].tobytes())
    tokens = np.frombuffer(raw[_HEADER.size : start].tobytes(), dtype="<i4")
    same = (magic, written_key, parent, position) == (MAGIC, key, block.parent, block.start)
    if not same or not np.array_equal(tokens, block.tokens) or zlib.crc32(raw[_HEADER.size :].data) != check:
        return None
    return raw[start:]
