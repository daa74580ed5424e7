"""The tools of a preset, in the form in which OpenAI's chat API takes them: a file may hold what a request would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.tools import Tool

MOST_TOOLS = 128
"""As OpenAI's API has it."""
MOST_BYTES = 128 * 1024
"""Of all tools together, as JSON: a model reads all of it before every answer."""


class PresetFunction(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A function that may be called. `parameters` is a JSON Schema; without it the function takes nothing."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class PresetTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A tool that is a function, the one kind there is."""

    type: Literal["function"]
    function: PresetFunction


def neutral_tools(tools: Sequence[PresetTool]) -> tuple[Tool, ...]:
    """Return `tools` as every API's requests have them."""
    return tuple(map(_neutral, tools))


def field_of(index: int, part: str) -> str:
    """Return the path of `part`, a field of the function of the tool at `index`, in a preset."""
    return f"tools[{index}].function.{part}"


def check_amount(tools: Sequence[PresetTool]) -> None:
    """Raise `InvalidRequest`, whose `param` is `tools`, for more than a preset may have."""
    if len(tools) > MOST_TOOLS:
        raise InvalidRequest(f"`tools` has {len(tools):,} items; there may be at most {MOST_TOOLS}.", "tools")
    size_bytes = len(msgspec.json.encode(tools))
    if size_bytes > MOST_BYTES:
        raise InvalidRequest(
            f"`tools` has {size_bytes:,} bytes of JSON; at most {MOST_BYTES:,} are kept. Shorten the descriptions, or "
            "offer fewer.",
            "tools",
        )


def _neutral(tool: PresetTool) -> Tool:
    function = tool.function
    parameters = json.dumps(function.parameters or {}, ensure_ascii=False, separators=(",", ":"))
    return Tool(function.name, function.description or "", parameters, bool(function.strict))
