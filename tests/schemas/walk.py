"""Documents that a schema's grammar allows, chosen at random: no model is as wild, and none is needed."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
from llguidance import LLMatcher, LLParserLimits

from minerva.chat.form import form_grammar
from minerva.core.output import JsonSchema
from tests.support.token_table import make_table

_END = 256
_TABLE = make_table([*(bytes([byte]) for byte in range(_END)), b"<end>"], _END)
_LIMITS = LLParserLimits(max_lexer_states=50_000, verbose_errors=False)
_MOST_BYTES = 400
_SPACES = frozenset(b" \t\r\n")
_CLOSING = frozenset(b'"}]')
_BACKSLASH = ord("\\")


def matcher_of(schema: Any) -> LLMatcher | None:
    """Return a matcher at the beginning of `schema`'s grammar, or `None` if it is refused, by us or by llguidance.

    Raises `InvalidRequest` where we refuse it.
    """
    matcher = LLMatcher(_TABLE, form_grammar(JsonSchema(json.dumps(schema))), log_level=0, limits=_LIMITS)
    return None if matcher.is_error() else matcher


def walk(start: LLMatcher, chance: random.Random) -> str | None:
    """Return a document, or `None` if it had no end in sight."""
    matcher, document = start.deep_copy(), bytearray()
    while len(document) < _MOST_BYTES:
        allowed = _allowed(matcher)
        assert not matcher.is_error(), matcher.get_error()
        if matcher.is_stopped() or allowed == [_END] or (_END in allowed and chance.random() < 0.3):
            return document.decode()
        byte = _choose([token for token in allowed if token != _END], len(document), chance)
        assert matcher.consume_token(byte)
        document.append(byte)
    return None


def _allowed(matcher: LLMatcher) -> list[int]:
    mask = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
    return [int(token) for token in np.flatnonzero(np.unpackbits(mask, count=_END + 1, bitorder="little"))]


def _choose(bytes_: list[int], length: int, chance: random.Random) -> int:
    """Prefer what closes, then escapes; white space only where nothing else is allowed."""
    dense = [byte for byte in bytes_ if byte not in _SPACES] or bytes_
    closing = [byte for byte in dense if byte in _CLOSING]
    if closing and chance.random() < 0.25 * (1 + length / 60):
        return chance.choice(closing)
    if _BACKSLASH in dense and chance.random() < 0.3:
        return _BACKSLASH
    return chance.choice(dense)
