"""A chat template that is ready to run, and what goes wrong with it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from types import CodeType, TracebackType
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError

from minerva.chat.budget import Budget, TemplateLimit
from minerva.chat.sandbox import Sandbox, compile_template, output
from minerva.core.errors import InvalidModelFile

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


class Program:
    """A compiled template of one model."""

    def __init__(self, text: str, now: datetime | None = None, path: str = "") -> None:
        """Compile `text`. `now` is what `strftime_now` formats, `path` the file that it is from, for errors.

        Raises `InvalidModelFile` if it is broken or too long.
        """
        self.source = text
        self._now = now
        self._path = path
        self._code = self._compile()

    def run(self, variables: dict[str, Any]) -> str:
        """Return what the template writes. `messages` must be among the `variables`, and `tools`, a list.

        Without tools `tools` is absent, as Hugging Face has it; a template for tools alone fails on that: it gets an
        empty list then, and the same as `functions`, the name that the template of firefunction gives it.
        Raises `TemplateRaised` where the template refuses, and `InvalidModelFile` where it fails or reaches a limit.
        """
        tools = variables["tools"]
        try:
            return self._run({**variables, "tools": tools or None, "documents": None})
        except InvalidModelFile as error:
            if isinstance(error.__cause__, TemplateLimit):
                raise
            functions = json.dumps([tool["function"] for tool in tools], ensure_ascii=False, indent=4)
            today = self._now.strftime("%b %d %Y") if self._now is not None else ""
            with contextlib.suppress(InvalidModelFile):
                return self._run({**variables, "documents": [], "functions": functions, "datetime": today})
            raise

    def _compile(self) -> CodeType:
        if len(self.source) > MAX_TEMPLATE_CHARACTERS:
            raise self._broken(f"has {len(self.source):,} characters; at most {MAX_TEMPLATE_CHARACTERS:,} are read")
        try:
            return compile_template(self.source)
        except TemplateSyntaxError as error:
            raise self._broken(f"has an error in line {error.lineno}: {error.message}") from error
        except _COMPILE_ERRORS as error:
            raise self._broken(f"cannot be compiled: {_words(error)}") from error

    def _run(self, variables: dict[str, Any]) -> str:
        given = list(_parts(variables))
        budget = Budget(sum(map(_characters, given)), len(variables["messages"]))
        environment = Sandbox(budget, self._now, given=frozenset(id(part) for part in given if isinstance(part, list)))
        template = Template.from_code(environment, self._code, dict(environment.globals))
        try:
            return output(template.root_render_func(template.new_context(variables)), budget)
        except (TemplateLimit, *_RUN_ERRORS) as error:
            where = f" in line {line}" if (line := _line(error.__traceback__, template)) else ""
            reason = "was stopped" if isinstance(error, TemplateLimit) else "failed on this conversation"
            raise self._broken(f"{reason}{where}: {_words(error)}") from error

    def _broken(self, what: str) -> InvalidModelFile:
        of = f" of {self._path}" if self._path else ""
        return InvalidModelFile(f"The chat template{of} {what.rstrip(' .')}. {_hint(self._path)}", self._path)


def _hint(path: str) -> str:
    """Say what to do about the template of the model file at `path`, or in a file of its own there."""
    if path and not path.lower().endswith(".gguf"):
        return "Mend it, or take it away for the model's own template to hold again."
    return "Use another file of this model, put a template of your own beside it, or send a prompt to completions."


def _parts(value: object) -> Iterator[object]:
    """Yield `value` and everything in it."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner:
        yield from _parts(item)


def _characters(value: object) -> int:
    match value:
        case str():
            return len(value)
        case dict() | list():
            return 0
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
