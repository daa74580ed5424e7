"""What llguidance says of a grammar it does not take, in a sentence, with the place in the schema that it means."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from minerva.engine.grammar_place import find_place

_MOST_CHARACTERS = 600
_MOST_READ = 4096
"""Of what llguidance says, which may quote all of a grammar: searches hold the interpreter, and so every sequence."""

_EXCERPT = re.compile(r"\n\s*\d+ \| .*|\n<(?:non-verbose/|state)>.*", re.DOTALL)
_IN_SCHEMA = "failed to compile JSON schema: "
_ON_THE_WAY = re.compile(r" while processing json-schema:\S*")
_EMPTY = re.compile(r"Regex is empty: .*", re.DOTALL)
"""What follows are regular expressions of its own making, long and in no order that one could rely on."""
_NO_TEXT = "NoExtensionBias"
"""What it says of a grammar that leads nowhere."""


def explain(grammar: str, error: str, error_of: Callable[[str], str]) -> str:
    """Return the reason in `error`, and the path of the keyword if it is about one of the schemas in `grammar`.

    `error_of` compiles a grammar and returns what llguidance says of it; an empty string if it is taken.
    """
    reason = _reason(error)

    def reason_of(schema: str) -> str:
        return _reason(error_of(f"start: %json {schema}"))

    places = (find_place(schema, reason, reason_of) for schema in _schemas_of(grammar))
    place, said = next((found for found in places if found is not None), (None, reason))
    return said[:_MOST_CHARACTERS] if place is None else f"{said[:_MOST_CHARACTERS]} (at `#{place}`)"


def _reason(error: str) -> str:
    before, _, behind = _EXCERPT.sub("", error[:_MOST_READ]).partition(_IN_SCHEMA)
    reason = behind or before
    reason = _EMPTY.sub("no text has all that is asked of it", reason)
    reason = _ON_THE_WAY.sub("", " ".join(reason.split()))
    return "no text fits it" if reason == _NO_TEXT else reason


def _schemas_of(grammar: str) -> Iterator[str]:
    decoder = json.JSONDecoder()
    for found in re.finditer(r"%json\s+", grammar):
        try:
            _, end = decoder.raw_decode(grammar, found.end())
        except (ValueError, RecursionError):
            continue
        yield grammar[found.end() : end]
