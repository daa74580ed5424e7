"""Checks of the tools that a request offers, and of which it lets the model call."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from minerva.chat.formats.json_text import parse
from minerva.core.errors import InvalidRequest
from minerva.core.tools import NamedTool, Tool, ToolChoice

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")

FieldOf = Callable[[int, str], str]
"""Gives the path of a tool's `name` or `parameters` in the request, as its API writes it, from the tool's index."""


def check_tools(tools: Sequence[Tool], field_of: FieldOf) -> None:
    """Check names and schemas. Raises InvalidRequest, its `param` from `field_of`, for the first that is wrong."""
    seen: dict[str, int] = {}
    for index, tool in enumerate(tools):
        field = field_of(index, "name")
        if _NAME.fullmatch(tool.name) is None:
            raise InvalidRequest(
                f"`{field}` is {tool.name!r}; a tool's name has 1 to 64 letters, digits, `_`, `.` and `-`.", field
            )
        if tool.name in seen:
            first = field_of(seen[tool.name], "name")
            raise InvalidRequest(
                f"`{field}` is {tool.name!r}, as `{first}` is; give each tool a name of its own.", field
            )
        seen[tool.name] = index
        _check_schema(tool, field_of(index, "parameters"))


def check_choice(choice: ToolChoice, tools: Sequence[Tool], field: str) -> None:
    """Check that what `choice` demands is offered. Raises InvalidRequest, its `param` being `field`."""
    if isinstance(choice, NamedTool) and choice.name not in {tool.name for tool in tools}:
        offered = ", ".join(repr(tool.name) for tool in tools) or "none"
        raise InvalidRequest(f"`{field}` names the tool {choice.name!r}; offered are: {offered}.", field)
    if choice == "required" and not tools:
        raise InvalidRequest(f"`{field}` demands a call, but no tools are offered; offer some in `tools`.", field)


def _check_schema(tool: Tool, field: str) -> None:
    try:
        schema = parse(tool.parameters)
    except ValueError as error:
        raise InvalidRequest(f"`{field}` is no JSON ({error}); it must be a JSON Schema object.", field) from error
    if not isinstance(schema, dict):
        raise InvalidRequest(f"`{field}` is {tool.parameters[:80]}; it must be a JSON Schema object.", field)
    if schema.get("type", "object") != "object":
        raise InvalidRequest(f"`{field}.type` is {schema['type']!r}; a tool's parameters are of type 'object'.", field)
    if not isinstance(schema.get("properties", {}), dict):
        raise InvalidRequest(
            f"`{field}.properties` must be an object: the schema of each parameter by its name.", field
        )
    required = schema.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise InvalidRequest(f"`{field}.required` must be a list of the names of parameters.", field)
