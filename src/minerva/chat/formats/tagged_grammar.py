"""The grammar of calls with a tag per argument."""

from __future__ import annotations

from collections.abc import Iterator

from minerva.chat.formats.lark import Lark, sequence
from minerva.chat.formats.schema import Parameters
from minerva.chat.formats.tags import Tags
from minerva.core.tools import Tool


def call_of(lark: Lark, tags: Tags, tool: Tool) -> str:
    """Return what matches a call of `tool`: its arguments in the order of the schema, optional ones perhaps missing."""
    parameters = Parameters(tool)
    arguments = (_argument(lark, tags, tool, parameters, name) for name in parameters.properties)
    before, behind = tags.number
    if before:
        head = sequence(lark.literal(f"{tags.begin}{tool.name}{before}"), "/[0-9]{1,3}/", lark.literal(behind))
    else:
        head = lark.literal(f"{tags.begin}{tool.name}{tags.name_end}")
    return lark.rule(sequence(head, *arguments, lark.literal(tags.end)))


def _argument(lark: Lark, tags: Tags, tool: Tool, parameters: Parameters, name: str) -> str:
    head = lark.literal(f"{tags.key_begin}{name}{tags.key_end}")
    values = [sequence(lark.literal(kind), value) for kind, value in _values(lark, tags, tool, parameters, name)]
    argument = lark.rule(sequence(head, lark.either(values)))
    return argument if name in parameters.required else f"{argument}?"


def _values(lark: Lark, tags: Tags, tool: Tool, parameters: Parameters, name: str) -> Iterator[tuple[str, str]]:
    """Yield the kinds of value that a parameter may have, as the format marks them, each with what matches a value."""
    types = parameters.types(name)
    if not tags.kinds:
        as_text = not types or "string" in types
        yield "", _text(lark, tags, parameters, name) if as_text else _json(lark, tags, tool, parameters, name)
    for mark, kind in tags.kinds.items():
        if kind == "string" and (not types or "string" in types):
            yield mark, _text(lark, tags, parameters, name)
        elif kind != "string" and _may_be(types, kind):
            yield mark, _json(lark, tags, tool, parameters, name)


def _may_be(types: frozenset[str], kind: str) -> bool:
    if kind == "json":
        return types != {"string"}
    return not types or kind in types or (kind == "number" and "integer" in types)


def _text(lark: Lark, tags: Tags, parameters: Parameters, name: str) -> str:
    """Return what matches text up to and with the value's end; one of the schema's values where it lists them."""
    end = tags.value_end.strip()
    choices = parameters.properties[name].get("enum")
    if isinstance(choices, list) and choices and all(isinstance(choice, str) for choice in choices):
        return sequence(lark.either(map(lark.literal, choices)), lark.literal(tags.value_end))
    return sequence(lark.text_until(end), lark.literal(tags.value_end[tags.value_end.index(end) + len(end) :]))


def _json(lark: Lark, tags: Tags, tool: Tool, parameters: Parameters, name: str) -> str:
    schema = parameters.with_definitions(parameters.properties[name])
    return sequence(lark.json(schema, strict=tool.strict), lark.literal(tags.value_end))
