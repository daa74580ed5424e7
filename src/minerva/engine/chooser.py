"""The next tokens of a sequence: sampled within what its guide allows, or decided by the guide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minerva.core.errors import InferenceError
from minerva.core.event import TokenLogprob
from minerva.engine.backend import Backend, Logits, Sampler
from minerva.engine.guide import Guide
from minerva.engine.logprobs import token_logprob
from minerva.engine.sequence import Sequence

_NEVER = -np.inf


@dataclass(slots=True, frozen=True)
class Chosen:
    """A token to append. `completes` says that the text is complete with it and the sequence over."""

    token: int
    logprob: TokenLogprob | None = None
    completes: bool = False


class Chooser:
    """Chooses from the logits of the last decode."""

    def __init__(self, backend: Backend) -> None:
        """Read logits of `backend`."""
        self._backend = backend

    def choose(self, sequence: Sequence, row: int) -> list[Chosen]:
        """Return the token after the one at batch index `row`, and any others that cannot but follow it.

        Raises `MinervaError` if the sequence cannot go on.
        """
        sampler, guide, wanted = sequence.sampler, sequence.guide, sequence.request.logprobs
        if sampler is None:
            raise InferenceError(f"Request {sequence.request.id} runs, but was never admitted.")
        if guide is not None and wanted is None:
            return self._choose_all(sequence, guide, sampler, row)
        # Log probabilities are the model's own, so they are taken from before a guide changes anything.
        untouched = None if wanted is None else self._backend.logits(row)
        if untouched is not None and guide is not None:
            untouched = untouched.copy()
        token = sampler.sample(row) if guide is None else self._guided(guide, sampler, row)
        logprob = None
        if untouched is not None and wanted is not None:
            logprob = token_logprob(untouched, token, wanted, self._backend.vocabulary)
        return [Chosen(token, logprob, guide is not None and guide.is_complete)]

    def _choose_all(self, sequence: Sequence, guide: Guide, sampler: Sampler, row: int) -> list[Chosen]:
        """Return a token and what has to follow it: nobody asks how likely it was, so it needs no step of its own."""
        chosen = [Chosen(self._guided(guide, sampler, row), None, guide.is_complete)]
        while len(chosen) < sequence.room and (due := guide.next_due()) is not None:
            sampler.accept(due)
            chosen.append(Chosen(due, None, guide.is_complete))
        return chosen

    def _guided(self, guide: Guide, sampler: Sampler, row: int) -> int:
        due = guide.next_due()
        if due is not None:
            sampler.accept(due)
            return due
        return _sample(guide, sampler, self._backend.logits(row), row)


def _sample(guide: Guide, sampler: Sampler, logits: Logits, row: int) -> int:
    """Sample until the guide takes it. The sampler remembers refused tokens too, which are rare (`Guide.accept`)."""
    guide.restrict(logits)
    while not guide.accept(token := sampler.sample(row)):
        if logits[token] == _NEVER:
            raise InferenceError("No token is left that the grammar could begin behind.")
        logits[token] = _NEVER
    return token
