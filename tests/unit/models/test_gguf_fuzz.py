"""Ten thousand damaged headers: each is read or refused, in bounded time and memory."""

import random
import struct
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from minerva.core.errors import InvalidModelFile
from minerva.models.description import describe
from minerva.models.gguf import read_header
from tests.unit.models.headers import LLAMA, gguf_bytes

ROUNDS = 10_000
EXTREMES = (0, 1, 2, 3, 8, 9, 31, 32, 255, 65_535, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**60, 2**63 - 1, 2**64 - 1)
MOST_SECONDS = 1.0
MOST_BYTES = 32 << 20

Change = Callable[[random.Random, bytearray], None]


def flip_bits(rng: random.Random, data: bytearray) -> None:
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def set_number(rng: random.Random, data: bytearray) -> None:
    form, bits = rng.choice((("<Q", 64), ("<I", 32)))
    position = rng.randrange(len(data) - 8)
    struct.pack_into(form, data, position, rng.choice(EXTREMES) % (1 << bits))


def set_count(rng: random.Random, data: bytearray) -> None:
    struct.pack_into("<Q", data, rng.choice((8, 16)), rng.choice((*EXTREMES, *range(20))))


def cut(rng: random.Random, data: bytearray) -> None:
    del data[rng.randrange(len(data)) :]


def remove(rng: random.Random, data: bytearray) -> None:
    start = rng.randrange(len(data))
    del data[start : start + rng.randint(1, 64)]


def repeat(rng: random.Random, data: bytearray) -> None:
    start = rng.randrange(len(data))
    data[start:start] = data[start : start + rng.randint(1, 256)] * rng.randint(1, 4)


def noise(rng: random.Random, data: bytearray) -> None:
    start = rng.randrange(len(data))
    data[start : start + 16] = rng.randbytes(16)


CHANGES: tuple[Change, ...] = (flip_bits, set_number, set_number, set_count, cut, remove, repeat, noise)


def bases() -> list[bytes]:
    arrays = {
        **LLAMA,
        "general.alignment": 64,
        "llama.attention.head_count_kv": [2, 0],
        "general.tags": ["a", "b"],
        "words": [f"word {index}" for index in range(300)],
        "flag": True,
        "number": -5,
        "real": 0.5,
    }
    split = {**LLAMA, "split.no": 0, "split.count": 2, "split.tensors.count": 4}
    return [gguf_bytes(), gguf_bytes(arrays, alignment=64), gguf_bytes(split), gguf_bytes(LLAMA, ())]


def test_damaged_headers_are_read_or_refused(tmp_path: Path) -> None:
    rng = random.Random(2024)  # noqa: S311 - it chooses damage, no secrets
    path, originals = tmp_path / "damaged.gguf", bases()
    read, refused, slowest = 0, 0, 0.0
    tracemalloc.start()
    # One open file, for closing a file that was emptied and written again waits for the disk.
    with path.open("wb", buffering=0) as file:
        for _ in range(ROUNDS):
            data = bytearray(rng.choice(originals))
            for change in rng.choices(CHANGES, k=rng.randint(1, 3)):
                if len(data) > 32:
                    change(rng, data)
            file.seek(0)
            file.write(data)
            file.truncate()
            started = time.process_time()
            try:
                describe(read_header(path), str(path))
                read += 1
            except InvalidModelFile:
                refused += 1
            slowest = max(slowest, time.process_time() - started)
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert slowest < MOST_SECONDS
    assert peak < MOST_BYTES
    # Both outcomes must be common, or the changes test nothing.
    assert read + refused == ROUNDS
    assert min(read, refused) > ROUNDS // 50
