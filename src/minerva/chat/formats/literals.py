"""Values written as Python or Gemma write them: strings in quotes of their own, bare words, lists, mappings."""

from __future__ import annotations

import math
import re

from minerva.chat.formats.json_text import parse
from minerva.chat.formats.reader import Reader, Steps

PYTHON_QUOTES = ("'", '"', "'''", '"""')

_DEEPEST = 64
_WORDS = {"True": True, "true": True, "False": False, "false": False, "None": None, "null": None}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "\0", "\n": "", "\\": "\\", "'": "'", '"': '"'}
_HEXADECIMAL = frozenset("0123456789abcdefABCDEF")
_CODES = {"x": 2, "u": 4, "U": 8}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class NoLiteral(ValueError):
    """What comes is no value of the syntax, or the text ends within it."""


def read_literal(reader: Reader, quotes: tuple[str, ...], depth: int = 0) -> Steps[object]:
    """Read one value. Python's quotes know escapes, others do not. Raises NoLiteral."""
    if depth > _DEEPEST:
        raise NoLiteral
    quote = yield from reader.choose(quotes)
    if quote:
        return (yield from _read_string(reader, quote))
    if (yield from reader.accept("[")):
        return (yield from _read_list(reader, quotes, depth))
    if (yield from reader.accept("{")):
        return (yield from read_mapping(reader, quotes, depth, separator=":", end="}"))
    return _value_of((yield from reader.word(lambda character: character not in ",:=]})" and not character.isspace())))


def parse_python(text: str) -> object:
    """Return the value that `text` is in Python. Raises NoLiteral."""
    reader = Reader()
    reader.add(text)
    reader.close()
    try:
        next(read_literal(reader, PYTHON_QUOTES))
    except StopIteration as done:
        if not reader.unread():
            return done.value
    raise NoLiteral


def read_mapping(
    reader: Reader, quotes: tuple[str, ...], depth: int = 0, *, separator: str, end: str
) -> Steps[dict[str, object]]:
    """Read names and values up to and with `end`, what opens them having been read. Raises NoLiteral."""
    found: dict[str, object] = {}
    yield from reader.space()
    while not (yield from reader.accept(end)):
        quote = yield from reader.choose(quotes)
        if quote:
            key = yield from _read_string(reader, quote)
        else:
            key = yield from reader.word(is_of_name)
        yield from _expect(reader, separator)
        found[key] = yield from read_literal(reader, quotes, depth + 1)
        yield from _separate(reader, end)
    return found


def _read_list(reader: Reader, quotes: tuple[str, ...], depth: int) -> Steps[list[object]]:
    found: list[object] = []
    yield from reader.space()
    while not (yield from reader.accept("]")):
        found.append((yield from read_literal(reader, quotes, depth + 1)))
        yield from _separate(reader, "]")
    return found


def _expect(reader: Reader, separator: str) -> Steps[None]:
    yield from reader.space()
    if not (yield from reader.accept(separator)):
        raise NoLiteral
    yield from reader.space()


def _separate(reader: Reader, end: str) -> Steps[None]:
    """Read a comma, unless `end` comes."""
    yield from reader.space()
    if not (yield from reader.accept(",")) and (yield from reader.peek()) != end:
        raise NoLiteral
    yield from reader.space()


def _read_string(reader: Reader, quote: str) -> Steps[str]:
    found = ""
    ends = (quote, "\\") if quote in PYTHON_QUOTES else (quote,)
    while True:
        text, end = yield from reader.collect(ends)
        found += text
        if not end:
            raise NoLiteral
        if end == quote:
            return found
        found += yield from _read_escape(reader)


def _read_escape(reader: Reader) -> Steps[str]:
    if not (yield from reader.peek()):
        raise NoLiteral
    kind = reader.consume(1)
    if kind in _ESCAPES:
        return _ESCAPES[kind]
    if kind not in _CODES:
        return f"\\{kind}"
    digits = ""
    while len(digits) < _CODES[kind] and (yield from reader.peek()) in _HEXADECIMAL:
        digits += reader.consume(1)
    try:
        return chr(int(digits, 16))
    except (ValueError, OverflowError) as error:
        raise NoLiteral from error


def _value_of(word: str) -> object:
    if word in _WORDS:
        return _WORDS[word]
    try:
        value = parse(word) if _NUMBER.fullmatch(word) else None
    except ValueError as error:
        raise NoLiteral from error
    if value is None or (isinstance(value, float) and math.isinf(value)):
        raise NoLiteral
    return value


def is_of_name(character: str) -> bool:
    """Whether a name of a tool or a parameter may contain `character`."""
    return character.isalnum() or character in "_-.$"
