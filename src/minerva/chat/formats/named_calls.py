"""The shape in which the tool's name stands in the markup, and its arguments follow as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.json_text import read_arguments, read_calls
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.core.tools import Tool

_LONGEST_HEAD = 256
_ANY_NAME = re.compile(r"(?P<name>[\w.-]+)")


@dataclass(frozen=True, kw_only=True)
class NamedCalls:
    """Groups of calls: `section`, calls with `between` between them, `section_end`; without sections, calls alone.

    A call is `begin`, its head, `middle`, the arguments, `end`. `head` says how a head is written: texts, with `{name}`
    for the name, and regular expressions between slashes; `read_head` finds the name in one, and perhaps the id.
    `also` are other marks of a section. If `listed`, JSON that says calls may follow a mark as well.
    """

    name: str
    begin: str
    middle: str
    end: str = ""
    section: str = ""
    section_end: str = ""
    between: str = ""
    also: tuple[str, ...] = ()
    head: tuple[str, ...] = ("{name}",)
    read_head: re.Pattern[str] = _ANY_NAME
    listed: bool = False
    text_openings: tuple[str, ...] = ()

    @property
    def triggers(self) -> tuple[str, ...]:
        """The mark before a group."""
        return (self.section or self.begin,)

    @property
    def marks(self) -> tuple[str, ...]:
        """Other marks before a group."""
        return self.also

    @property
    def example(self) -> str:
        """A group of one call."""
        head = "".join(part for part in self.head if not part.startswith("/")).format(name="tool_name")
        arguments = '{"parameter": "value"}'
        return f"{self.section}{self.begin}{head}{self.middle}{arguments}{self.end}{self.section_end}"

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        marks = [mark for mark in (self.section, self.begin, *self.also) if mark]
        return parser_of(lambda reader: read_groups(reader, marks, self._read_group), tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.answer(sequence(lark.literal(self.triggers[0]), self._rest(lark, tools, parallel=parallel)))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(self._rest(lark, tools, parallel=parallel))

    def _rest(self, lark: Lark, tools: Sequence[Tool], *, parallel: bool) -> str:
        """Return what matches a group behind its trigger."""
        call = lark.either(self._call(lark, tool) for tool in tools)
        calls = lark.row(call, self.between + self.begin, several=parallel)
        return sequence(lark.literal(self.begin if self.section else ""), calls, lark.literal(self.section_end))

    def _call(self, lark: Lark, tool: Tool) -> str:
        head = (part if part.startswith("/") else lark.literal(part.format(name=tool.name)) for part in self.head)
        body = (lark.literal(self.middle), lark.arguments(tool), lark.literal(self.end))
        return lark.rule(sequence(*head, *body))

    def _read_group(self, reader: Reader, mark: str) -> Steps[bool]:
        if self.listed and (yield from _json_follows(reader)):
            return (yield from read_calls(reader))
        found = mark == self.begin or (yield from self._begins(reader))
        while found:
            if not (yield from self._read_call(reader)):
                return False
            reader.commit()
            if not (yield from self._begins(reader)):
                yield from reader.accept(self.section_end)
                return True
        return False

    def _begins(self, reader: Reader) -> Steps[bool]:
        yield from reader.space()
        return (yield from reader.accept(self.begin))

    def _read_call(self, reader: Reader) -> Steps[bool]:
        written, middle = yield from reader.collect((self.middle.strip(),), _LONGEST_HEAD)
        head = self.read_head.fullmatch(written.strip())
        if not middle or head is None or not reader.offers(head["name"]):
            return False
        yield from reader.space()
        if (yield from reader.accept(self.end.strip())):
            reader.start(head["name"], head.groupdict().get("id"))
            reader.arguments("{}")
            reader.end()
            return True
        found = yield from read_arguments(reader, head["name"], head.groupdict().get("id"))
        yield from reader.space()
        yield from reader.accept(self.end.strip())
        return found


def _json_follows(reader: Reader) -> Steps[bool]:
    yield from reader.space()
    return (yield from reader.peek()) in {"[", "{"}
