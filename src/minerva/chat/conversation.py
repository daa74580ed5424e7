"""A conversation as chat templates get it: OpenAI's shapes, as mappings.

Source: `transformers/utils/chat_template_utils.py` and the page "Writing a chat template" of its documentation; the
fields of thoughts and of their switches are those that published templates read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from minerva.chat.budget import DEPTH, elements
from minerva.core.errors import InvalidRequest
from minerva.core.message import Message, ToolCall
from minerva.core.request import Thinking
from minerva.core.tools import Tool

Item = dict[str, Any]

EFFORT_VARIABLES = ("reasoning_effort", "thinking_effort", "reasoning_strength")
"""Names under which templates know how hard to think."""


class Arguments(dict[str, Any]):
    """Arguments of a call, which print as JSON: some templates paste them into the text just so."""

    def __str__(self) -> str:
        """Return JSON as `tojson` writes it."""
        return json.dumps(self, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class CallStyle:
    """How a template wants calls: arguments as JSON text or as a mapping, no content as null or as an empty text."""

    text_arguments: bool = False
    null_content: bool = False


def as_item(message: Message, style: CallStyle) -> Item:
    """Return a message; of its thoughts each template takes the field that it knows, or none."""
    item: Item = {"role": message.role, "content": message.content}
    if message.name is not None:
        item["name"] = message.name
    if message.reasoning is not None:
        item |= dict.fromkeys(("reasoning_content", "reasoning", "thinking"), message.reasoning)
    if message.tool_calls:
        item["tool_calls"] = [_as_call(call, style) for call in message.tool_calls]
        if style.null_content and not message.content:
            item["content"] = None
    if message.tool_call_id is not None:
        item["tool_call_id"] = message.tool_call_id
    return item


def as_tools(tools: tuple[Tool, ...]) -> list[Item]:
    """Return tools. Raises `InvalidRequest` for parameters that are no JSON object, or nest too deeply."""
    return [_as_tool(tool, index) for index, tool in enumerate(tools)]


def thinking_variables(thinking: Thinking) -> Item:
    """Return the variables by which published templates turn thinking on and off, or measure it out."""
    variables: Item = {}
    if thinking.enabled is not None:
        variables |= dict.fromkeys(("enable_thinking", "thinking"), thinking.enabled)
        variables["thinking_mode"] = "enabled" if thinking.enabled else "disabled"
    if thinking.enabled is False:
        variables["thinking_budget"] = 0
    elif thinking.budget_tokens is not None:
        variables["thinking_budget"] = thinking.budget_tokens
    if thinking.effort is not None:
        variables |= dict.fromkeys(EFFORT_VARIABLES, thinking.effort)
    return variables


def parse_object(text: str) -> dict[str, Any] | None:
    """Return the JSON object that `text` is, `{}` for a blank one; `None` if it is none, or nests too deeply."""
    try:
        value = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and _is_shallow(value) else None


def _as_tool(tool: Tool, index: int) -> Item:
    parameters = parse_object(tool.parameters)
    if parameters is None:
        field = f"tools[{index}]"
        raise InvalidRequest(
            f"The parameters of `{field}` (`{tool.name}`) are no JSON object, or nest more than {DEPTH} deep."
            " Give a JSON Schema of type `object`.",
            field,
        )
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def _as_call(call: ToolCall, style: CallStyle) -> Item:
    """Return a tool call; arguments that are no JSON object stay the text they are."""
    arguments = None if style.text_arguments else parse_object(call.arguments)
    shown = call.arguments if arguments is None else Arguments(arguments)
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": shown}}


def _is_shallow(value: object) -> bool:
    layer = [value]
    for _ in range(DEPTH):
        layer = [item for part in layer for item in elements(part)]
        if not layer:
            return True
    return False
