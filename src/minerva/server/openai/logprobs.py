"""Log probabilities in the two shapes of the OpenAI API. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence

from minerva.core.event import TokenAlternative, TokenLogprob
from minerva.server.openai.answers import ChatLogprob, ChatLogprobs, TextLogprobs, TopLogprob

LOWEST = -9999.0
"""What OpenAI reports for a token that is next to impossible; JSON has no minus infinity."""


def chat_logprobs(tokens: Iterable[TokenLogprob]) -> ChatLogprobs:
    """Return the chat shape. `tokens` are generated ones, so each has a log probability."""
    return ChatLogprobs(
        [
            ChatLogprob(
                token=_text(token.piece),
                logprob=_bounded(token.logprob or 0.0),
                bytes=list(token.piece),
                top_logprobs=[_alternative(other) for other in token.top],
            )
            for token in tokens
        ]
    )


class TextOffsets:
    """Where each token of a choice begins in its text, in characters; a token amid a character begins with it."""

    def __init__(self) -> None:
        """Start at the beginning of a text."""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._length: int | None = None

    def of(self, pieces: list[bytes], text: str) -> list[int]:
        """Return where each of `pieces` begins; they follow all earlier ones, and `text` came with them."""
        if self._length is None:
            # SentencePiece puts a space before a prompt, and the text has none.
            self._length = -1 if b"".join(pieces).startswith(b" ") and not text.startswith(" ") else 0
        begins: list[int] = []
        for piece in pieces:
            begins.append(max(0, self._length))
            self._length += len(self._decoder.decode(piece))
        return begins


def text_logprobs(tokens: Sequence[TokenLogprob], text: str, offsets: TextOffsets, alternatives: int) -> TextLogprobs:
    """Return the text shape of `tokens`, which came with `text`; of 0 `alternatives` there is no list.

    The chosen token is always among its alternatives.
    """
    return TextLogprobs(
        tokens=[_text(token.piece) for token in tokens],
        token_logprobs=[None if token.logprob is None else _bounded(token.logprob) for token in tokens],
        top_logprobs=[_by_text(token) for token in tokens] if alternatives else None,
        text_offset=offsets.of([token.piece for token in tokens], text),
    )


def _by_text(token: TokenLogprob) -> dict[str, float] | None:
    """Tokens with the same text share a key, and the likeliest has it; they come in falling order."""
    if token.logprob is None:
        return None
    by_text: dict[str, float] = {}
    for other in token.top:
        by_text.setdefault(_text(other.piece), _bounded(other.logprob))
    by_text.setdefault(_text(token.piece), _bounded(token.logprob))
    return by_text


def _alternative(other: TokenAlternative) -> TopLogprob:
    return TopLogprob(_text(other.piece), _bounded(other.logprob), list(other.piece))


def _text(piece: bytes) -> str:
    return piece.decode("utf-8", "replace")


def _bounded(logprob: float) -> float:
    return max(logprob, LOWEST)
