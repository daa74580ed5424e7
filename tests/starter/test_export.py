"""The exported file is, to llama.cpp, the network that was trained."""

from __future__ import annotations

import ctypes
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from minerva.models.gguf import read_header
from tests.starter.conftest import Trained

ODD = (
    "abcXYZ 0189\u0663\u00bd\u2167\u00b2\n\t\r \u00a0\u2003\u200b"
    "\u00e9\u00f1\u00df\u0416\u03bb\u4e16\u754c\ud55c\U0001f642"
    "\u0301\u200d\ufeff\u01c5'sS'LL\"{}[]<>|/_-.,;:!?#$%&*()+=~`^"
)


class Native:
    """The file, opened by the bare binding."""

    def __init__(self, path: Path) -> None:
        self.lib: Any = pytest.importorskip("llama_cpp.llama_cpp")
        self._silent = self.lib.llama_log_callback(lambda *_: None)
        self.lib.llama_log_set(self._silent, None)
        self.model = self.lib.llama_model_load_from_file(str(path).encode(), self.lib.llama_model_default_params())
        self.vocabulary = self.lib.llama_model_get_vocab(self.model)

    def close(self) -> None:
        self.lib.llama_model_free(self.model)

    def tokenize(self, text: str) -> list[int]:
        raw = text.encode()
        room = len(raw) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self.lib.llama_tokenize(self.vocabulary, raw, len(raw), tokens, room, True, True)
        return list(tokens[:count])

    def logits(self, tokens: list[int]) -> np.ndarray[Any, np.dtype[np.float32]]:
        options = self.lib.llama_context_default_params()
        options.n_ctx = options.n_batch = options.n_ubatch = 256
        options.flash_attn_type = 0  # it computes in 16 bits
        options.type_k = options.type_v = 0
        context = self.lib.llama_init_from_model(self.model, options)
        batch = self.lib.llama_batch_init(len(tokens), 0, 1)
        batch.n_tokens = len(tokens)
        for index, token in enumerate(tokens):
            batch.token[index], batch.pos[index], batch.logits[index] = token, index, 1
            batch.n_seq_id[index], batch.seq_id[index][0] = 1, 0
        assert self.lib.llama_decode(context, batch) == 0
        size = self.lib.llama_vocab_n_tokens(self.vocabulary)
        rows = [self.lib.llama_get_logits_ith(context, index) for index in range(len(tokens))]
        logits = np.array([np.ctypeslib.as_array(row, (size,)).copy() for row in rows])
        self.lib.llama_batch_free(batch)
        self.lib.llama_free(context)
        return logits


@pytest.fixture
def native(trained: Trained, request: pytest.FixtureRequest) -> Iterator[Native]:
    opened = Native(trained.file(getattr(request, "param", "f32")))
    yield opened
    opened.close()


def _odd_texts(count: int) -> Iterator[str]:
    chance = random.Random(1)  # noqa: S311 - no secret
    for _ in range(count):
        yield "".join(chance.choice(ODD) for _ in range(chance.randint(1, 40)))
        yield "".join(
            chr(chance.choice((chance.randrange(1, 0xD800), chance.randrange(0xE000, 0x110000)))) for _ in range(9)
        )


def test_llama_cpp_computes_the_same_logits(trained: Trained, native: Native) -> None:
    import torch

    tokens = trained.tokenizer.encode("My name is Ada.  What is 12 + 34?" * 6).ids
    with torch.no_grad():
        expected = trained.model(torch.tensor([tokens]))[0].numpy()
    assert np.abs(native.logits(tokens) - expected).max() < 1e-3 * expected.std()


@pytest.mark.parametrize("native", ["q8_0"], indirect=True)
def test_eight_bits_change_them_little(trained: Trained, native: Native) -> None:
    import torch

    tokens = trained.tokenizer.encode("My name is Ada.  What is 12 + 34?" * 6).ids
    with torch.no_grad():
        expected = trained.model(torch.tensor([tokens]))[0].numpy()
    assert np.sqrt(np.mean((native.logits(tokens) - expected) ** 2)) < 0.05 * expected.std()


def test_llama_cpp_cuts_text_alike(trained: Trained, native: Native) -> None:
    from itertools import islice

    from starter.corpus import generate
    from starter.render import Renderer

    renderer = Renderer()
    texts = [renderer.render(example).text for example in islice(generate("test", 3), 1500)]
    texts += [*_odd_texts(1500), "<think>\n\n</think>\n\nA", " <tools>  </tools> <|endoftext|>", "\n\n\n  x"]
    assert [text for text in texts if native.tokenize(text) != trained.tokenizer.encode(text).ids] == []


def test_the_file_says_what_it_is(trained: Trained) -> None:
    metadata = read_header(trained.file("q8_0")).metadata
    assert metadata["general.architecture"] == "llama"
    assert metadata["general.license"] == "Apache-2.0"
    assert metadata["minerva.starter.seed"] == 7
    assert metadata["minerva.starter.commit"] == "abc"
    assert metadata["general.sampling.temp"] == pytest.approx(0.4)
    assert "<|im_start|>" in str(metadata["tokenizer.chat_template"])
