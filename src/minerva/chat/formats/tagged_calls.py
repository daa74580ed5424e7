"""The shape in which each argument stands in tags of its own, text without quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.json_text import escape, quote, read_calls
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.literals import is_of_name
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.chat.formats.schema import Parameters, json_of
from minerva.chat.formats.tagged_grammar import call_of
from minerva.chat.formats.tags import Tags
from minerva.core.tools import Tool

_LONGEST_KEY = 256
_CDATA = "<![CDATA["
_CDATA_END = "]]>"


@dataclass(frozen=True, kw_only=True)
class TaggedCalls:
    """Groups of calls: `trigger`, `lead`, calls with `between` between them, `close`.

    If `between` is `None` a group is one call, and groups follow one another with `again` between them. White space is
    written as the template shows it, and may be missing where it is read. `prefix`, with `{name}` for the tool's name,
    stands before a trigger, and perhaps one of `before_prefix` before that.
    """

    name: str
    trigger: str
    tags: Tags
    lead: str = ""
    between: str | None = None
    close: str = ""
    again: str = "\n"
    prefix: str = ""
    before_prefix: tuple[str, ...] = ("",)
    text_openings: tuple[str, ...] = ()

    @property
    def triggers(self) -> tuple[str, ...]:
        """The mark before a group."""
        return (self.trigger,)

    @property
    def marks(self) -> tuple[str, ...]:
        """What may stand before a trigger."""
        return (self.prefix, *self.before_prefix)

    @property
    def example(self) -> str:
        """A group of one call."""
        return f"{self.trigger}{self.lead}{self.tags.example}{self.close}"

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        marks = {self.trigger, self.tags.begin.strip()} - {""}
        marks |= {f"{before}{self._opening(tool)}" for tool in tools for before in self.before_prefix}
        parameters = {tool.name: Parameters(tool) for tool in tools}

        def read_group(reader: Reader, mark: str) -> Steps[bool]:
            return self._read_group(reader, mark, parameters)

        return parser_of(lambda reader: read_groups(reader, marks, read_group), tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        # Where the name stands before the trigger too, a group cannot be one of any tool.
        kinds = [tools] if not self.prefix else [[tool] for tool in tools]
        group = lark.either(
            sequence(lark.literal(self._opening(kind[0])), self._rest(lark, kind, parallel=parallel)) for kind in kinds
        )
        return lark.answer(lark.row(group, self.again, several=parallel and self.between is None))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(self._rest(lark, tools, parallel=parallel))

    def _rest(self, lark: Lark, tools: Sequence[Tool], *, parallel: bool) -> str:
        """Return what matches a group behind its trigger."""
        call = lark.either(call_of(lark, self.tags, tool) for tool in tools)
        calls = lark.row(call, self.between or "", several=parallel and self.between is not None)
        return sequence(lark.literal(self.lead), calls, lark.literal(self.close))

    def _opening(self, tool: Tool) -> str:
        return f"{self.prefix.format(name=tool.name)}{self.trigger}"

    def _read_group(self, reader: Reader, mark: str, parameters: Mapping[str, Parameters]) -> Steps[bool]:
        begin = self.tags.begin.strip()
        yield from reader.space()
        if (yield from reader.peek()) in {"{", "["}:
            return (yield from read_calls(reader)) and (yield from self._close(reader))
        if mark != begin:
            yield from reader.accept(begin)
        while (yield from _read_call(reader, self.tags, parameters)):
            yield from reader.space()
            if not begin or not (yield from reader.accept(begin)):
                return (yield from self._close(reader))
        return False

    def _close(self, reader: Reader) -> Steps[bool]:
        yield from reader.space()
        yield from reader.accept(self.close.strip())
        return True


def _read_call(reader: Reader, tags: Tags, parameters: Mapping[str, Parameters]) -> Steps[bool]:
    """Read a call from its name on, and deliver it. Returns whether it was one, of an offered tool, and complete."""
    name = yield from reader.word(is_of_name)
    yield from reader.space()
    if not reader.offers(name) or not (yield from _read_head(reader, tags)):
        return False
    reader.start(name)
    reader.arguments("{")
    separator = ""
    while not (yield from reader.accept(tags.end.strip())):
        if not (yield from _read_argument(reader, tags, parameters[name], separator)):
            # Cut off, the arguments stay open: a call that lacks some must not look whole.
            reader.end("}" if (yield from reader.peek()) else "")
            return False
        yield from reader.space()
        separator = ", "
    reader.commit()
    reader.end("}")
    return True


def _read_head(reader: Reader, tags: Tags) -> Steps[bool]:
    """Read what follows the name: the end of its tag, in some formats with the call's number in it."""
    before, behind = tags.number
    if before and (yield from reader.accept(before)):
        yield from reader.word(str.isdigit)
        return (yield from reader.accept(behind))
    end = tags.name_end.strip()
    found = not end or (yield from reader.accept(end))
    yield from reader.space()
    return found


def _read_argument(reader: Reader, tags: Tags, parameters: Parameters, separator: str) -> Steps[bool]:
    """Read one argument and deliver it behind `separator`. Returns whether it was one, and complete."""
    if not (yield from reader.accept(tags.key_begin)):
        return False
    key_end, *value_begin = tags.key_end.split()
    key, found = yield from reader.collect((key_end,), _LONGEST_KEY)
    for mark in value_begin:
        yield from reader.space()
        if not (yield from reader.accept(mark)):
            return False
    kind = yield from reader.choose(tags.kinds)
    if not found or (tags.kinds and not kind):
        return False
    types = parameters.types(key)
    if kind:
        types = frozenset({"string"}) if tags.kinds[kind] == "string" else types - {"string"}
    return (yield from _read_value(reader, tags, types, f"{separator}{quote(key)}: "))


def _read_value(reader: Reader, tags: Tags, types: frozenset[str], key: str) -> Steps[bool]:
    """Read a value and its end, and deliver `key` and the value: text as it comes, others once they are complete."""
    end = tags.value_end.strip()
    if tags.cdata and (yield from reader.accept(_CDATA)):
        ends = [f"{_CDATA_END}{end}"]
    else:
        if tags.key_end.endswith("\n"):
            yield from reader.accept("\n")
        ends = [f"\n{end}", end] if tags.value_end.startswith("\n") else [end]
    if types == {"string"}:
        reader.arguments(f'{key}"')
        found = yield from reader.until(ends, lambda text: reader.arguments(escape(text)))
        if found:
            reader.arguments('"')
        return bool(found)
    text, found = yield from reader.collect(ends)
    reader.arguments(key + (json_of(text, types) if found else text))
    return bool(found)
