"""`engine.queries`: what is asked of a tokenizer alone, and what is refused."""

from __future__ import annotations

import pytest

from minerva.engine import queries
from minerva.engine.queries import answer
from minerva.wire.messages import Counted, CountTokens, Detokenize, Detokenized, Refused, Tokenize, Tokenized
from tests.support.fake_backend import FakeVocabulary


class ByteVocabulary(FakeVocabulary):
    """One token per byte; `parse_special` makes a token of `<end>`, which shows as nothing and is spelled so."""

    size = 257

    def tokenize(self, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
        parts = text.split("<end>") if parse_special else [text]
        tokens = [token for part in parts for token in (256, *part.encode())][1:]
        return [256, *tokens] if add_special else tokens

    def piece(self, token: int) -> bytes:
        return b"" if token == 256 else bytes([token])

    def spelling(self, token: int) -> bytes:
        return b"<end>" if token == 256 else bytes([token])


def tokenize(text: str, *, add: bool = False, parse: bool = True, pieces: bool = False) -> Tokenize:
    return Tokenize(id=7, text=text, add_special=add, parse_special=parse, pieces=pieces)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (tokenize("ab"), Tokenized(7, [97, 98])),
        (tokenize(""), Tokenized(7, [])),
        (tokenize("a<end>"), Tokenized(7, [97, 256])),
        (tokenize("<end>", parse=False), Tokenized(7, list(b"<end>"))),
        (tokenize("a", add=True, pieces=True), Tokenized(7, [256, 97], [b"<end>", b"a"])),
        (tokenize("é", pieces=True), Tokenized(7, [0xC3, 0xA9], [b"\xc3", b"\xa9"])),
        (CountTokens(id=7, prompt="abc", add_special=False), Counted(7, 3)),
        (Detokenize(7, [97, 256, 0xC3, 0xA9]), Detokenized(7, "a<end>é")),
        (Detokenize(7, [0xC3, 97]), Detokenized(7, "\ufffda")),
        (Detokenize(7, []), Detokenized(7, "")),
    ],
)
def test_answers(query: Tokenize | CountTokens | Detokenize, expected: object) -> None:
    assert answer(query, ByteVocabulary()) == expected


@pytest.mark.parametrize("token", [-1, 257])
def test_what_is_no_token_is_refused_by_its_number(token: int) -> None:
    refused = answer(Detokenize(7, [97, token]), ByteVocabulary())
    assert isinstance(refused, Refused)
    assert (refused.id, refused.error.code, refused.error.param) == (7, "invalid_request", "tokens")
    assert f"token id {token}" in refused.error.message


def test_a_text_that_no_frame_could_carry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MAX_ANSWER_BYTES", 9)
    assert answer(Detokenize(7, [97] * 9), ByteVocabulary()) == Detokenized(7, "a" * 9)
    refused = answer(Detokenize(7, [256] * 2), ByteVocabulary())
    assert isinstance(refused, Refused)
    assert refused.error.param == "tokens"
