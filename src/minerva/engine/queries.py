"""What needs the tokenizer alone: counts, the tokens of a text, the text of tokens; and the tokens of a prompt."""

from __future__ import annotations

from collections.abc import Iterable

from minerva.core.errors import InvalidRequest, MinervaError
from minerva.engine.backend import Vocabulary
from minerva.engine.pieces import tokenize
from minerva.wire.messages import (
    Counted,
    CountTokens,
    Detokenize,
    Detokenized,
    Generate,
    Query,
    Refused,
    Result,
    Tokenize,
    Tokenized,
)

MAX_ANSWER_BYTES = 16 * 1024 * 1024
"""Of the text that tokens make: a token may stand for hundreds of bytes, and an answer is one frame of the channel."""


def answer(query: Query, vocabulary: Vocabulary) -> Result | Refused:
    """Return the answer to `query`, or why there is none."""
    try:
        match query:
            case CountTokens():
                return Counted(query.id, len(prompt_tokens(query, vocabulary)))
            case Tokenize():
                return _tokens_of(query, vocabulary)
            case Detokenize():
                return Detokenized(query.id, _text_of(query.tokens, vocabulary))
    except MinervaError as error:
        return Refused(query.id, error.info())


def prompt_tokens(request: Generate | CountTokens, vocabulary: Vocabulary) -> list[int]:
    """Return the tokens of a prompt. Raises `InvalidRequest` for one without any."""
    if isinstance(request.prompt, str):
        tokens = tokenize(
            request.prompt,
            request.literal,
            vocabulary,
            add_special=request.add_special,
            parse_special=request.parse_special,
        )
    else:
        tokens = request.prompt
    if not tokens:
        raise InvalidRequest("The prompt is empty; it must have at least one token.", "prompt")
    return tokens


def check_ids(name: str, ids: Iterable[int], vocabulary: Vocabulary) -> None:
    """Raise `InvalidRequest` for the first of `ids`, those of the field `name`, that is no token of the model."""
    wrong = next((token for token in ids if not 0 <= token < vocabulary.size), None)
    if wrong is not None:
        last = vocabulary.size - 1
        raise InvalidRequest(f"`{name}` has token id {wrong}; this model's ids are 0 to {last}.", name)


def _tokens_of(query: Tokenize, vocabulary: Vocabulary) -> Tokenized:
    tokens = vocabulary.tokenize(query.text, add_special=query.add_special, parse_special=query.parse_special)
    return Tokenized(query.id, tokens, [vocabulary.spelling(token) for token in tokens] if query.pieces else [])


def _text_of(tokens: list[int], vocabulary: Vocabulary) -> str:
    check_ids("tokens", tokens, vocabulary)
    spellings: list[bytes] = []
    size = 0
    for token in tokens:
        spellings.append(vocabulary.spelling(token))
        size += len(spellings[-1])
        if size > MAX_ANSWER_BYTES:
            raise InvalidRequest(
                f"`tokens` has {len(tokens):,} tokens, which make more than {MAX_ANSWER_BYTES:,} bytes of text, the "
                "most for one request; send fewer.",
                "tokens",
            )
    return b"".join(spellings).decode("utf-8", errors="replace")
