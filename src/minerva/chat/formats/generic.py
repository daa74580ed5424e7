"""The form that is taught to models whose chat template knows no tools: JSON in `<tool_call>` tags.

`instructions` is a system text that teaches it. Calls and results of earlier turns are written as plain messages, by
`call_text` and `result_text`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minerva.chat.formats.hermes import HERMES
from minerva.chat.formats.json_text import parse, quote, read_calls, read_leading_calls
from minerva.chat.formats.parser import Parser, parser_of, read_groups
from minerva.chat.formats.reader import Reader, Steps
from minerva.core.message import ToolCall
from minerva.core.tools import Tool

_MARKS = ("<tool_call>", "```json", "```tool_call")
_CLOSINGS = ("</tool_call>", "```")


@dataclass(frozen=True)
class Generic:
    """Written as Hermes has it; read also where a model leaves out the tags, or puts the JSON in a fence."""

    name: str = "generic"
    triggers: tuple[str, ...] = HERMES.triggers
    example: str = HERMES.example
    marks: tuple[str, ...] = ()
    text_openings: tuple[str, ...] = ()

    def parser(self, tools: Sequence[Tool], *, parallel: bool = True) -> Parser:
        """As `Format` has it."""
        return parser_of(_read_answer, tools, parallel=parallel)

    def grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        return HERMES.grammar(tools, parallel=parallel, special=special)

    def call_grammar(self, tools: Sequence[Tool], *, parallel: bool, special: Mapping[str, int]) -> str:
        """As `Format` has it."""
        return HERMES.call_grammar(tools, parallel=parallel, special=special)


GENERIC = Generic()


def instructions(tools: Sequence[Tool], example: str = GENERIC.example) -> str:
    """Return a system text that tells of `tools` and how they are called: as in `example`, a call of `tool_name`."""
    described = "\n".join(json.dumps(_describe(tool), ensure_ascii=False) for tool in tools)
    return (
        "You can call these tools. Each line describes one, its parameters as JSON Schema:\n\n"
        f"{described}\n\n"
        f"To call a tool, write its name and arguments exactly in this form:\n\n{example}\n\n"
        "Then stop; the result comes in the next message. Call a tool only if it helps; otherwise answer in plain text."
    )


def call_text(calls: Sequence[ToolCall]) -> str:
    """Return calls of an earlier turn as the model would have written them."""
    return "\n".join(
        f'<tool_call>\n{{"name": {quote(call.name)}, "arguments": {_arguments(call)}}}\n</tool_call>' for call in calls
    )


def result_text(name: str, content: str) -> str:
    """Return the result of a call of the tool `name` as a message tells it to the model."""
    return f"<tool_response>\n{json.dumps({'name': name, 'content': content}, ensure_ascii=False)}\n</tool_response>"


def _describe(tool: Tool) -> dict[str, object]:
    return {"name": tool.name, "description": tool.description, "parameters": parse(tool.parameters)}


def _arguments(call: ToolCall) -> str:
    """Return the arguments as they were written; those that are no JSON as a string."""
    try:
        parse(call.arguments)
    except ValueError:
        return quote(call.arguments)
    return call.arguments


def _read_answer(reader: Reader) -> Steps[None]:
    yield from read_leading_calls(reader)
    yield from read_groups(reader, _MARKS, _read_group)


def _read_group(reader: Reader, _: str) -> Steps[bool]:
    yield from reader.space()
    found = yield from read_calls(reader)
    if found:
        yield from reader.space()
        yield from reader.choose(_CLOSINGS)
    return found
