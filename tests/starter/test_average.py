"""The mean of two networks lies where it is said to, and is of their shape."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from minerva.models.gguf import read_header
from tests.starter.conftest import Trained

torch = pytest.importorskip("torch")


def test_the_mean_lies_between_both(trained: Trained) -> None:
    from starter.average import mean

    other = copy.deepcopy(trained.model)
    with torch.no_grad():
        for weights in other.parameters():
            weights += 1.0
    for share in (0.5, 0.25):
        both = mean(trained.model, other, share).state_dict()
        for name, weights in trained.model.state_dict().items():
            assert torch.allclose(both[name], weights + (1.0 - share), atol=1e-5), name


def test_the_mean_of_a_run_is_written_with_its_card_and_of_one_vocabulary(trained: Trained, tmp_path: Path) -> None:
    from starter.average import average
    from starter.checkpoint import State, save
    from starter.render import Renderer
    from starter.restore import restore
    from starter.tokenizer import corpus_texts, train

    other = copy.deepcopy(trained.model)
    with torch.no_grad():
        other.norm.weight += 1.0
    save(tmp_path / "checkpoint.pt", other, [], State(5, step=8, tokens=13))
    trained.tokenizer.save(str(tmp_path / "tokenizer.json"))
    average(tmp_path, trained.file("f32"), tmp_path / "mean.gguf")
    written, _ = restore(tmp_path / "mean.gguf")
    assert torch.allclose(written.norm.weight, trained.model.norm.weight + 0.5)
    assert read_header(tmp_path / "mean.gguf").metadata["minerva.starter.steps"] == 8
    train(corpus_texts(Renderer(), 2, 300), 640).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ValueError, match="differ in their tokens"):
        average(tmp_path, trained.file("f32"), tmp_path / "mean.gguf")


def test_networks_of_two_shapes_have_no_mean(trained: Trained) -> None:
    from starter.average import mean
    from starter.model import Llama, Shape

    with pytest.raises(ValueError, match="differ in shape"):
        mean(trained.model, Llama(Shape(trained.model.shape.vocabulary, 64, 1, 4, 2, 96, 256)))
