"""The form that an answer is asked to have, as a grammar for the engine."""

from __future__ import annotations

import json
import re

import msgspec

from minerva.core.errors import InvalidRequest
from minerva.core.output import GBNF_MARK, Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex

_WHITE_SPACE = r"[ ]|\n[ \t]{0,40}"
"""Between JSON tokens: enough for one line or for indented ones, and not for endless blanks, which models fall into."""

_OPTIONS = json.dumps({"whitespace_pattern": _WHITE_SPACE})
"""Of the schema compiler; what a schema itself has under `x-guidance` comes later in its text, and wins."""

_UNFIT = re.compile(r"\\\\|\\/|[/\x00-\x1f\x7f]")
"""What may not stand as it is between Lark's slashes. An escaped backslash escapes nothing behind it."""


def form_grammar(form: OutputForm) -> str:
    """Return `form` as `wire.messages.Constraint.grammar` takes it: Lark, or GBNF behind a mark.

    Raises `InvalidRequest` for a form that is not well formed; what it means is for the engine to judge.
    """
    match form:
        case JsonObject():
            return _json('{"type": "object"}')
        case JsonSchema():
            return _json(form.schema)
        case Grammar():
            return form.text if form.syntax == "lark" else GBNF_MARK + form.text
        case Regex():
            return f"start: /{_UNFIT.sub(_escape, form.pattern)}/" if form.pattern else 'start: ""'
        case OneOf():
            return _one_of(form.texts)


def _json(schema: str) -> str:
    try:
        parsed = msgspec.json.decode(schema)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidRequest(f"The JSON Schema is not JSON: {error}.", "form") from error
    if isinstance(parsed, bool):
        return f"start: %json {schema}"
    if not isinstance(parsed, dict):
        raise InvalidRequest(
            f"A JSON Schema is an object or a boolean, but this one is {json.dumps(parsed)[:100]}.", "form"
        )
    # The text stays as it came: a parsed number may not come back as it was.
    rest = schema.lstrip()[1:].lstrip()
    return f'start: %json {{"x-guidance": {_OPTIONS}{"" if rest.startswith("}") else ","} {rest}'


def _one_of(texts: tuple[str, ...]) -> str:
    if not texts:
        raise InvalidRequest("There is no text to choose from; give at least one.", "form")
    return "start: TEXT\nTEXT: " + " | ".join(json.dumps(text) for text in texts)


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith("\\"):
        return text
    return "\\/" if text == "/" else f"\\x{ord(text):02x}"
