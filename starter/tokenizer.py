"""The tokenizer: byte-level BPE in which every digit stands alone, trained on the corpus.

Text is cut as llama.cpp cuts it for the pre-tokenizer `PRE_TOKENIZER`: digits one by one, then GPT-2's pattern. Nothing
is normalised, so every text comes back as it was. The merges are learned from text that is cut at white space as well,
so none of them joins a space and a word: a word has the same tokens after a space, a quotation mark or a line's
beginning. A network this small can then copy words it has never seen; it pays with a token for every space.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from starter.corpus import generate
from starter.corpus.example import Example
from starter.render import Renderer

PRE_TOKENIZER = "smollm"
"""llama.cpp's name for this way of cutting (`llama_vocab`, `LLAMA_VOCAB_PRE_TYPE_SMOLLM`)."""

END_OF_TEXT, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CONTROL_TOKENS = (END_OF_TEXT, TURN_START, TURN_END)
"""Never shown to a person."""

MARKUP_TOKENS = (
    *("<think>", "</think>", "<tools>", "</tools>"),
    *("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>"),
)
"""One token each, and shown: what reads an answer looks for them."""

SPECIAL_TOKENS = CONTROL_TOKENS + MARKUP_TOKENS
VOCABULARY = 2560
SAMPLE = 40_000
"""Conversations that the merges are learned from."""


def train(texts: Iterable[str], size: int = VOCABULARY) -> Tokenizer:
    """Learn merges from `texts`; the same texts in the same order give the same tokenizer of at most `size` tokens."""
    tokenizer = assemble(models.BPE())
    steps = tokenizer.pre_tokenizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(r"\s"), "isolated"), steps])
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=4,
        special_tokens=special_tokens(),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.pre_tokenizer = steps
    return tokenizer


def assemble(model: models.BPE) -> Tokenizer:
    """Return a tokenizer that cuts text as the starter model's does, with the merges of `model`."""
    tokenizer = Tokenizer(model)
    steps = [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def special_tokens() -> list[AddedToken]:
    """Return the tokens that are never cut, in the order of their ids."""
    return [AddedToken(text, special=True, normalized=False) for text in SPECIAL_TOKENS]


def corpus_texts(renderer: Renderer, seed: int, count: int = SAMPLE) -> Iterator[str]:
    """Yield `count` conversations of the training split as text, without special tokens' help to the merges."""
    examples: Iterator[Example] = islice(generate("train", seed), count)
    for example in examples:
        yield renderer.render(example).text


def load(path: Path) -> Tokenizer:
    """Read the tokenizer that `Tokenizer.save` wrote to `path`."""
    return Tokenizer.from_file(str(path))


def load_or_train(path: Path, renderer: Renderer, seed: int, count: int = SAMPLE) -> Tokenizer:
    """Return the tokenizer of `path`; where there is none yet, train it and write it there."""
    if not path.exists():
        tokenizer = train(corpus_texts(renderer, seed, count))
        partial = path.with_suffix(".partial")
        tokenizer.save(str(partial))
        partial.replace(path)
    return load(path)
