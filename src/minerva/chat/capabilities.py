"""What a template makes of tools: found out by rendering a small conversation with each way to put them."""

from __future__ import annotations

import contextlib
import functools
import itertools
from dataclasses import dataclass
from datetime import UTC, datetime

from minerva.chat.conversation import CallStyle, as_item, as_tools
from minerva.chat.program import Program
from minerva.chat.sandbox import TemplateRaised
from minerva.core.errors import InvalidModelFile
from minerva.core.message import Message, ToolCall
from minerva.core.tools import Tool

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
# Words that no template has of its own.
_TOOL, _VALUE, _OTHER_VALUE, _RESULT = "zqtool", "zqvalue", "zqother", "zqresult"
_SCHEMA = (
    '{"type": "object", "properties": {"word": {"type": "string", "description": "The word."}}, "required": ["word"]}'
)
_TOOLS = (Tool(_TOOL, "Looks up a word.", _SCHEMA),)
_QUESTION = (Message("user", "Which word?"),)
_CALLS = tuple(
    ToolCall(number * 9, _TOOL, f'{{"word": "{value}"}}') for number, value in (("1", _VALUE), ("2", _OTHER_VALUE))
)
_RESULTS = tuple(Message("tool", _RESULT, name=_TOOL, tool_call_id=call.id) for call in _CALLS)
_STYLES = tuple(
    CallStyle(text_arguments=text, null_content=null) for text, null in itertools.product((False, True), repeat=2)
)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """`tools`: the template says which tools there are. `calls`: how it shows calls, `None` if it does not.

    `parallel`: it shows all calls of a message, not the first alone. `results`: it shows what tools answered.
    """

    tools: bool
    calls: CallStyle | None
    parallel: bool
    results: bool


@functools.lru_cache(maxsize=32)
def capabilities(template: str) -> Capabilities:
    """Return what `template` can do. Raises `InvalidModelFile` if it cannot be compiled."""
    program = Program(template, _SOME_DAY)
    tools = _TOOL in _written(program, _QUESTION, _TOOLS, _STYLES[0])
    offered = _TOOLS if tools else ()
    texts = {style: _written(program, _conversation(1), offered, style) for style in _STYLES}
    calls = next((style for style in _STYLES if _VALUE in texts[style]), None)
    parallel = calls is None or _OTHER_VALUE in _written(program, _conversation(2), offered, calls)
    return Capabilities(tools, calls, parallel, any(_RESULT in text for text in texts.values()))


def _conversation(count: int) -> tuple[Message, ...]:
    """Return a conversation with so many calls at once."""
    return (*_QUESTION, Message("assistant", tool_calls=_CALLS[:count]), *_RESULTS[:count])


def _written(program: Program, messages: tuple[Message, ...], tools: tuple[Tool, ...], style: CallStyle) -> str:
    """Return what the template makes of it, nothing where it refuses or fails."""
    items = [as_item(message, style) for message in messages]
    variables = {"messages": items, "tools": as_tools(tools), "add_generation_prompt": True}
    with contextlib.suppress(TemplateRaised, InvalidModelFile):
        return program.run({**variables, "bos_token": "", "eos_token": ""})
    return ""
