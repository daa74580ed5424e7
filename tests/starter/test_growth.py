"""A network that was made deeper answers as before, and its new blocks learn."""

from __future__ import annotations

import pytest

from tests.starter.conftest import Trained

torch = pytest.importorskip("torch")


def test_a_deeper_network_computes_the_same(trained: Trained) -> None:
    from starter.growth import deepen

    tokens = torch.randint(0, trained.model.shape.vocabulary, (2, 24))
    for layers in (3, 4):
        deeper = deepen(trained.model, layers)
        assert deeper.shape.layers == len(deeper.blocks) == layers
        assert torch.equal(deeper(tokens), trained.model(tokens))


def test_new_blocks_lie_among_the_last_own_ones_and_learn(trained: Trained) -> None:
    from starter.growth import deepen

    deeper = deepen(trained.model, 3)
    assert deeper.blocks[0] is trained.model.blocks[0]
    assert deeper.blocks[2] is trained.model.blocks[1]
    tokens = torch.randint(0, trained.model.shape.vocabulary, (2, 24))
    deeper.losses(tokens[:, :-1], tokens[:, 1:]).sum().backward()
    assert deeper.blocks[1].attention.output.weight.grad.abs().max() > 0
    assert deeper.blocks[1].feed_forward.down.weight.grad.abs().max() > 0
    trained.model.zero_grad(set_to_none=True)


def test_a_network_does_not_shrink_nor_grow_beyond_twice_its_depth(trained: Trained) -> None:
    from starter.growth import deepen

    assert deepen(trained.model, 2) is trained.model
    for layers in (1, 5):
        with pytest.raises(ValueError, match="cannot be given"):
            deepen(trained.model, layers)
