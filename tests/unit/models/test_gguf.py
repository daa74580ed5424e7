import os
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gguf
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minerva.core.errors import InvalidModelFile
from minerva.models.ggml import ValueType
from minerva.models.gguf import KEPT_TEXT_BYTES, MAX_STRINGS, Array, LongText, read_header
from tests.unit.models import headers
from tests.unit.models.headers import F16, F32, LLAMA, Q4_0, WEIGHTS, gguf_bytes, pair, raw, tensor_info, text

Write = Callable[[bytes], Path]

unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders, and other permissions")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(data: bytes) -> Path:
        path = tmp_path / "model.gguf"
        path.write_bytes(data)
        return path

    return write_file


def refusal(path: Path) -> str:
    with pytest.raises(InvalidModelFile) as caught:
        read_header(path)
    assert caught.value.path == str(path)
    assert str(path) in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("version", [2, 3])
def test_reads_what_is_there(write: Write, version: int) -> None:
    header = read_header(write(gguf_bytes(version=version)))
    assert header.version == version
    assert header.text("general.architecture") == "llama"
    assert header.integer("llama.block_count") == 2
    assert header.metadata["tokenizer.ggml.tokens"] == Array(ValueType.STRING, 3)
    assert header.metadata["tokenizer.ggml.scores"] == Array(ValueType.FLOAT32, 3)
    embedding, output = header.tensors
    assert (embedding.name, embedding.shape, embedding.type.name) == ("token_embd.weight", (64, 3), "F32")
    assert (embedding.elements, embedding.size_bytes) == (192, 768)
    assert (output.offset, output.size_bytes) == (768, 6 * 18)
    assert header.data_offset % 32 == 0
    assert header.data_offset + output.offset + output.size_bytes == header.file_bytes


def test_agrees_with_the_gguf_package(tiny_model: Path) -> None:
    ours, theirs = read_header(tiny_model), gguf.GGUFReader(tiny_model)
    assert [tensor.name for tensor in ours.tensors] == [tensor.name for tensor in theirs.tensors]
    for tensor, other in zip(ours.tensors, theirs.tensors, strict=True):
        assert tensor.shape == tuple(other.shape)
        assert tensor.size_bytes == other.n_bytes
        assert ours.data_offset + tensor.offset == other.data_offset
    keys = [key for key in theirs.fields if not key.startswith("GGUF.")]
    assert list(ours.metadata) == keys
    for key in keys:
        value = ours.metadata[key]
        contents = theirs.fields[key].contents()
        assert value.length == len(contents) if isinstance(value, Array) else value == contents


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=20),
        st.one_of(
            st.booleans(),
            st.integers(-(2**63), 2**63 - 1),
            st.floats(width=32, allow_nan=False),
            st.text(max_size=50),
            st.lists(st.integers(0, 2**32 - 1), max_size=9),
            st.lists(st.text(max_size=9), min_size=1, max_size=9),
        ),
        max_size=8,
    )
)
def test_metadata_survives(tmp_path_factory: pytest.TempPathFactory, metadata: dict[str, headers.Scalar]) -> None:
    path = tmp_path_factory.getbasetemp() / "round.gguf"
    metadata = {key: value for key, value in metadata.items() if key != "general.alignment"}
    path.write_bytes(gguf_bytes(metadata, ()))
    found = read_header(path).metadata
    kept = {key: list(value.values or ()) if isinstance(value, Array) else value for key, value in found.items()}
    assert kept == metadata


def test_long_values_are_passed_over(write: Write) -> None:
    metadata = {**LLAMA, "long": "x" * (KEPT_TEXT_BYTES + 1), "numbers": list(range(5_000)), "after": 7}
    header = read_header(write(gguf_bytes(metadata)))
    assert header.metadata["long"] == LongText(KEPT_TEXT_BYTES + 1)
    assert header.metadata["numbers"] == Array(ValueType.UINT32, 5_000)
    assert header.metadata["after"] == 7


def test_many_strings_across_chunks(write: Write) -> None:
    words = [("w" * (index % 700)) for index in range(5_000)]
    header = read_header(write(gguf_bytes({**LLAMA, "words": words, "after": 7})))
    assert header.metadata["words"] == Array(ValueType.STRING, 5_000)
    assert header.metadata["after"] == 7


def test_kept_bytes_are_limited(write: Write) -> None:
    metadata = {**LLAMA, **{f"k{index}": "x" * KEPT_TEXT_BYTES for index in range(6)}}
    values = read_header(write(gguf_bytes(metadata))).metadata.values()
    assert sum(len(value) for value in values if isinstance(value, str)) < 4 * KEPT_TEXT_BYTES
    assert LongText(KEPT_TEXT_BYTES) in values


