"""The shape in which calls are Python: `name(parameter="value", other=[1, 2])`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.json_text import read_calls, read_list
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.literals import PYTHON_QUOTES, NoLiteral, is_of_name, read_mapping
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.chat.formats.schema import Parameters
from minerva.core.tools import Tool


@dataclass(frozen=True, kw_only=True)
class PythonCalls:
    """Groups of calls: `trigger`, `lead`, calls with `between` between them, `close`. JSON is read there as well."""

    name: str
    trigger: str
    lead: str
    between: str
    close: str
    marks: tuple[str, ...] = ()
    text_openings: tuple[str, ...] = ()

    @property
    def triggers(self) -> tuple[str, ...]:
        """The mark before a group."""
        return (self.trigger,)

    @property
    def example(self) -> str:
        """A group of one call."""
        return f'{self.trigger}{self.lead}tool_name(parameter="value"){self.close}'

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        marks = (self.trigger,)
        return parser_of(lambda reader: read_groups(reader, marks, self._read_group), tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.answer(sequence(lark.literal(self.trigger), self._rest(lark, tools, parallel=parallel)))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(self._rest(lark, tools, parallel=parallel))

    def _rest(self, lark: Lark, tools: Sequence[Tool], *, parallel: bool) -> str:
        call = lark.either(_call(lark, tool) for tool in tools)
        calls = lark.row(call, self.between, several=parallel)
        return sequence(lark.literal(self.lead), calls, lark.literal(self.close))

    def _read_group(self, reader: Reader, _: str) -> Steps[bool]:
        yield from reader.space()
        listed = yield from reader.accept("[")
        yield from reader.space()
        if (yield from reader.peek()) == "{":
            found = yield from (read_list(reader) if listed else read_calls(reader))
        else:
            found = yield from _read_row(reader, "]" if listed else "")
        yield from reader.space()
        yield from reader.accept(self.close.strip().removeprefix("]"))
        return found


def read_keywords(
    reader: Reader,
    name: str,
    quotes: tuple[str, ...] = PYTHON_QUOTES,
    *,
    opening: str = "(",
    separator: str = "=",
    end: str = ")",
) -> Steps[bool]:
    """Read the arguments of a call of `name` and deliver it. Returns whether it was one, of an offered tool."""
    if not reader.offers(name) or not (yield from reader.accept(opening)):
        return False
    try:
        arguments = yield from read_mapping(reader, quotes, separator=separator, end=end)
    except NoLiteral:
        return False
    reader.start(name)
    reader.arguments(json.dumps(arguments, ensure_ascii=False))
    reader.end()
    return True


def _read_row(reader: Reader, end: str) -> Steps[bool]:
    """Read calls with commas, or white space, between them, up to and with `end`."""
    while (yield from read_keywords(reader, (yield from reader.word(is_of_name)))):
        yield from reader.space()
        if end and (yield from reader.accept(end)):
            return True
        if not (yield from reader.accept(",")) and not is_of_name((yield from reader.peek())):
            return not end
        yield from reader.space()
    return False


def _call(lark: Lark, tool: Tool) -> str:
    parameters = Parameters(tool)
    members = [(_argument(lark, tool, parameters, name), name in parameters.required) for name in parameters.properties]
    return lark.rule(sequence(lark.literal(f"{tool.name}("), lark.members(members, ", "), lark.literal(")")))


def _argument(lark: Lark, tool: Tool, parameters: Parameters, name: str) -> str:
    if parameters.types(name) == {"boolean"}:
        value = '("True" | "False")'
    else:
        schema = parameters.with_definitions(parameters.properties[name])
        value = lark.json(schema, strict=tool.strict)
    return sequence(lark.literal(f"{name}="), value)
