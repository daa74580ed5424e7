"""Gemma 4 and FunctionGemma: `call:name{key:value}` with their own quotes. Gemma 3: Python in a `tool_code` fence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.format import Format
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.literals import is_of_name
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.python_calls import PythonCalls, read_keywords
from minerva.chat.formats.reader import Reader, Steps
from minerva.chat.formats.schema import Parameters
from minerva.core.tools import Tool

_CALL = "call:"
_NUMBER = r"/-?(0|[1-9][0-9]{0,15})(\.[0-9]{1,16})?/"


@dataclass(frozen=True, kw_only=True)
class GemmaCalls:
    """Calls between `trigger` and `close`; a string has `quote` at both its ends and no escapes."""

    name: str
    trigger: str
    quote: str
    close: str
    marks: tuple[str, ...] = ()
    text_openings: tuple[str, ...] = ()

    @property
    def triggers(self) -> tuple[str, ...]:
        """The mark before a call."""
        return (self.trigger,)

    @property
    def example(self) -> str:
        """A call."""
        return f"{self.trigger}{_CALL}tool_name{{parameter:{self.quote}value{self.quote}}}{self.close}"

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        marks = (self.trigger,)
        return parser_of(lambda reader: read_groups(reader, marks, self._read_call), tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        group = lark.rule(sequence(lark.literal(self.trigger), self._rest(lark, tools)))
        return lark.answer(lark.row(group, "", several=parallel))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it; a group is one call, so `parallel` changes nothing."""
        lark = Lark(special)
        return lark.grammar(self._rest(lark, tools))

    def _read_call(self, reader: Reader, _: str) -> Steps[bool]:
        yield from reader.accept(_CALL)
        name = yield from reader.word(is_of_name)
        if not (yield from read_keywords(reader, name, (self.quote,), opening="{", separator=":", end="}")):
            return False
        yield from reader.space()
        yield from reader.accept(self.close)
        return True

    def _rest(self, lark: Lark, tools: Sequence[Tool]) -> str:
        """Return what matches a call behind its trigger."""
        anything = self._anything(lark)
        calls = (self._call(lark, tool, anything) for tool in tools)
        return sequence(lark.literal(_CALL), lark.either(calls), lark.literal(self.close))

    def _call(self, lark: Lark, tool: Tool, anything: Mapping[str, str]) -> str:
        parameters = Parameters(tool)
        members = [
            (
                sequence(lark.literal(f"{name}:"), _value(lark, parameters.types(name), anything)),
                name in parameters.required,
            )
            for name in parameters.properties
        ]
        return lark.rule(sequence(lark.literal(f"{tool.name}{{"), lark.members(members, ","), lark.literal("}")))

    def _anything(self, lark: Lark) -> dict[str, str]:
        """Return what matches a value of each JSON type. Within lists and mappings the schema is not held to."""
        string = sequence(lark.literal(self.quote), lark.text_until(self.quote))
        scalars = {
            "string": lark.rule(string),
            "integer": "/-?(0|[1-9][0-9]{0,15})/",
            "number": _NUMBER,
            "boolean": '("true" | "false")',
            "null": '"null"',
        }
        return scalars | lark.nested(scalars.values(), key=f"/[A-Za-z0-9_.$-]+/ | {scalars['string']}")


def _value(lark: Lark, types: frozenset[str], anything: Mapping[str, str]) -> str:
    return lark.either(anything[kind] for kind in anything if not types or kind in types)


GEMMA_4 = GemmaCalls(name="gemma-4", trigger="<|tool_call>", quote='<|"|>', close="<tool_call|>")
FUNCTION_GEMMA = GemmaCalls(
    name="function-gemma", trigger="<start_function_call>", quote="<escape>", close="<end_function_call>"
)
TOOL_CODE = PythonCalls(name="gemma-3", trigger="```tool_code", lead="\n", between="\n", close="\n```")


def find(template: str) -> Format | None:
    """Return the format if `template` is of this family."""
    for calls in (GEMMA_4, FUNCTION_GEMMA):
        if calls.trigger in template:
            return calls
    return TOOL_CODE if "tool_code" in template else None