HUGE = 1 << 60
ONE_KEY = text("k")
U32, STRING, ARRAY = struct.pack("<I", 4), struct.pack("<I", 8), struct.pack("<I", 9)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"GG", "starts with b'GG'"),
        (b"GGUF", "truncated"),
        (b"XXXX" + gguf_bytes()[4:], "starts with b'XXXX'"),
        (b"tjgg" + bytes(60), "old GGJT format"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (b"<!DOCTYPE html>", "web page"),
        (gguf_bytes(version=1), "version 1"),
        (gguf_bytes(version=4), "version 4"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "big-endian"),
        (raw(tensors=HUGE), f"claims {HUGE:,} tensors"),
        (raw(keys=HUGE), f"claims {HUGE:,} keys"),
        (raw(keys=60_000), "truncated"),
        (raw(tensors=60_000), "truncated"),
        (raw(struct.pack("<Q", HUGE), bytes(20), keys=1), f"length of {HUGE:,}"),
        (raw(text(""), U32, bytes(4), keys=1), "empty"),
        (raw(ONE_KEY, struct.pack("<I", 99), bytes(4), keys=1), "unknown type 99"),
        (raw(ONE_KEY, STRING, struct.pack("<Q", HUGE), keys=1), "truncated"),
        (raw(ONE_KEY, ARRAY, U32, struct.pack("<Q", HUGE), keys=1), "the limit is"),
        (raw(ONE_KEY, ARRAY, U32, struct.pack("<Q", 1 << 29), keys=1), "truncated"),
        (raw(ONE_KEY, ARRAY, STRING, struct.pack("<Q", MAX_STRINGS + 1), keys=1), "more than"),
        (raw(ONE_KEY, ARRAY, STRING, struct.pack("<Q", MAX_STRINGS), keys=1), "truncated"),
        (raw(ONE_KEY, ARRAY, ARRAY, struct.pack("<Q", 1), bytes(20), keys=1), "array of arrays"),
        (raw(ONE_KEY, ARRAY, struct.pack("<IQ", 77, 1), bytes(20), keys=1), "unknown type 77"),
        (raw(pair("twice", 1), pair("twice", 2), keys=2), "'twice' is there twice"),
        (gguf_bytes({**LLAMA, "general.alignment": 0}), "power of two"),
        (gguf_bytes({**LLAMA, "general.alignment": 48}), "power of two"),
        (gguf_bytes({**LLAMA, "general.alignment": 1 << 31}), "power of two"),
        (gguf_bytes({**LLAMA, "general.alignment": "32"}), "not an integer"),
        (gguf_bytes(tensors=[("x" * 64, (64,), F32)]), "length of 64"),
        (gguf_bytes(tensors=[("a", (1, 1, 1, 1, 1), F32)]), "5 dimensions"),
        (gguf_bytes(tensors=[("a", (33,), Q4_0)]), "block of 32"),
        (gguf_bytes(tensors=[("a", (64,), F32), ("a", (64,), F32)]), "'a' is there twice"),
        (gguf_bytes(offsets=[0, 32]), "overlap"),
        (gguf_bytes(offsets=[0, 769]), "multiple of the alignment"),
        (gguf_bytes()[:-1], "truncated"),
        (raw(tensor_info(("a", (HUGE, HUGE), F32), 0), tensors=1), "impossible shape"),
        (raw(tensor_info(("a", (1 << 50,), F16), 0), tensors=1), "truncated"),
        (raw(tensor_info(("a", (32,), 4), 0), tensors=1), "Q4_2"),
        (raw(tensor_info(("a", (32,), 1000), 0), tensors=1), "unknown type 1000"),
    ],
)
def test_refuses_with_the_reason(write: Write, data: bytes, reason: str) -> None:
    assert reason in refusal(write(data))


def test_refuses_every_truncation(write: Write) -> None:
    path = write(gguf_bytes())
    for length in reversed(range(path.stat().st_size)):
        os.truncate(path, length)
        refusal(path)


@unix
def test_refuses_what_is_no_file(tmp_path: Path) -> None:
    pipe, folder, loop = tmp_path / "pipe.gguf", tmp_path / "folder.gguf", tmp_path / "loop.gguf"
    os.mkfifo(pipe)
    folder.mkdir()
    loop.symlink_to(loop)
    assert "it is a pipe" in refusal(pipe)
    assert "it is a directory" in refusal(folder)
    assert "cannot be read" in refusal(loop)
    assert "does not exist" in refusal(tmp_path / "none.gguf")
    assert "it is a device" in refusal(Path("/dev/zero"))
    assert "cannot be read" in refusal(tmp_path / "nul\0.gguf")


@unix
def test_refuses_what_may_not_be_read(write: Write) -> None:
    path = write(gguf_bytes())
    path.chmod(0)
    user = os.geteuid()
    try:
        if user == 0:
            os.seteuid(65534)
        assert "may not read it" in refusal(path)
    finally:
        os.seteuid(user)


@unix
def test_no_descriptor_is_left_open(write: Write) -> None:
    path = write(gguf_bytes()[:100])
    before = psutil.Process().num_fds()
    for _ in range(5):
        refusal(path)
    assert psutil.Process().num_fds() == before


def test_the_header_of_a_large_vocabulary_takes_little_time(write: Write) -> None:
    words = [f"word{index}" for index in range(152_000)]
    path = write(gguf_bytes({**LLAMA, "tokenizer.ggml.tokens": words, "tokenizer.ggml.merges": words}))
    started = time.process_time()
    header = read_header(path)
    assert time.process_time() - started < 0.1
    assert header.metadata["tokenizer.ggml.tokens"] == Array(ValueType.STRING, 152_000)
    assert len(header.tensors) == len(WEIGHTS)
