"""The header of a GGUF file, versions 2 and 3: metadata and tensor descriptions, never the weights.

Format: `docs/gguf.md` of ggml, and `ggml/src/gguf.cpp` of llama.cpp for what it refuses. Whatever a file claims,
reading it is bounded: counts are checked against the bytes that are there before anything is allocated, and against
the limits below.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import NoReturn

import msgspec

from minerva.models.cursor import Cursor
from minerva.models.ggml import REMOVED_TENSOR_TYPES, SCALARS, TENSOR_TYPES, TensorType, ValueType

MAX_KEYS = 65_536
MAX_TENSORS = 100_000
MAX_KEY_BYTES = 65_535
MAX_NAME_BYTES = 63
MAX_DIMENSIONS = 4
MAX_ALIGNMENT = 1 << 20
MAX_ARRAY_LENGTH = 1 << 30
MAX_STRINGS = 1 << 22
"""Strings in all arrays of a header together: the largest vocabularies have a million tokens and merges."""
KEPT_TEXT_BYTES = 1 << 20
"""A longer text is passed over, like a long array."""
KEPT_VALUES = 4_096
KEPT_STRINGS = 256
KEPT_BYTES = 4 << 20
"""Keys and kept values of a header together; what comes after is passed over."""

_MAGIC = b"GGUF"
_VERSION = struct.Struct("<I")
_COUNTS = struct.Struct("<QQ")
_TYPE = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")
_ARRAY = struct.Struct("<IQ")
_MIN_KEY_BYTES = 8 + 1 + 4 + 1
_MIN_TENSOR_BYTES = 8 + 4 + 4 + 8
_INT64_MAX = (1 << 63) - 1
_DEFAULT_ALIGNMENT = 32

_OTHER_FORMATS = {
    b"lmgg": "it is in llama.cpp's old GGML format; convert it to GGUF",
    b"tjgg": "it is in llama.cpp's old GGJT format; convert it to GGUF",
    b"fmgg": "it is in llama.cpp's old GGMF format; convert it to GGUF",
    b"algg": "it is an adapter in llama.cpp's old GGLA format; convert it to GGUF",
    b"vers": "it is a Git LFS pointer and not the file itself; run `git lfs pull`",
    b"<!DO": "it is a web page, saved in the file's place; download the file itself",
    b"<htm": "it is a web page, saved in the file's place; download the file itself",
    b"PK\x03\x04": "it is a zip archive or a PyTorch checkpoint; convert it to GGUF",
    b"\0\0\0\0": "it starts with zeros; its download was probably never finished",
}


class Array(msgspec.Struct, frozen=True):
    """A metadata array. `values` is `None` for a long one, which was passed over."""

    type: ValueType
    length: int
    values: tuple[int | float | bool | str, ...] | None = None


class LongText(msgspec.Struct, frozen=True):
    """A metadata text of more than `KEPT_TEXT_BYTES`, which was passed over."""

    length: int


Value = int | float | bool | str | Array | LongText


class TensorInfo(msgspec.Struct, frozen=True):
    """A tensor as the header describes it. `offset` counts from the start of the data section, in bytes."""

    name: str
    shape: tuple[int, ...]
    type: TensorType
    offset: int
    elements: int
    size_bytes: int


class Header(msgspec.Struct, frozen=True):
    """All that a GGUF file says of itself. `data_offset`: where the data section starts in the file."""

    version: int
    alignment: int
    metadata: dict[str, Value]
    tensors: list[TensorInfo]
    data_offset: int
    file_bytes: int

    def text(self, key: str) -> str | None:
        """The value of `key` where it is a text."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else None

    def integer(self, key: str) -> int | None:
        """The value of `key` where it is an integer and not negative."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    def array(self, key: str) -> Array | None:
        """The value of `key` where it is an array."""
        value = self.metadata.get(key)
        return value if isinstance(value, Array) else None


def read_header(path: Path | str) -> Header:
    """Read the header of the file at `path`.

    Raises:
        InvalidModelFile: With the reason, for anything that llama.cpp could not load or that passes a limit.
    """
    with Cursor(Path(path)) as cursor:
        return _Parser(cursor).header()


class _Parser:
    """One pass over a header."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._strings_left = MAX_STRINGS
        self._bytes_left = KEPT_BYTES

    def header(self) -> Header:
        version = self._version()
        tensor_count, key_count = self._pair(_COUNTS, "the counts of tensors and keys")
        self._check_count("keys", key_count, MAX_KEYS, _MIN_KEY_BYTES)
        self._check_count("tensors", tensor_count, MAX_TENSORS, _MIN_TENSOR_BYTES)
        metadata: dict[str, Value] = {}
        for _ in range(key_count):
            key = self._text(MAX_KEY_BYTES, "a key")
            if not self._keeps(len(key)):
                self._fail(f"its keys take more than {KEPT_BYTES:,} bytes")
            if not key or key in metadata:
                self._fail(f"its key {key!r} is {'there twice' if key else 'empty'}")
            metadata[key] = self._value(key)
        alignment = self._alignment(metadata)
        tensors = [self._tensor(alignment) for _ in range(tensor_count)]
        # A file of metadata alone may end without the padding.
        data_offset = _pad(self._cursor.position, alignment) if tensors else self._cursor.position
        self._check_data(tensors, data_offset)
        return Header(version, alignment, metadata, tensors, data_offset, self._cursor.size)

    def _version(self) -> int:
        if not self._cursor.size:
            self._fail("it is empty; its download was probably never started")
        magic = self._cursor.take(min(4, self._cursor.size), "the magic number")
        if magic != _MAGIC:
            self._fail(_OTHER_FORMATS.get(magic, f"it starts with {magic!r} and not with {_MAGIC!r}"))
        (version,) = self._cursor.unpack(_VERSION, "the version")
        if not isinstance(version, int) or version & 0xFFFF == 0:
            self._fail("it is in big-endian byte order, which is not supported; take the little-endian file")
        if version == 1:
            self._fail("it is GGUF version 1, which llama.cpp no longer reads; convert it again")
        if version not in {2, 3}:
            self._fail(f"it is GGUF version {version}; versions 2 and 3 are supported. A newer Minerva may read it")
        return version

    def _value(self, key: str) -> Value:
        what = f"the value of {key!r}"
        kind = self._integer(_TYPE, what)
        if kind == ValueType.STRING:
            return self._long_text(what)
        if kind == ValueType.ARRAY:
            return self._array(key, what)
        if kind not in SCALARS:
            self._fail(f"{what} is of the unknown type {kind}")
        return self._cursor.unpack(SCALARS[kind], what)[0]

    def _long_text(self, what: str) -> str | LongText:
        length = self._integer(_LENGTH, what)
        if length <= KEPT_TEXT_BYTES and self._keeps(length):
            return self._cursor.take(length, what).decode("utf-8", "replace")
        self._cursor.skip(length, what)
        return LongText(length)

    def _array(self, key: str, what: str) -> Array:
        kind, length = self._pair(_ARRAY, what)
        if length > MAX_ARRAY_LENGTH:
            self._fail(f"{what} claims {length:,} elements; the limit is {MAX_ARRAY_LENGTH:,}")
        if kind == ValueType.STRING:
            return self._strings(key, length, what)
        if kind not in SCALARS:
            reason = "an array of arrays" if kind == ValueType.ARRAY else f"an array of the unknown type {kind}"
            self._fail(f"{what} is {reason}, which llama.cpp does not read")
        form = SCALARS[kind]
        # A vocabulary's scores and types are skipped however short it is: nobody reads them here.
        if length > KEPT_VALUES or key.startswith("tokenizer.") or not self._keeps(length * form.size):
            self._cursor.skip(length * form.size, what)
            return Array(ValueType(kind), length)
        data = self._cursor.take(length * form.size, what)
        return Array(ValueType(kind), length, tuple(value for (value,) in form.iter_unpack(data)))

    def _strings(self, key: str, length: int, what: str) -> Array:
        self._strings_left -= length
        if self._strings_left < 0:
            self._fail(f"with {what} its arrays claim more than {MAX_STRINGS:,} strings")
        if length * _LENGTH.size > self._cursor.remaining:
            self._fail(f"it is truncated: {what} claims {length:,} strings. Download it again")
        if length > KEPT_STRINGS or key.startswith("tokenizer."):
            self._cursor.skip_strings(length, what)
            return Array(ValueType.STRING, length)
        texts = [self._long_text(what) for _ in range(length)]
        kept = tuple(text for text in texts if isinstance(text, str))
        return Array(ValueType.STRING, length, kept if len(kept) == length else None)

    def _keeps(self, count: int) -> bool:
        """Whether `count` more bytes may be held; if so they are counted."""
        if count > self._bytes_left:
            return False
        self._bytes_left -= count
        return True

    def _alignment(self, metadata: dict[str, Value]) -> int:
        value = metadata.get("general.alignment", _DEFAULT_ALIGNMENT)
        if not isinstance(value, int) or isinstance(value, bool):
            self._fail("its general.alignment is not an integer")
        if not 0 < value <= MAX_ALIGNMENT or value & (value - 1):
            self._fail(f"its general.alignment is {value}; it must be a power of two up to {MAX_ALIGNMENT:,}")
        return value

    def _tensor(self, alignment: int) -> TensorInfo:
        name = self._text(MAX_NAME_BYTES, "a tensor's name")
        what = f"the description of tensor {name!r}"
        dimensions = self._integer(_TYPE, what)
        if dimensions > MAX_DIMENSIONS:
            self._fail(f"tensor {name!r} has {dimensions:,} dimensions; the limit is {MAX_DIMENSIONS}")
        shape = tuple(self._integer(_LENGTH, what) for _ in range(dimensions))
        kind = self._tensor_type(name, self._integer(_TYPE, what))
        offset = self._integer(_LENGTH, what)
        elements = self._elements(name, shape)
        row = shape[0] if shape else 1
        if row % kind.block:
            self._fail(f"tensor {name!r} has rows of {row:,}, no multiple of {kind.name}'s block of {kind.block}")
        if offset % alignment:
            self._fail(f"tensor {name!r} starts at {offset:,}, no multiple of the alignment, {alignment}")
        return TensorInfo(name, shape, kind, offset, elements, kind.bytes_of(elements))

    def _tensor_type(self, name: str, kind: int) -> TensorType:
        if kind in REMOVED_TENSOR_TYPES:
            self._fail(f"tensor {name!r} is of type {REMOVED_TENSOR_TYPES[kind]}, which llama.cpp no longer reads")
        if kind not in TENSOR_TYPES:
            self._fail(f"tensor {name!r} is of the unknown type {kind}. A newer Minerva may read it")
        return TENSOR_TYPES[kind]

    def _elements(self, name: str, shape: tuple[int, ...]) -> int:
        elements = 1
        for size in shape:
            elements *= size
            if elements > _INT64_MAX or size > _INT64_MAX:
                self._fail(f"tensor {name!r} claims the impossible shape {shape}")
        return elements

    def _check_data(self, tensors: list[TensorInfo], data_offset: int) -> None:
        """Each tensor has bytes of its own, inside the file."""
        end, previous, names = 0, "", set()
        for tensor in sorted(tensors, key=lambda tensor: (tensor.offset, tensor.size_bytes)):
            if tensor.name in names:
                self._fail(f"its tensor {tensor.name!r} is there twice")
            if tensor.offset < end:
                self._fail(f"its tensors {previous!r} and {tensor.name!r} overlap")
            end, previous = tensor.offset + tensor.size_bytes, tensor.name
            names.add(previous)
        if data_offset + end > self._cursor.size and tensors:
            self._fail(
                f"it is truncated: tensor {previous!r} ends at byte {data_offset + end:,} and the file at"
                f" {self._cursor.size:,}. Download it again"
            )

    def _check_count(self, what: str, count: int, limit: int, least_bytes: int) -> None:
        if count > limit:
            self._fail(f"it claims {count:,} {what}; the limit is {limit:,}")
        if count * least_bytes > self._cursor.remaining:
            self._fail(f"it is truncated: it claims {count:,} {what} and has {self._cursor.size:,} bytes")

    def _text(self, limit: int, what: str) -> str:
        length = self._integer(_LENGTH, f"the length of {what}")
        if length > limit:
            self._fail(f"{what} claims a length of {length:,} bytes; the limit is {limit:,}")
        return self._cursor.take(length, what).decode("utf-8", "replace")

    def _integer(self, form: struct.Struct, what: str) -> int:
        return int(self._cursor.unpack(form, what)[0])

    def _pair(self, form: struct.Struct, what: str) -> tuple[int, int]:
        first, second = self._cursor.unpack(form, what)
        return int(first), int(second)

    def _fail(self, reason: str) -> NoReturn:
        self._cursor.fail(reason)


def _pad(position: int, alignment: int) -> int:
    return -(-position // alignment) * alignment
