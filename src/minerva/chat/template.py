"""Conversation to prompt, with the chat template that came with the model."""

from __future__ import annotations

import bisect
import contextlib
import json
from collections.abc import Mapping
from datetime import datetime
from types import CodeType, TracebackType
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError

from minerva.chat.budget import Budget, TemplateLimit
from minerva.chat.default import DEFAULT_TEMPLATE
from minerva.chat.sandbox import Sandbox, TemplateRaised, compile_template, output
from minerva.core.errors import InvalidModelFile, InvalidRequest, MinervaError
from minerva.core.message import Message, ToolCall

MAX_TEMPLATE_CHARACTERS = 256 * 1024

_COMPILE_ERRORS = (TemplateError, SyntaxError, ValueError, RecursionError, MemoryError, OverflowError)
_RUN_ERRORS = (
    TemplateError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RuntimeError,
    TypeError,
    ValueError,
)

RESERVED = frozenset({"messages", "tools", "documents", "add_generation_prompt", "bos_token", "eos_token"})
"""Variables that a caller may not set by `kwargs`: they say what the request and the model say."""

Kwargs = Mapping[str, str | int | float | bool | None]


def render(
    template: str | None,
    messages: tuple[Message, ...],
    *,
    bos: str,
    eos: str,
    add_generation_prompt: bool = True,
    kwargs: Kwargs | None = None,
    now: datetime | None = None,
    path: str = "",
) -> str:
    """Return the prompt that `template` makes of `messages`, as Hugging Face's renderer would.

    Args:
        template: jinja2 source; `None` takes `DEFAULT_TEMPLATE`.
        messages: a `developer` message counts as `system` in a template that does not know the word.
        bos: text of the token that begins a text, `bos_token` in the template.
        eos: text of the token that ends it, `eos_token` in the template.
        add_generation_prompt: whether the prompt ends with the opening of the assistant's answer.
        kwargs: more variables, `enable_thinking` for example.
        now: what `strftime_now` formats; without it the template finds no such function.
        path: the model file, for errors.

    Raises:
        InvalidRequest: the template called `raise_exception`; `param` names the message if it can be told. Or `kwargs`
            has a name of `RESERVED`.
        InvalidModelFile: the template is broken, or takes more than its limits.
    """
    for name in RESERVED.intersection(kwargs or {}):
        raise InvalidRequest(f"`{name}` cannot be set for a chat template; it is given by the request itself.", name)
    text = DEFAULT_TEMPLATE if template is None else template
    code = _compile(text, path)
    items = [_as_mapping(message, knows_developer="developer" in text) for message in messages]
    variables = {
        **(kwargs or {}),
        "bos_token": bos,
        "eos_token": eos,
        "add_generation_prompt": add_generation_prompt,
    }
    try:
        return _run_without_tools(code, {**variables, "messages": items}, now, path)
    except TemplateRaised as error:
        raise _refusal(code, items, variables, now, str(error)) from error


def _compile(text: str, path: str) -> CodeType:
    if len(text) > MAX_TEMPLATE_CHARACTERS:
        raise _broken(f"has {len(text):,} characters; at most {MAX_TEMPLATE_CHARACTERS:,} are read", path)
    try:
        return compile_template(text)
    except TemplateSyntaxError as error:
        raise _broken(f"has an error in line {error.lineno}: {error.message}", path) from error
    except _COMPILE_ERRORS as error:
        raise _broken(f"cannot be compiled: {_words(error)}", path) from error


def _run_without_tools(code: CodeType, variables: dict[str, Any], now: datetime | None, path: str) -> str:
    """Render with `tools` absent, as Hugging Face has it; a template for tools alone fails on that: it gets []."""
    try:
        return _run(code, {**variables, "tools": None, "documents": None}, now, path)
    except InvalidModelFile as error:
        if isinstance(error.__cause__, TemplateLimit):
            raise
        today = now.strftime("%b %d %Y") if now is not None else ""
        empty = {"tools": [], "documents": [], "functions": "[]", "datetime": today}
        with contextlib.suppress(InvalidModelFile):
            return _run(code, {**variables, **empty}, now, path)
        raise


def _run(code: CodeType, variables: dict[str, Any], now: datetime | None, path: str) -> str:
    budget = Budget(_characters(variables), len(variables["messages"]))
    environment = Sandbox(budget, now)
    template = Template.from_code(environment, code, dict(environment.globals))
    try:
        return output(template.root_render_func(template.new_context(variables)), budget)
    except (TemplateLimit, *_RUN_ERRORS) as error:
        where = f" in line {line}" if (line := _line(error.__traceback__, template)) else ""
        reason = "was stopped" if isinstance(error, TemplateLimit) else "failed on this conversation"
        raise _broken(f"{reason}{where}: {_words(error)}", path) from error


def _refusal(
    code: CodeType, items: list[dict[str, Any]], variables: dict[str, Any], now: datetime | None, said: str
) -> MinervaError:
    """Return the error for a template that refuses: it names the message that ends the shortest refused beginning."""

    def is_refused(count: int) -> bool:
        try:
            _run_without_tools(code, {**variables, "messages": items[:count]}, now, "")
        except TemplateRaised as error:
            return str(error) == said
        except InvalidModelFile:
            return False
        return False

    said_in_full = said.rstrip(" .") + "."
    hint = "Change the conversation to what the template accepts."
    if not items or is_refused(0):
        return InvalidRequest(f"The model's chat template refuses `messages`: {said_in_full} {hint}", "messages")
    # Whole conversations are refused too, so the last count is known; refusals in between stay refusals.
    index = bisect.bisect_left(range(1, len(items)), True, key=is_refused)
    field = f"messages[{index}]"
    role = items[index]["role"]
    return InvalidRequest(f"The model's chat template refuses `{field}` (role `{role}`): {said_in_full} {hint}", field)


def _as_mapping(message: Message, *, knows_developer: bool) -> dict[str, Any]:
    """Return a message as templates expect it: OpenAI's shape, tool arguments as a mapping."""
    role = "system" if message.role == "developer" and not knows_developer else message.role
    item: dict[str, Any] = {"role": role, "content": message.content}
    if message.name is not None:
        item["name"] = message.name
    if message.reasoning is not None:
        item["reasoning_content"] = message.reasoning
    if message.tool_calls:
        item["tool_calls"] = [_as_call(call) for call in message.tool_calls]
    if message.tool_call_id is not None:
        item["tool_call_id"] = message.tool_call_id
    return item


def _as_call(call: ToolCall) -> dict[str, Any]:
    """Return a tool call; arguments that are no JSON object stay the text they are."""
    try:
        arguments = json.loads(call.arguments)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        arguments = call.arguments
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _characters(value: object) -> int:
    """Return how much text is in `value`, the conversation as templates get it."""
    match value:
        case str():
            return len(value)
        case dict():
            return sum(_characters(item) for item in value.values())
        case list():
            return sum(_characters(item) for item in value)
        case _:
            return 1


def _line(traceback: TracebackType | None, template: Template) -> int:
    """Return the template's line in which the error was raised, 0 if none can be found."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(traceback.tb_lineno)
        traceback = traceback.tb_next
    return line


def _words(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "it nests too deeply"
    return str(error) or type(error).__name__


def _broken(what: str, path: str) -> InvalidModelFile:
    of = f" of {path}" if path else ""
    hint = "Use another file of this model, or completions with a prompt of your own."
    return InvalidModelFile(f"The chat template{of} {what.rstrip(' .')}. {hint}", path)
