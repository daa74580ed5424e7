"""Log probabilities in the shape of the Ollama API. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from minerva.core.event import TokenAlternative, TokenLogprob
from minerva.server.ollama.answers import OllamaLogprob, OllamaTokenLogprob

_LOWEST = -9999.0
"""For a token that is next to impossible; JSON has no minus infinity."""


def logprobs(tokens: Sequence[TokenLogprob]) -> list[OllamaLogprob] | UnsetType:
    """Return the log probabilities of generated `tokens`; nothing where there are none."""
    return [_token(token) for token in tokens] or UNSET


def _token(token: TokenLogprob) -> OllamaLogprob:
    top = [_alternative(other) for other in token.top]
    return OllamaLogprob(_text(token.piece), _bounded(token.logprob or 0.0), list(token.piece), top or UNSET)


def _alternative(other: TokenAlternative) -> OllamaTokenLogprob:
    return OllamaTokenLogprob(_text(other.piece), _bounded(other.logprob), list(other.piece))


def _text(piece: bytes) -> str:
    return piece.decode("utf-8", "replace")


def _bounded(logprob: float) -> float:
    return max(logprob, _LOWEST)
