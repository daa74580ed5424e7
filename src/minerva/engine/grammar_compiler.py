"""Texts of grammars become grammars that sequences can follow. Belongs to a thread of its own, see `intake`."""

from __future__ import annotations

import threading

from llguidance import LLMatcher, LLParserLimits
from llguidance.gbnf_to_lark import gbnf_to_lark

from minerva.core.errors import InvalidRequest
from minerva.core.output import GBNF_MARK, MOST_FORM_CHARACTERS
from minerva.engine.backend import Vocabulary
from minerva.engine.grammar import CompiledGrammar
from minerva.engine.grammar_error import explain

_KEPT = 16
_MOST_GBNF_CHARACTERS = 1 << 16
"""GBNF is converted in Python, at some microseconds a character."""

_MOST_REFERENCES, _MOST_LINES = 2_000, 20_000
"""In a schema and in a grammar. llguidance follows chains of them by recursion; `STACK_BYTES` is enough for these."""

STACK_BYTES = 512 << 20
"""Of the thread that compiles. Only what is touched of it takes memory."""

_MOST_LEXER_STATES = 50_000
"""llguidance keeps one or two KiB for each. What its other limits allow by default takes well under a second."""


class GrammarCompiler:
    """Compiles for one model, and keeps the latest grammars. Belongs to one thread but for `find`."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Build the table of the model's tokens, which takes a while, see `Vocabulary.grammar_tokenizer`."""
        self._tokenizer = vocabulary.grammar_tokenizer()
        self._limits = LLParserLimits(max_lexer_states=_MOST_LEXER_STATES, verbose_errors=False)
        self._kept: dict[str, CompiledGrammar] = {}
        self._lock = threading.Lock()
        """Around `_kept`."""

    def find(self, grammar: str) -> CompiledGrammar | None:
        """Return a grammar that was used before and is ready for more; any thread may ask."""
        with self._lock:
            compiled = self._kept.get(grammar)
            if compiled is None or compiled.spoiled or compiled.spare is None:
                return None
            self._keep(grammar, compiled)
            return compiled

    def compile(self, grammar: str) -> CompiledGrammar:
        """Return the compiled `grammar`: Lark, or GBNF behind `GBNF_MARK`.

        Raises `InvalidRequest` if it is too large, not well formed, asks for what cannot be enforced, or for nothing
        that can be.
        """
        with self._lock:
            compiled = self._kept.get(grammar)
        if compiled is None or compiled.spoiled:
            compiled = self._compile(grammar)
        else:
            compiled.shared = True
        with self._lock:
            self._keep(grammar, compiled)
        return compiled

    def prepare(self, grammar: str) -> None:
        """Give the compiled `grammar` a spare if it has none and is used more than once: nobody waits for that."""
        with self._lock:
            compiled = self._kept.get(grammar)
        if compiled is not None and compiled.shared and compiled.spare is None:
            compiled.spare, _ = self._build(_as_lark(grammar))

    def _keep(self, grammar: str, compiled: CompiledGrammar) -> None:
        """Note that it was used. The order of a dict is that of insertion: the one used longest ago comes first."""
        self._kept.pop(grammar, None)
        self._kept[grammar] = compiled
        if len(self._kept) > _KEPT:
            del self._kept[next(iter(self._kept))]

    def _compile(self, grammar: str) -> CompiledGrammar:
        _check_size("grammar or schema", grammar, MOST_FORM_CHARACTERS)
        _check_count("references", grammar.count('"$ref"'), _MOST_REFERENCES)
        _check_count("lines", grammar.count("\n"), _MOST_LINES)
        lark = _as_lark(grammar)
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


def _as_lark(grammar: str) -> str:
    if not grammar.startswith(GBNF_MARK):
        return grammar
    text = grammar.removeprefix(GBNF_MARK)
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
