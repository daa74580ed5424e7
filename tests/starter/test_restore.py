"""Training can go on from an exported file."""

from __future__ import annotations

from itertools import islice

import pytest

from tests.starter.conftest import Trained

torch = pytest.importorskip("torch")


def test_a_file_of_32_bits_comes_back_whole(trained: Trained) -> None:
    from starter.restore import restore

    model, _ = restore(trained.file("f32"))
    assert model.shape == trained.model.shape
    expected = trained.model.state_dict()
    for name, weights in model.state_dict().items():
        assert torch.equal(weights, expected[name]), name


def test_eight_bits_come_back_nearly(trained: Trained) -> None:
    from starter.restore import restore

    model, _ = restore(trained.file("q8_0"))
    for weights, expected in zip(model.parameters(), trained.model.parameters(), strict=True):
        assert (weights - expected).abs().max() <= expected.abs().max() / 127


def test_its_tokenizer_cuts_text_as_before(trained: Trained) -> None:
    from starter.corpus import generate
    from starter.render import Renderer
    from starter.restore import restore

    _, tokenizer = restore(trained.file("q8_0"))
    texts = [Renderer().render(example).text for example in islice(generate("test", 3), 300)]
    texts += ["<think>\n\n</think>\n\nA", "Na\u00efve \u4e16\u754c \U0001f642 1987", " <|endoftext|>"]
    for text in texts:
        assert tokenizer.encode(text).ids == trained.tokenizer.encode(text).ids
        assert tokenizer.decode(tokenizer.encode(text).ids) == trained.tokenizer.decode(tokenizer.encode(text).ids)
