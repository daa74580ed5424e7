"""llama.cpp's tokens as llguidance wants them."""

from __future__ import annotations

import ctypes
from typing import Any

from llguidance import LLTokenizer

from minerva.core.errors import InferenceError
from minerva.engine.llama.library import lib

_SPECIAL = lib.LLAMA_TOKEN_ATTR_UNKNOWN | lib.LLAMA_TOKEN_ATTR_UNUSED | lib.LLAMA_TOKEN_ATTR_CONTROL

_MARK = b"\xff"
"""Before the name of a token that stands for itself, and for no text (toktrie's SPECIAL_TOKEN_MARKER)."""


def build_tokenizer(vocabulary: Any, spellings: list[bytes], ends: list[int]) -> LLTokenizer:
    """Return llguidance's table of the tokens of `vocabulary`, a `llama_vocab *` that outlives it.

    `spellings` are the bytes of each token, control tokens included; `ends` those that end a generation.
    A grammar's text never matches a control token, which it can only name (`<|name|>` in Lark); a user-defined token is
    text, and matches as such. With 152,000 tokens this holds the interpreter for 0.8 seconds.
    """
    if not ends:
        raise InferenceError("This model has no token that ends a text, which an answer of a given form needs.")
    tokens = [
        _MARK + spelling if lib.llama_vocab_get_attr(vocabulary, token) & _SPECIAL else spelling
        for token, spelling in enumerate(spellings)
    ]
    return LLTokenizer.from_llamacpp(  # type: ignore[attr-defined, no-any-return]  # its stubs do not tell of it
        tokens=tokens,
        vocab_ptr=vocabulary,
        tokenize_fptr=ctypes.cast(lib.llama_tokenize, ctypes.c_void_p).value,
        eos_token=ends,
    )
