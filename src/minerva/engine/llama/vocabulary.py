"""Text to token ids and back, by the model's own tokenizer."""

from __future__ import annotations

import ctypes
from typing import Any

from minerva.core.errors import InferenceError
from minerva.engine.llama.library import lib

_PIECE_BYTES = 512


class LlamaVocabulary:
    """llama.cpp's tokenizer, thread-safe by its contract (llama.h), with the pieces seen so far kept."""

    def __init__(self, model: Any) -> None:
        """`model` is a `llama_model *` that outlives this."""
        self.handle = lib.llama_model_get_vocab(model)
        self.size: int = lib.llama_vocab_n_tokens(self.handle)
        self._pieces: dict[int, bytes] = {}
        self._ends: dict[int, bool] = {}
        self._all_ends: list[int] | None = None

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        """Return the token ids of `text`, which has come as UTF-8 and holds no lone surrogates."""
        raw = text.encode()
        room = len(raw) + 8
        while True:
            tokens = (ctypes.c_int32 * room)()
            count = lib.llama_tokenize(self.handle, raw, len(raw), tokens, room, add_special, parse_special)
            if count >= 0:
                return list(tokens[:count])
            if count == -(2**31):
                raise InferenceError(f"The text is too long to tokenise: {len(raw)} bytes.")
            room = -count

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token as shown: nothing for control tokens."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._render(token, special=False)
        return known

    def text_of(self, token: int) -> str:
        """Return a token's text, also of a control token; the empty string for no token (-1)."""
        return self._render(token, special=True).decode("utf-8", errors="replace") if token >= 0 else ""

    def is_end(self, token: int) -> bool:
        """Whether the model ends its answer with this token."""
        known = self._ends.get(token)
        if known is None:
            known = self._ends[token] = bool(lib.llama_vocab_is_eog(self.handle, token))
        return known

    def ends(self) -> list[int]:
        """Return all tokens for which `is_end` holds; searched once, when first asked for."""
        if self._all_ends is None:
            self._all_ends = [token for token in range(self.size) if lib.llama_vocab_is_eog(self.handle, token)]
        return self._all_ends

    def _render(self, token: int, *, special: bool) -> bytes:
        buffer = ctypes.create_string_buffer(_PIECE_BYTES)
        count = lib.llama_token_to_piece(self.handle, token, buffer, _PIECE_BYTES, 0, special)
        if count < 0:
            buffer = ctypes.create_string_buffer(-count)
            count = lib.llama_token_to_piece(self.handle, token, buffer, -count, 0, special)
        return buffer.raw[: max(count, 0)]
