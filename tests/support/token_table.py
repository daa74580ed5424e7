"""A table of tokens for grammars, made from a list of pieces instead of a model."""

from __future__ import annotations

from llguidance import LLTokenizer, TokenizerWrapper


class _Greedy:
    """What llguidance asks of a tokenizer: always the longest piece; bytes that no piece has are passed over."""

    bos_token_id = None

    def __init__(self, pieces: list[bytes], end: int) -> None:
        self.tokens = pieces
        self.eos_token_id = end
        self.special_token_ids = (end,)
        self._by_length = sorted(range(len(pieces)), key=lambda token: -len(pieces[token]))

    def __call__(self, text: bytes) -> list[int]:
        found: list[int] = []
        while text:
            token = next((t for t in self._by_length if self._fits(t, text)), None)
            text = text[1 if token is None else len(self.tokens[token]) :]
            found += [] if token is None else [token]
        return found

    def _fits(self, token: int, text: bytes) -> bool:
        return token != self.eos_token_id and bool(self.tokens[token]) and text.startswith(self.tokens[token])


def make_table(pieces: list[bytes], end: int) -> LLTokenizer:
    """Return the table of `pieces`, of which token `end` ends a text."""
    return LLTokenizer(TokenizerWrapper(_Greedy(pieces, end)))
