"""MiniMax M3: arguments as nested elements, each tag behind a token that text cannot contain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minerva.chat.formats.json_text import parse
from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.literals import NoLiteral
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.chat.formats.schema import (
    Parameters,
    Schema,
    json_of,
    mapping_of,
    properties_of,
    resolved,
    types_of,
)
from minerva.core.schema_parts import required_of
from minerva.core.tools import Tool

_MARK = "]<]minimax[>["
_OPENING = f"{_MARK}<tool_call>"
_CLOSING = f"{_MARK}</tool_call>"
_INVOKE = f'{_MARK}<invoke name="'
_INVOKE_END = f"{_MARK}</invoke>"
_ITEM = "item"
_LONGEST_NAME = 256
_DEEPEST = 32

_Element = str | list[tuple[str, "_Element"]]
"""Text, or elements by their names."""


@dataclass(frozen=True)
class MiniMaxM3:
    """A format with nested elements."""

    name: str = "minimax-m3"
    triggers: tuple[str, ...] = (_OPENING,)
    example: str = (
        f'{_OPENING}\n{_INVOKE}tool_name">{_MARK}<parameter>value{_MARK}</parameter>{_INVOKE_END}\n{_CLOSING}'
    )
    marks: tuple[str, ...] = ()
    text_openings: tuple[str, ...] = ()

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        parameters = {tool.name: Parameters(tool) for tool in tools}

        def read_group(reader: Reader, _: str) -> Steps[bool]:
            return _read_group(reader, parameters)

        return parser_of(lambda reader: read_groups(reader, (_OPENING,), read_group), tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.answer(sequence(lark.literal(_OPENING), _rest(lark, tools, parallel=parallel)))

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        lark = Lark(special)
        return lark.grammar(_rest(lark, tools, parallel=parallel))


MINIMAX_M3 = MiniMaxM3()


def find(template: str) -> MiniMaxM3 | None:
    """Return the format if `template` is of this family."""
    return MINIMAX_M3 if _MARK in template else None


def _rest(lark: Lark, tools: Sequence[Tool], *, parallel: bool) -> str:
    call = lark.either(_call(lark, tool) for tool in tools)
    return sequence(lark.literal("\n"), lark.row(call, "\n", several=parallel), lark.literal(f"\n{_CLOSING}"))


def _call(lark: Lark, tool: Tool) -> str:
    parameters = Parameters(tool)
    head = lark.literal(f'{_INVOKE}{tool.name}">')
    return lark.rule(sequence(head, _members(lark, parameters.schema, parameters.schema, 0), lark.literal(_INVOKE_END)))


def _members(lark: Lark, schema: Schema, root: Schema, depth: int) -> str:
    """Return what matches the members of an object, in the order of its schema."""
    required = required_of(schema)
    return sequence(
        *(
            _element(lark, name, inner, root, depth + 1) + ("" if name in required else "?")
            for name, inner in properties_of(schema).items()
        )
    )


def _element(lark: Lark, name: str, schema: object, root: Schema, depth: int) -> str:
    """Return what matches one element; around text, deep within and behind references, whatever up to its end."""
    opening, closing = lark.literal(f"{_MARK}<{name}>"), f"{_MARK}</{name}>"
    types, inner = types_of(schema, root), mapping_of(schema)
    if types == {"object"} and properties_of(inner) and depth < _DEEPEST:
        body = sequence(_members(lark, inner, root, depth), lark.literal(closing))
    elif types == {"array"} and "items" in inner and depth < _DEEPEST:
        item = _element(lark, _ITEM, inner["items"], root, depth + 1)
        body = sequence(f"{item}*", lark.literal(closing))
    elif types and types <= {"integer", "number", "boolean"} and "$ref" not in inner:
        body = sequence(lark.json(inner), lark.literal(closing))
    else:
        body = lark.text_until(closing)
    return lark.rule(sequence(opening, body))


def _read_group(reader: Reader, parameters: Mapping[str, Parameters]) -> Steps[bool]:
    yield from reader.space()
    found = False
    while (yield from reader.accept(_INVOKE)):
        if not (yield from _read_call(reader, parameters)):
            return False
        reader.commit()
        yield from reader.space()
        found = True
    yield from reader.accept(_CLOSING)
    return found


def _read_call(reader: Reader, parameters: Mapping[str, Parameters]) -> Steps[bool]:
    name, end = yield from reader.collect(('">',), _LONGEST_NAME)
    if not end or not reader.offers(name):
        return False
    try:
        members = yield from _read_members(reader, _INVOKE_END, 0)
    except NoLiteral:
        return False
    schema = parameters[name].schema
    reader.start(name)
    reader.arguments(json.dumps(_as_mapping(members, schema, schema), ensure_ascii=False))
    reader.end()
    return True


def _read_members(reader: Reader, closing: str, depth: int) -> Steps[list[tuple[str, _Element]]]:
    """Read elements up to and with `closing`. Raises NoLiteral if something else comes."""
    members: list[tuple[str, _Element]] = []
    while True:
        yield from reader.space()
        mark = yield from reader.choose((closing, f"{_MARK}<"))
        if mark == closing:
            return members
        name, end = yield from reader.collect((">",), _LONGEST_NAME)
        if not mark or not end:
            raise NoLiteral
        members.append((name, (yield from _read_element(reader, f"{_MARK}</{name}>", depth + 1))))


def _read_element(reader: Reader, closing: str, depth: int) -> Steps[_Element]:
    if depth > _DEEPEST:
        raise NoLiteral
    text, mark = yield from reader.collect((_MARK,))
    if (yield from reader.accept(closing.removeprefix(_MARK))):
        return text
    name, end = yield from reader.collect((">",), _LONGEST_NAME)
    if not mark or not end or not name.startswith("<") or text.strip():
        raise NoLiteral
    first = name.removeprefix("<")
    inner = yield from _read_element(reader, f"{_MARK}</{first}>", depth + 1)
    return [(first, inner), *(yield from _read_members(reader, closing, depth))]


def _as_mapping(members: list[tuple[str, _Element]], schema: Schema, root: Schema) -> dict[str, Any]:
    properties = properties_of(schema)
    return {name: _as_value(element, properties.get(name), root) for name, element in members}


def _as_value(element: _Element, schema: object, root: Schema) -> Any:
    types, known = types_of(schema, root), resolved(schema, root)
    if isinstance(element, str):
        if not element.strip() and types in ({"object"}, {"array"}):
            return {} if types == {"object"} else []
        return element if types == {"string"} else parse(json_of(element, types))
    if "array" in types or ("object" not in types and all(name == _ITEM for name, _ in element)):
        return [_as_value(inner, known.get("items"), root) for _, inner in element]
    return _as_mapping(element, known, root)
