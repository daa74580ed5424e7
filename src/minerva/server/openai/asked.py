"""What a request asks of the answer's form: tools to call, thoughts, and the response format. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from minerva.chat.tools import check_choice, check_tools
from minerva.core.errors import InvalidRequest
from minerva.core.output import Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex
from minerva.core.request import BATCH, INTERACTIVE, URGENT, Thinking
from minerva.core.tools import NamedTool, Tool, ToolChoice
from minerva.server.body import json_text
from minerva.server.openai.schema import (
    ChoiceFormat,
    FunctionDefinition,
    GrammarFormat,
    JsonObjectFormat,
    JsonSchemaFormat,
    NamedToolChoice,
    RegexFormat,
    TextFormat,
)


def tools(offered: Sequence[FunctionDefinition], within: str = "") -> tuple[Tool, ...]:
    """Return the tools of a request; `within`: the path from an item of `tools` to its definition.

    Raises `InvalidRequest` for a name or parameters that cannot be.
    """
    found = tuple(
        Tool(
            definition.name,
            definition.description or "",
            json_text(definition.parameters or {}, f"tools[{index}]{within}.parameters"),
            bool(definition.strict),
        )
        for index, definition in enumerate(offered)
    )
    check_tools(found, lambda index, part: f"tools[{index}]{within}.{part}")
    return found


def tool_choice(
    asked: Literal["none", "auto", "required"] | NamedToolChoice | None, offered: Sequence[Tool]
) -> ToolChoice:
    """Return which of the tools `offered` must or may be called. Raises `InvalidRequest` for one that is not."""
    choice = NamedTool(asked.function.name) if isinstance(asked, NamedToolChoice) else asked or "auto"
    check_choice(choice, offered, "tool_choice")
    return choice


def thinking(effort: str | None, budget_tokens: int | None) -> Thinking:
    """Return what an effort asks for: `none` no thoughts, any other thoughts, silence what the template does."""
    return Thinking(
        enabled=None if effort is None else effort != "none",
        effort=None if effort == "none" else effort,
        budget_tokens=budget_tokens,
    )


ServedTier = Literal["default", "flex", "priority"]

_TIERS: dict[str, ServedTier] = {"flex": "flex", "priority": "priority", "fast": "priority", "ultrafast": "priority"}
_PRIORITIES: dict[ServedTier, int] = {"flex": BATCH, "default": INTERACTIVE, "priority": URGENT}


def served_tier(service_tier: str | None) -> ServedTier:
    """Return the tier that a request is served in which asks for `service_tier`."""
    return _TIERS.get(service_tier or "", "default")


def priority(asked: int | None, service_tier: str | None) -> int:
    """Return the priority of a request. Raises `InvalidRequest` if a number and a tier say different things."""
    by_tier = _PRIORITIES[served_tier(service_tier)]
    if asked is not None and by_tier not in (asked, INTERACTIVE):
        raise InvalidRequest(
            f"`priority` is {asked} and `service_tier` is {service_tier!r}, which means {by_tier}; send one of them.",
            "priority",
        )
    return by_tier if asked is None else asked


def output_form(
    asked: TextFormat | JsonObjectFormat | JsonSchemaFormat | GrammarFormat | RegexFormat | ChoiceFormat | None,
) -> OutputForm | None:
    """Return the form that a `response_format` asks for."""
    match asked:
        case None | TextFormat():
            return None
        case JsonObjectFormat():
            return JsonObject()
        case JsonSchemaFormat():
            definition = asked.json_schema
            schema = json_text(definition.schema_, "response_format.json_schema.schema")
            return JsonSchema(schema)
        case GrammarFormat():
            return Grammar(asked.grammar, asked.syntax)
        case RegexFormat():
            return Regex(asked.regex)
        case ChoiceFormat():
            return OneOf(tuple(asked.choice))
