"""What form an answer must have, in no API's dialect. The text of a thinking block is free."""

from __future__ import annotations

from typing import Literal

import msgspec


class JsonObject(msgspec.Struct, frozen=True, tag="json_object"):
    """Any JSON object."""


class JsonSchema(msgspec.Struct, frozen=True, tag="json_schema"):
    """JSON that fits a schema, given as the JSON text of it."""

    schema: str


class Grammar(msgspec.Struct, frozen=True, tag="grammar"):
    """A text of a grammar: `lark` in llguidance's dialect, or `gbnf` as llama.cpp reads it."""

    text: str
    syntax: Literal["lark", "gbnf"]


class Regex(msgspec.Struct, frozen=True, tag="regex"):
    """A text that a regular expression (Rust's `regex` syntax) matches as a whole."""

    pattern: str


class OneOf(msgspec.Struct, frozen=True, tag="one_of"):
    """Exactly one of these texts."""

    texts: tuple[str, ...]


GBNF_MARK = "%gbnf\n"
"""Begins a `wire.messages.Constraint.grammar` that is GBNF, and not Lark."""

MOST_FORM_CHARACTERS = 1 << 17
"""Of a schema or a grammar."""

OutputForm = JsonObject | JsonSchema | Grammar | Regex | OneOf
