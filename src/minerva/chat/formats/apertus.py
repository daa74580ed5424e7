"""Apertus: a JSON list between tool tokens, of objects with the tool's name as their one key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.json_text import quote, read_arguments, read_name
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.core.tools import Tool

_OPENING = "<|tools_prefix|>"
_CLOSING = "<|tools_suffix|>"


@dataclass(frozen=True)
class Apertus:
    """A format with lists of calls."""

    name: str = "apertus"
    triggers: tuple[str, ...] = (_OPENING,)
    example: str = f'{_OPENING}[{{"tool_name": {{"parameter": "value"}}}}]{_CLOSING}'
    marks: tuple[str, ...] = ()
    text_openings: tuple[str, ...] = ()

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        return parser_of(lambda reader: read_groups(reader, (_OPENING,), _read_group), tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.answer(sequence(lark.literal(_OPENING), _rest(lark, tools, parallel=parallel)))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(_rest(lark, tools, parallel=parallel))


APERTUS = Apertus()


def find(template: str) -> Apertus | None:
    """Return the format if `template` is of this family."""
    return APERTUS if _OPENING in template else None


def _rest(lark: Lark, tools: Sequence[Tool], *, parallel: bool) -> str:
    call = lark.either(
        sequence(lark.literal(f"{{{quote(tool.name)}: "), lark.arguments(tool), lark.literal("}")) for tool in tools
    )
    return sequence(lark.literal("["), lark.row(call, ", ", several=parallel), lark.literal(f"]{_CLOSING}"))


def _read_group(reader: Reader, _: str) -> Steps[bool]:
    yield from reader.space()
    separator = "["
    while (yield from reader.accept(separator)):
        yield from reader.space()
        if not (yield from _read_call(reader)):
            return False
        yield from reader.space()
        separator = ","
    if separator == "[" or not (yield from reader.accept("]")):
        return False
    yield from reader.space()
    yield from reader.accept(_CLOSING)
    return True


def _read_call(reader: Reader) -> Steps[bool]:
    if not (yield from reader.accept("{")):
        return False
    yield from reader.space()
    name = yield from read_name(reader)
    if name is None or not reader.offers(name):
        return False
    return (yield from read_arguments(reader, name, None)) and (yield from _read_end(reader))


def _read_end(reader: Reader) -> Steps[bool]:
    yield from reader.space()
    return (yield from reader.accept("}"))
