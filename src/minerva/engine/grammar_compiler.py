"""Texts of grammars become grammars that sequences can follow. Belongs to a thread of its own, see `intake`."""

from __future__ import annotations

from llguidance import LLMatcher, LLParserLimits
from llguidance.gbnf_to_lark import gbnf_to_lark

from minerva.core.errors import InvalidRequest
from minerva.core.output import GBNF_MARK
from minerva.engine.backend import Vocabulary
from minerva.engine.grammar import CompiledGrammar
from minerva.engine.grammar_error import explain

_KEPT = 16
_MOST_CHARACTERS = 1 << 17
_MOST_GBNF_CHARACTERS = 1 << 16
"""GBNF is converted in Python, at some microseconds a character."""

_MOST_REFERENCES, _MOST_LINES = 2_000, 20_000
"""In a schema and in a grammar. llguidance follows chains of them by recursion; `STACK_BYTES` is enough for these."""

STACK_BYTES = 512 << 20
"""Of the thread that compiles. Only what is touched of it takes memory."""

_MOST_LEXER_STATES = 50_000
"""llguidance keeps one or two KiB for each. What its other limits allow by default takes well under a second."""


class GrammarCompiler:
    """Compiles for one model, and keeps the latest grammars."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Build the table of the model's tokens, which takes a while, see `Vocabulary.grammar_tokenizer`."""
        self._tokenizer = vocabulary.grammar_tokenizer()
        self._limits = LLParserLimits(max_lexer_states=_MOST_LEXER_STATES, verbose_errors=False)
        self._kept: dict[str, CompiledGrammar] = {}

    def compile(self, grammar: str) -> CompiledGrammar:
        """Return the compiled `grammar`: Lark, or GBNF behind `GBNF_MARK`.

        Raises `InvalidRequest` if it is too large, not well formed, asks for what cannot be enforced, or for nothing
        that can be.
        """
        compiled = self._kept.pop(grammar, None)
        if compiled is None or compiled.spoiled:
            compiled = self._compile(grammar)
        # The order of a dict is that of insertion: the one used longest ago comes first.
        self._kept[grammar] = compiled
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]
        return compiled

    def _compile(self, grammar: str) -> CompiledGrammar:
        _check_size("grammar or schema", grammar, _MOST_CHARACTERS)
        _check_count("references", grammar.count('"$ref"'), _MOST_REFERENCES)
        _check_count("lines", grammar.count("\n"), _MOST_LINES)
        lark = _from_gbnf(grammar.removeprefix(GBNF_MARK)) if grammar.startswith(GBNF_MARK) else grammar
        matcher, error = self._build(lark)
        if error:
            raise _refusal(explain(lark, error, lambda part: self._build(part)[1]))
        return CompiledGrammar(self._tokenizer, matcher)

    def _build(self, lark: str) -> tuple[LLMatcher, str]:
        """Return a matcher at the beginning of `lark`, and what is wrong with it: an empty string if nothing is."""
        matcher = LLMatcher(self._tokenizer, lark, log_level=0, limits=self._limits)
        if matcher.is_error():
            return matcher, matcher.get_error()
        probe = matcher.deep_copy()
        probe.compute_bitmask()
        return matcher, probe.get_error()


def _from_gbnf(text: str) -> str:
    _check_size("GBNF grammar", text, _MOST_GBNF_CHARACTERS)
    try:
        return gbnf_to_lark(text)
    except Exception as error:
        # llguidance raises nothing more precise for a fault in the grammar.
        raise _refusal(str(error)) from error


def _check_size(what: str, text: str, most: int) -> None:
    if len(text) > most:
        raise InvalidRequest(f"The {what} has {len(text)} characters; the most is {most}. Simplify it.", "form")


def _check_count(what: str, count: int, most: int) -> None:
    if count > most:
        raise InvalidRequest(f"The grammar or schema has {count} {what}; the most is {most}. Simplify it.", "form")


def _refusal(reason: str) -> InvalidRequest:
    return InvalidRequest(f"The form asked for cannot be enforced: {reason}.", "form")
