import pytest

pytest.importorskip("tokenizers")

from starter.render import Renderer
from starter.tokenizer import SPECIAL_TOKENS, corpus_texts, train


def test_the_same_corpus_gives_the_same_tokenizer() -> None:
    texts = list(corpus_texts(Renderer(), 1, 300))
    assert train(texts, 500).to_str() == train(texts, 500).to_str()


def test_special_tokens_come_first_and_digits_stand_alone() -> None:
    tokenizer = train(["the year 1987 and the year 1988"] * 9, 300)
    assert [tokenizer.token_to_id(text) for text in SPECIAL_TOKENS] == list(range(len(SPECIAL_TOKENS)))
    assert tokenizer.encode("1987 <|im_end|>").tokens == ["1", "9", "8", "7", "Ġ", "<|im_end|>"]


def test_a_word_has_the_same_tokens_wherever_it_stands() -> None:
    tokenizer = train(["the garden and the gate"] * 9, 300)
    assert tokenizer.encode("garden").tokens == tokenizer.encode(" garden").tokens[1:]


def test_every_text_comes_back() -> None:
    tokenizer = train(["a few words"] * 9, 300)
    text = "Naïve 世界 🙂\n\tÅ  \u200b2²"
    assert tokenizer.decode(tokenizer.encode(text).ids) == text
