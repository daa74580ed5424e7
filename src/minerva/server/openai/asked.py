"""What a chat request asks of the answer's form: tools to call, and the response format. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from minerva.chat.tools import check_choice, check_tools
from minerva.core.output import Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex
from minerva.core.tools import NamedTool, Tool, ToolChoice
from minerva.server.body import json_text
from minerva.server.openai.schema import (
    ChatRequest,
    ChoiceFormat,
    FunctionTool,
    GrammarFormat,
    JsonObjectFormat,
    JsonSchemaFormat,
    NamedToolChoice,
    RegexFormat,
    TextFormat,
)


def tools(offered: Sequence[FunctionTool]) -> tuple[Tool, ...]:
    """Return the tools of a request. Raises `InvalidRequest` for a name or parameters that cannot be."""
    found = tuple(
        Tool(
            item.function.name,
            item.function.description or "",
            json_text(item.function.parameters or {}, f"tools[{index}].function.parameters"),
            bool(item.function.strict),
        )
        for index, item in enumerate(offered)
    )
    check_tools(found, lambda index, part: f"tools[{index}].function.{part}")
    return found


def tool_choice(body: ChatRequest, offered: Sequence[Tool]) -> ToolChoice:
    """Return which of the tools `offered` must or may be called. Raises `InvalidRequest` for one that is not."""
    asked = body.tool_choice
    choice = NamedTool(asked.function.name) if isinstance(asked, NamedToolChoice) else asked or "auto"
    check_choice(choice, offered, "tool_choice")
    return choice


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
