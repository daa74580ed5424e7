"""The form that an answer is asked to have, as a grammar for the engine."""

from __future__ import annotations

import json
import re
from typing import Any

from minerva.chat.schema import ESCAPES, exact_schema
from minerva.core.errors import InvalidRequest
from minerva.core.output import GBNF_MARK, Grammar, JsonObject, JsonSchema, OneOf, OutputForm, Regex
from minerva.core.schema_parts import GUIDANCE

_WHITE_SPACE = r"[ ]|\n[ \t]{0,40}"
"""Between JSON tokens: enough for one line or for indented ones, and not for endless blanks, which models fall into."""

_SPACED: dict[str, Any] = {"whitespace_pattern": _WHITE_SPACE}
_COMPACT: dict[str, Any] = {"whitespace_flexible": False}
"""Options of llguidance. A schema may ask for the latter; with others, `lenient` for one, it would say what it does
not mean."""

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


def _json(text: str) -> str:
    schema = exact_schema(text)
    if isinstance(schema, dict):
        schema[GUIDANCE] = {**ESCAPES, **_spacing(schema.get(GUIDANCE))}
    return f"start: %json {json.dumps(schema, ensure_ascii=False, default=float)}"


def _spacing(asked: Any) -> dict[str, Any]:
    if asked in (None, {}, {"whitespace_flexible": True}):
        return _SPACED
    if asked == _COMPACT:
        return _COMPACT
    raise InvalidRequest(
        f"The form asked for cannot be enforced: of the options of llguidance only `whitespace_flexible` can be set "
        f"(at `#/{GUIDANCE}`).",
        "form",
    )


def _one_of(texts: tuple[str, ...]) -> str:
    if not texts:
        raise InvalidRequest("There is no text to choose from; give at least one.", "form")
    return "start: TEXT\nTEXT: " + " | ".join(json.dumps(text) for text in texts)


def _escape(found: re.Match[str]) -> str:
    text = found[0]
    if text.startswith("\\"):
        return text
    return "\\/" if text == "/" else f"\\x{ord(text):02x}"
