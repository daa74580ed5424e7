"""The shape that most formats have: calls are JSON objects behind a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.json_text import quote, read_calls
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.core.tools import Tool

_NAME = '"tool_name"'
_ARGUMENTS = '{"parameter": "value"}'


@dataclass(frozen=True, kw_only=True)
class JsonCalls:
    """Groups of calls: `trigger`, `lead`, calls with `between` between them, `close`.

    If `between` is `None` a group is one call, and groups follow one another with `again` between them. In a list,
    `lead` ends with `[` and `close` begins with `]`. Groups are written so; they are read wherever `trigger` or one of
    `also` stands, whether a list or single objects come, with or without `close` and white space.
    """

    name: str
    trigger: str
    lead: str = ""
    between: str | None = None
    close: str = ""
    again: str = "\n"
    also: tuple[str, ...] = ()
    id_key: str = ""
    name_key: str = "name"
    arguments_key: str = "arguments"
    text_openings: tuple[str, ...] = ()

    @property
    def triggers(self) -> tuple[str, ...]:
        """The mark before a group."""
        return (self.trigger,)

    @property
    def marks(self) -> tuple[str, ...]:
        """Other marks before a group."""
        return self.also

    @property
    def example(self) -> str:
        """A group of one call."""
        call = f"{{{quote(self.name_key)}: {_NAME}, {quote(self.arguments_key)}: {_ARGUMENTS}}}"
        return f"{self.trigger}{self.lead}{call}{self.close}"

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        marks = (self.trigger, *self.also)
        return parser_of(lambda reader: read_groups(reader, marks, self._read_group), tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        group = lark.rule(sequence(lark.literal(self.trigger), self._rest(lark, tools, parallel=parallel)))
        return lark.answer(lark.row(group, self.again, several=parallel and self.between is None))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(self._rest(lark, tools, parallel=parallel))

    def _read_group(self, reader: Reader, _: str) -> Steps[bool]:
        yield from reader.space()
        found = yield from read_calls(reader)
        if found:
            yield from reader.space()
            yield from reader.accept(self.close.strip().removeprefix("]"))
        return found

    def _rest(self, lark: Lark, tools: Sequence[Tool], *, parallel: bool) -> str:
        """Return what matches a group behind its trigger."""
        call = lark.either(self._call(lark, tool) for tool in tools)
        calls = lark.row(call, self.between or "", several=parallel and self.between is not None)
        return sequence(lark.literal(self.lead), calls, lark.literal(self.close))

    def _call(self, lark: Lark, tool: Tool) -> str:
        head = f"{quote(self.name_key)}: {quote(tool.name)}, {quote(self.arguments_key)}: "
        if self.id_key:
            number = sequence(lark.literal(f'{{{quote(self.id_key)}: "'), "/[0-9]{1,3}/", lark.literal(f'", {head}'))
        else:
            number = lark.literal("{" + head)
        return lark.rule(sequence(number, lark.arguments(tool), lark.literal("}")))
