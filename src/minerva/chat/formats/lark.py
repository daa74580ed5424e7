"""Builds grammars in llguidance's dialect of Lark.

Source: https://github.com/guidance-ai/llguidance/blob/main/docs/syntax.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from minerva.chat.formats.json_text import quote
from minerva.chat.formats.schema import Parameters
from minerva.chat.schema import ESCAPES, exact_schema
from minerva.core.control import control_pattern
from minerva.core.errors import InvalidRequest
from minerva.core.schema_parts import GUIDANCE
from minerva.core.tools import Tool

_TEXT = "/(?s:.*)/"
_SPACE = r"/[ \n]{1,4}/"
_EMPTY = '""'
_OPTIONS = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""JSON as `tojson` writes it in chat templates, on one line: a model cannot get lost in white space."""


class Lark:
    """Collects the rules of one grammar. What its methods return can stand in the body of a rule."""

    def __init__(self, special: Mapping[str, int]) -> None:
        """`special`: texts that are single control tokens of the vocabulary, and their ids."""
        self._special = special
        self._marks = control_pattern(tuple(special))
        self._rules: list[str] = []

    def literal(self, text: str) -> str:
        """Return what matches `text`, control tokens by their ids."""
        parts: list[str] = []
        start = 0
        for mark in self._marks.finditer(text):
            parts += [_quoted(text[start : mark.start()]), f"<[{self._special[mark.group()]}]>"]
            start = mark.end()
        return sequence(*parts, _quoted(text[start:]))

    def rule(self, body: str) -> str:
        """Define a rule and return its name."""
        name = f"r{len(self._rules)}"
        self._rules.append(f"{name}: {body or _EMPTY}")
        return name

    def either(self, bodies: Iterable[str]) -> str:
        """Return what matches any of `bodies`."""
        return self.rule(" | ".join(bodies))

    def row(self, item: str, separator: str, *, several: bool) -> str:
        """Return what matches `item`, or if `several` one or more with `separator` between them."""
        return sequence(item, f"({sequence(self.literal(separator), item)})*") if several else item

    def members(self, members: Sequence[tuple[str, bool]], separator: str) -> str:
        """Return what matches `members` in order, `separator` between them; those with False may be missing."""
        begun = empty = ""
        for body, required in reversed(members):
            first = sequence(body, begun)
            later = sequence(self.literal(separator), first)
            begun = self.rule(later if required else f"{later} | {begun or _EMPTY}")
            empty = self.rule(first if required else f"{first} | {empty or _EMPTY}")
        return empty

    def nested(self, scalars: Iterable[str], key: str) -> dict[str, str]:
        """Return what matches arrays and objects whose inner values are `scalars` or nested themselves.

        Keys are matched by `key`; a colon follows each, and commas stand between members, all without white space.
        """
        count = len(self._rules)
        value, array, item = f"r{count}", f"r{count + 1}", f"r{count + 2}"
        self._rules += [
            f"{value}: {' | '.join([*scalars, array, item])}",
            f'{array}: "[" ({value} ("," {value})*)? "]"',
            f'{item}: "{{" (({key}) ":" {value} ("," ({key}) ":" {value})*)? "}}"',
        ]
        return {"array": array, "object": item}

    def text(self) -> str:
        """Return what matches any text."""
        return _TEXT

    def text_until(self, end: str) -> str:
        """Return what matches any text up to and with `end`."""
        if self._marks.search(end) is not None:
            return self.rule(f"{_TEXT} {self.literal(end)}")
        name = f"r{len(self._rules)}"
        self._rules.append(f"{name}[suffix={quote(end)}]: {_TEXT}")
        return name

    def text_unlike(self, beginning: str) -> str:
        """Return what matches any text that does not begin with what the regular expression `beginning` matches."""
        name = f"T{len(self._rules)}"
        self._rules.append(f"{name}: {_TEXT} & ~/{beginning}(?s:.*)/")
        return name

    def json(self, schema: Mapping[str, Any], *, strict: bool = False) -> str:
        """Return what matches JSON of `schema`. What llguidance cannot enforce is passed over unless `strict`.

        Raises `InvalidRequest` for it, if `strict`, as `exact_schema` does, but that its `param` is `tools`; of other
        keywords the engine is told.
        """
        options = {**_OPTIONS, **ESCAPES} if strict else {**_OPTIONS, "lenient": True}
        exact = _exact(schema) if strict else schema
        return self.rule(f"%json {json.dumps({**exact, GUIDANCE: options}, ensure_ascii=False, default=float)}")

    def arguments(self, tool: Tool) -> str:
        """Return what matches the arguments of a call of `tool`: a JSON object that fits its schema."""
        return self.json({"type": "object", **Parameters(tool).schema}, strict=tool.strict)

    def grammar(self, body: str) -> str:
        """Return the grammar of what `body` matches."""
        return "\n".join([f"start: {body}", *self._rules, ""])

    def answer(self, body: str) -> str:
        """Return the grammar of an answer that is what `body` matches, perhaps with white space before it."""
        return self.grammar(f"{self.rule(_SPACE)}? {body}")


def sequence(*parts: str) -> str:
    """Return what matches `parts` one after another."""
    return " ".join(filter(None, parts))


def _exact(schema: Mapping[str, Any]) -> Any:
    try:
        return exact_schema(json.dumps(schema))
    except InvalidRequest as error:
        raise InvalidRequest(error.message, "tools") from error


def _quoted(text: str) -> str:
    """Return `text` as a string; white space before it as one of its own.

    The lexer takes the longest string that may come: with the line break before a closing tag a part of it, that tag
    would be expected behind any line break, also where another call may follow.
    """
    rest = text.lstrip()
    parts = (text[: len(text) - len(rest)], rest)
    return sequence(*(quote(part) for part in parts if part))
