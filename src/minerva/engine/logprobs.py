"""Log probabilities of tokens under the model's own distribution."""

from __future__ import annotations

import numpy as np

from minerva.core.event import TokenAlternative, TokenLogprob
from minerva.engine.backend import Logits, Vocabulary


def token_logprob(logits: Logits, token: int, alternatives: int, vocabulary: Vocabulary) -> TokenLogprob:
    """Return the natural-log probability of `token`, and of the `alternatives` likeliest tokens, likeliest first.

    `logits` has shape (vocabulary,) and is taken before any sampling parameter.
    """
    peak = float(logits.max())
    total = peak + float(np.log(np.exp(logits - peak, dtype=np.float64).sum()))
    top = _largest(logits, alternatives)
    return TokenLogprob(
        token,
        vocabulary.piece(token),
        float(logits[token]) - total,
        tuple(TokenAlternative(int(i), vocabulary.piece(int(i)), float(logits[i]) - total) for i in top),
    )


def _largest(logits: Logits, count: int) -> list[int]:
    if count == 0:
        return []
    count = min(count, len(logits))
    candidates = np.argpartition(logits, -count)[-count:]
    order = np.argsort(-logits[candidates], kind="stable")
    return [int(index) for index in candidates[order]]
