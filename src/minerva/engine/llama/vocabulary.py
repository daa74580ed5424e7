"""Text to token ids and back, by the model's own tokenizer."""

from __future__ import annotations

import ctypes
import functools
import re
from typing import Any

from llguidance import LLTokenizer

from minerva.core.errors import InferenceError
from minerva.core.model import InfillMarks
from minerva.engine.llama.library import lib
from minerva.engine.llama.token_table import build_tokenizer
from minerva.engine.pieces import Span, tokenize

_PIECE_BYTES = 512
_CONTROL = lib.LLAMA_TOKEN_ATTR_CONTROL | lib.LLAMA_TOKEN_ATTR_UNKNOWN
"""What llama.cpp recognises in a text only if it is told to parse special tokens (`tokenizer_st_partition`)."""

_PLACES = re.compile(r"\{(query|document)\}")
"""Where a reranker's template has its texts (`format_prompt_rerank`, llama.cpp's tools/server)."""


class LlamaVocabulary:
    """llama.cpp's tokenizer, thread-safe by its contract (llama.h), with the pieces seen so far kept."""

    def __init__(self, model: Any) -> None:
        """`model` is a `llama_model *` that outlives this."""
        self.handle = lib.llama_model_get_vocab(model)
        self.size: int = lib.llama_vocab_n_tokens(self.handle)
        template = lib.llama_model_chat_template(model, b"rerank")
        self._rerank_template = None if template is None else template.decode("utf-8", errors="replace")
        self._pieces: dict[int, bytes] = {}
        self._spellings: dict[int, bytes] = {}
        self._ends: dict[int, bool] = {}
        self._all_ends: list[int] | None = None

    @property
    def control_tokens(self) -> tuple[str, ...]:
        """The texts of all control tokens; the token for what is unknown is spelled as they are."""
        return tuple(text for _, text in self._controls)

    @property
    def control_ids(self) -> tuple[int, ...]:
        """The ids of all control tokens, in the order of `control_tokens`."""
        return tuple(token for token, _ in self._controls)

    @functools.cached_property
    def _controls(self) -> list[tuple[int, str]]:
        """Searched once."""
        found = (token for token in range(self.size) if lib.llama_vocab_get_attr(self.handle, token) & _CONTROL)
        raw = ((token, lib.llama_vocab_get_text(self.handle, token)) for token in found)
        return [(token, text.decode("utf-8", errors="replace")) for token, text in raw if text]

    @property
    def infill_marks(self) -> InfillMarks | None:
        """What marks the parts of a text with a gap; `None` if one of the three that it takes is not there."""
        handle = self.handle
        prefix, suffix, middle, repository, file = (
            self._mark(find(handle))
            for find in (
                lib.llama_vocab_fim_pre,
                lib.llama_vocab_fim_suf,
                lib.llama_vocab_fim_mid,
                lib.llama_vocab_fim_rep,
                lib.llama_vocab_fim_sep,
            )
        )
        return InfillMarks(prefix, suffix, middle, repository, file) if prefix and suffix and middle else None

    def _mark(self, token: int) -> str:
        """Return the text that is read as `token`; an empty one for no token (-1), and for one that no text is."""
        raw: bytes = lib.llama_vocab_get_text(self.handle, token) if token >= 0 else b""
        text = raw.decode("utf-8", errors="replace")
        return text if self.tokenize(text, add_special=False, parse_special=True) == [token] else ""

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

    def framed(self, tokens: list[int]) -> list[int]:
        """Return `tokens` between the BOS and EOS tokens that the vocabulary asks for."""
        before = [lib.llama_vocab_bos(self.handle)] if lib.llama_vocab_get_add_bos(self.handle) else []
        after = [lib.llama_vocab_eos(self.handle)] if lib.llama_vocab_get_add_eos(self.handle) else []
        return [*before, *tokens, *after]

    def pair(self, query: str, document: str) -> list[int]:
        """Return the token ids of both texts as the reranker was trained to read them.

        By its own template, or one behind the other with the marks that its vocabulary asks for (`[CLS] … [SEP] …`).
        """
        if self._rerank_template is not None:
            text, literal = _fill(self._rerank_template, {"query": query, "document": document})
            return tokenize(text, literal, self, add_special=False, parse_special=True)
        first, second = (self.tokenize(text, add_special=False, parse_special=False) for text in (query, document))
        end, between = lib.llama_vocab_eos(self.handle), lib.llama_vocab_sep(self.handle)
        before = [lib.llama_vocab_bos(self.handle)] if lib.llama_vocab_get_add_bos(self.handle) else []
        after = [end if end >= 0 else between] if lib.llama_vocab_get_add_eos(self.handle) else []
        middle = [between] if lib.llama_vocab_get_add_sep(self.handle) else []
        return [*before, *first, *after, *middle, *second, *after]

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token as shown: nothing for control tokens."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._render(token, special=False)
        return known

    def spelling(self, token: int) -> bytes:
        """Return the bytes of a token, also of a control token."""
        known = self._spellings.get(token)
        if known is None:
            known = self._spellings[token] = self._render(token, special=True)
        return known

    def text_of(self, token: int) -> str:
        """Return a token's text, also of a control token; the empty string for no token (-1)."""
        return self.spelling(token).decode("utf-8", errors="replace") if token >= 0 else ""

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

    def grammar_tokenizer(self) -> LLTokenizer:
        """Build llguidance's table of the tokens."""
        spellings = [self._render(token, special=True) for token in range(self.size)]
        return build_tokenizer(self.handle, spellings, self.ends())

    def _render(self, token: int, *, special: bool) -> bytes:
        buffer = ctypes.create_string_buffer(_PIECE_BYTES)
        count = lib.llama_token_to_piece(self.handle, token, buffer, _PIECE_BYTES, 0, special)
        if count < 0:
            buffer = ctypes.create_string_buffer(-count)
            count = lib.llama_token_to_piece(self.handle, token, buffer, -count, 0, special)
        return buffer.raw[: max(count, 0)]


def _fill(template: str, texts: dict[str, str]) -> tuple[str, list[Span]]:
    """Return `template` with `texts` in their places, and where those are: what a caller wrote stays text."""
    filled, literal, done = "", list[Span](), 0
    for place in _PLACES.finditer(template):
        filled += template[done : place.start()]
        literal.append((len(filled), len(filled) + len(texts[place[1]])))
        filled += texts[place[1]]
        done = place.end()
    return filled + template[done:], literal
