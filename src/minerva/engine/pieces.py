"""Tokenising a prompt in which some control tokens are only text.

A tokenizer can be told to ignore control tokens, but not where; so the prompt is cut into pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from minerva.core.control import control_pattern
from minerva.engine.backend import Vocabulary

Span = tuple[int, int]


@dataclass(slots=True, frozen=True)
class Piece:
    """A stretch of a text, and whether control tokens spelled in it count as such."""

    text: str
    parse_special: bool


def tokenize(
    text: str, literal: Sequence[Span], vocabulary: Vocabulary, *, add_special: bool, parse_special: bool
) -> list[int]:
    """Return the tokens of `text`, as `Vocabulary.tokenize`; control tokens in the spans `literal`, in order, are text.

    What `add_special` adds before and after is added once.
    """
    if not literal or not parse_special:
        return vocabulary.tokenize(text, add_special=add_special, parse_special=parse_special)
    tokens: list[int] = []
    for piece in cut(text, literal, vocabulary.control_tokens):
        tokens += vocabulary.tokenize(piece.text, add_special=False, parse_special=piece.parse_special)
    return vocabulary.framed(tokens) if add_special else tokens


def cut(text: str, literal: Sequence[Span], control_tokens: tuple[str, ...]) -> Iterator[Piece]:
    """Yield pieces of `text` such that those with control tokens that count have no span of `literal` in them.

    A cut is made only where a control token begins or ends. There a tokenizer begins anew anyway, so the pieces have
    the tokens that the whole would have. One exception: a control token that swallows the white space beside it leaves
    it beside such a cut.
    """
    pattern = control_pattern(control_tokens)
    gaps = list(zip((0, *(end for _, end in literal)), (*(start for start, _ in literal), len(text)), strict=True))
    done = 0
    for number, gap in enumerate(gaps, 1):
        found = [match.span() for match in pattern.finditer(text, *gap)]
        if not found:
            continue
        begin = 0 if number == 1 else found[0][0]
        end = len(text) if number == len(gaps) else found[-1][1]
        if begin > done:
            yield Piece(text[done:begin], parse_special=False)
        yield Piece(text[begin:end], parse_special=True)
        done = end
    if done < len(text):
        yield Piece(text[done:], parse_special=False)
