"""The mean of two networks lies where it is said to, and is of their shape."""

from __future__ import annotations

import copy

import pytest

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


def test_networks_of_two_shapes_have_no_mean(trained: Trained) -> None:
    from starter.average import mean
    from starter.model import Llama, Shape

    with pytest.raises(ValueError, match="differ in shape"):
        mean(trained.model, Llama(Shape(trained.model.shape.vocabulary, 64, 1, 4, 2, 96, 256)))
