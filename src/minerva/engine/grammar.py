"""One sequence's place in the grammar that its text is held to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from llguidance import LLMatcher, LLTokenizer

from minerva.core.errors import InferenceError, InvalidRequest, MinervaError
from minerva.engine.backend import Logits
from minerva.engine.watch import Watch
from minerva.wire.messages import Constraint

_NEVER = -np.inf


@dataclass(slots=True, eq=False)
class CompiledGrammar:
    """A grammar ready to be followed by any number of sequences.

    Their matchers share what the lexer has learned, so later sequences have their masks sooner, and a lexer that has
    reached its limits is of no use to anybody. Then `spare` takes its place, which nobody has used yet; where there is
    none, whoever finds that out sets `spoiled`, and the grammar is compiled anew for the next request.
    """

    tokenizer: LLTokenizer
    matcher: LLMatcher
    spare: LLMatcher | None = None
    shared: bool = False
    """Whether more than one sequence was held to it: then a spare is made."""
    spoiled: bool = False

    def start(self) -> LLMatcher:
        """Return a matcher at the beginning of the grammar; a matter of microseconds."""
        return self.matcher.deep_copy()

    def renew(self) -> bool:
        """Let the spare take the place of the matcher; return whether there was one."""
        if self.spare is None:
            return False
        self.matcher, self.spare = self.spare, None
        return True


class GrammarState:
    """Follows a sequence token by token. Belongs to the decoding thread."""

    def __init__(self, compiled: CompiledGrammar, constraint: Constraint, spelling: Callable[[int], bytes]) -> None:
        """`spelling` gives a token's bytes, those of control tokens too: they may be triggers."""
        self.compiled = compiled
        self._constraint = constraint
        self._spelling = spelling
        self._gate = Watch((constraint.after,)) if constraint.after else None
        self._watch = Watch(constraint.triggers)
        self._matcher: LLMatcher | None = None
        self._source = compiled.matcher
        """What `_matcher` is a copy of."""
        self._taken: list[int] = []
        """What `_matcher` has taken since the beginning of the grammar."""
        if not constraint.triggers:
            self._enter(compiled.start(), [])
        self._bits = np.empty((compiled.tokenizer.vocab_size + 31) // 32, dtype="<u4")
        self.is_complete = False
        """Whether the grammar is satisfied and allows nothing more, so that the text ends here."""

    @property
    def holds(self) -> bool:
        """Whether the next token is bound; otherwise the text is free, until a trigger."""
        return self._matcher is not None

    def restrict(self, logits: Logits) -> None:
        """Make impossible, in place, what the grammar does not allow next.

        Tokens that end a generation are possible exactly where the grammar may end. Raises `InvalidRequest` when the
        grammar turns out to be too complex, or to lead nowhere.
        """
        if self._matcher is None:
            if not self._constraint.repeats:
                # What must come has not begun yet, so this cannot be the end.
                logits[self.compiled.tokenizer.eos_tokens] = _NEVER
            return
        while not self._compute_mask(self._matcher):
            if (again := self._again()) is None:
                raise self._stuck(self._matcher)
            self._matcher = again
        np.invert(self._bits, out=self._bits)
        forbidden = np.unpackbits(self._bits.view(np.uint8), count=logits.size, bitorder="little")
        np.copyto(logits, _NEVER, where=forbidden.view(np.bool_))

    def accept(self, token: int) -> bool:
        """Advance by a token; return false, having changed nothing, if its text may not stand here.

        That is so only for a token that completes a trigger and goes on as the grammar cannot begin: no mask keeps it
        out, as it was free text until the trigger. Raises `MinervaError` when a token that was allowed is not taken.
        """
        if self._matcher is not None:
            while not self._matcher.consume_token(token):
                if (again := self._again()) is None:
                    raise self._refusal(self._matcher, token)
                self._matcher = again
            self._taken.append(token)
            self._settle(self._matcher)
            return True
        rest = self._past_trigger(self._spelling(token))
        if rest is None:
            return True
        return self._begin(rest)

    def _past_trigger(self, piece: bytes) -> bytes | None:
        """Return what of `piece` lies behind a trigger, if it completes one that counts."""
        if self._gate is not None:
            rest = self._gate.feed(piece)
            if rest is None:
                return None
            self._gate, piece = None, rest
        return self._watch.feed(piece)

    def forced(self) -> list[int]:
        """Return the tokens that alone can come next; none where there is a choice."""
        if self._matcher is None or self.is_complete:
            return []
        tokens = self._matcher.compute_ff_tokens()
        if tokens and not self._matcher.validate_tokens(tokens[:1]):
            # SentencePiece's way begins every text with a space, and so what follows a user-defined token.
            del tokens[0]
        return tokens[: self._matcher.validate_tokens(tokens)]

    def _begin(self, rest: bytes) -> bool:
        """Begin the grammar with `rest`, which a token brought behind its trigger; return false if it cannot.

        White space there belongs to the border where the grammar does not begin with it.
        """
        for text in dict.fromkeys((rest, rest.lstrip())):
            matcher = self.compiled.start()
            tokens = self.compiled.tokenizer.tokenize_bytes(text)
            if matcher.try_consume_tokens(tokens) == len(tokens):
                self._enter(matcher, tokens)
                self._settle(matcher)
                return True
            if matcher.is_error() and self.compiled.renew():
                return self._begin(rest)
            if matcher.is_error():
                raise self._stuck(matcher)
        return False

    def _enter(self, matcher: LLMatcher, tokens: list[int]) -> None:
        self._matcher, self._source, self._taken = matcher, self.compiled.matcher, list(tokens)

    def _compute_mask(self, matcher: LLMatcher) -> bool:
        """Write what may come next to `_bits`; return false if the matcher cannot say."""
        matcher.unsafe_compute_mask_ptr(self._bits.ctypes.data, self._bits.nbytes)
        return not matcher.is_error()

    def _again(self) -> LLMatcher | None:
        """Return a matcher in the same place whose lexer others have not filled up, if there is one to be had."""
        while self._source is not self.compiled.matcher or self.compiled.renew():
            self._source = self.compiled.matcher
            matcher = self.compiled.start()
            if matcher.try_consume_tokens(self._taken) == len(self._taken):
                return matcher
        return None

    def _settle(self, matcher: LLMatcher) -> None:
        if not matcher.is_stopped():
            return
        if self._constraint.repeats:
            self._matcher = None
            self._watch = Watch(self._constraint.triggers)
        else:
            self.is_complete = True

    def _stuck(self, matcher: LLMatcher) -> InvalidRequest:
        self.compiled.spoiled = True
        return InvalidRequest(
            f"The form asked for could not be enforced to its end: {_first_line(matcher)}. Use smaller bounds on "
            "lengths and counts, and simpler patterns.",
            "form",
        )

    def _refusal(self, matcher: LLMatcher, token: int) -> MinervaError:
        self.compiled.spoiled = True
        return InferenceError(f"The grammar did not take token {token}: {_first_line(matcher)}.")


def _first_line(matcher: LLMatcher) -> str:
    return matcher.get_error().partition("\n")[0]
