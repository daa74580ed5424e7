"""Functionary: `<function=name>` tags around JSON (v3.1), or a recipient before each part of the answer (v3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.format import Format
from minerva.chat.formats.json_text import read_arguments
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.named_calls import NamedCalls
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.core.tools import Tool

_MARK = ">>>"
_EVERYBODY = "all"
_LONGEST_HEAD = 80


@dataclass(frozen=True)
class Recipients:
    """Parts of the answer, each with a recipient: `all` or a tool. The prompt ends with the first mark."""

    name: str = "functionary-v3.2"
    triggers: tuple[str, ...] = ()
    example: str = f'{_MARK}tool_name\n{{"parameter": "value"}}'
    marks: tuple[str, ...] = (_MARK,)
    text_openings: tuple[str, ...] = (f"{_EVERYBODY}\n",)

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        return parser_of(_read_answer, tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(lark.row(_call(lark, tools), _MARK, several=parallel))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it: a call, or anything that is said to all. The mark alone may stand in any program."""
        lark = Lark(special)
        to_everybody = sequence(lark.literal(f"{_EVERYBODY}\n"), lark.text())
        return lark.grammar(f"{_call(lark, tools)} | {to_everybody}")


RECIPIENTS = Recipients()
TAGS = NamedCalls(name="functionary-v3.1", begin="<function=", middle=">", end="</function>")


def find(template: str) -> Format | None:
    """Return the format if `template` is of this family."""
    if f"{_MARK}{_EVERYBODY}" in template:
        return RECIPIENTS
    return TAGS if "<function=" in template and "<parameter=" not in template else None


def _call(lark: Lark, tools: Sequence[Tool]) -> str:
    return lark.either(sequence(lark.literal(f"{tool.name}\n"), lark.arguments(tool)) for tool in tools)


def _read_answer(reader: Reader) -> Steps[None]:
    yield from reader.accept(_MARK)
    if (yield from _read_part(reader, _MARK)):
        reader.commit()
    reader.reject()
    yield from read_groups(reader, (_MARK,), _read_part)


def _read_part(reader: Reader, _: str) -> Steps[bool]:
    """Read a recipient, and the arguments if it is a tool. Returns False if it is none."""
    recipient, end = yield from reader.collect(("\n",), _LONGEST_HEAD)
    if end and recipient.strip() == _EVERYBODY:
        return True
    if not end or not reader.offers(recipient.strip()):
        return False
    yield from reader.space()
    return (yield from read_arguments(reader, recipient.strip(), None))
