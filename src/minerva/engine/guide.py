"""What binds a sequence's tokens besides sampling: a grammar, a budget for thinking, or both."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from minerva.core.errors import InferenceError
from minerva.engine.backend import Logits, Vocabulary
from minerva.engine.grammar import CompiledGrammar, GrammarState
from minerva.engine.thinking import ThinkingBudget
from minerva.wire.messages import Generate


class Guide:
    """Says which tokens may come next, and which have to."""

    def __init__(
        self,
        grammar: GrammarState | None,
        budget: ThinkingBudget | None,
        spelling: Callable[[int], bytes],
        *,
        fast_forward: bool,
    ) -> None:
        """With `fast_forward`, what the grammar leaves no choice about is due at once, without a look at logits."""
        self._grammar = grammar
        self._budget = budget
        self._spelling = spelling
        self._fast_forward = fast_forward
        self._due: deque[int] = deque(budget.due() if budget else ())

    @property
    def grammar(self) -> CompiledGrammar | None:
        """The grammar that it follows, which other sequences may follow too."""
        return None if self._grammar is None else self._grammar.compiled

    @property
    def is_complete(self) -> bool:
        """Whether the text is complete and the sequence over."""
        return self._grammar is not None and self._grammar.is_complete

    def next_due(self) -> int | None:
        """Return the token that has to come next and count it as accepted, or `None` if one is to be sampled."""
        if not self._due:
            return None
        token = self._due.popleft()
        if not self.accept(token):
            raise InferenceError(f"The grammar cannot begin behind token {token}, which had to come.")
        return token

    def restrict(self, logits: Logits) -> None:
        """Make impossible, in place, what may not come next. Raises `InvalidRequest`, see `GrammarState.restrict`."""
        if self._grammar is not None:
            self._grammar.restrict(logits)

    def accept(self, token: int) -> bool:
        """Advance by a token; return false, having changed nothing, if its text may not stand here."""
        if self._grammar is not None and not self._grammar.accept(token):
            return False
        # Where the grammar holds the thought is over, marked as such or not.
        if self._budget is not None and self._grammar is not None and self._grammar.holds:
            self._budget.stop()
        elif self._budget is not None:
            self._budget.spend(self._spelling(token))
            self._due.extend(self._budget.due())
        if self._grammar is not None and self._fast_forward and not self._due:
            self._due.extend(self._grammar.forced())
        return True


def make_guide(request: Generate, vocabulary: Vocabulary, compiled: CompiledGrammar | None) -> Guide | None:
    """Return the guide of a request, or `None` if it is free. `compiled` is the grammar of its constraint."""
    grammar = budget = None
    if compiled is not None and request.constraint is not None:
        grammar = GrammarState(compiled, request.constraint, vocabulary.spelling)
    if request.thinking_limit is not None:
        end = vocabulary.tokenize(request.thinking_limit.end, add_special=False, parse_special=True)
        budget = ThinkingBudget(request.thinking_limit, end)
    if grammar is None and budget is None:
        return None
    # Log probabilities of a token need the logits before it, so it cannot come together with others.
    return Guide(grammar, budget, vocabulary.spelling, fast_forward=request.logprobs is None)
